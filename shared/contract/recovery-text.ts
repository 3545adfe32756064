/** The alphabet of recovery keys and recovery codes: digits and capitals without 0 O 1 I L, which look alike. */

export const recoveryAlphabet = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'

/** What somebody typed, without dashes, spaces and small letters. */
export function lookAlikeFree(typed: string): string {
  return typed.replace(/[\s-]/g, '').toUpperCase()
}

/** In groups of four, or five, as it is shown: `7QK4-M2XD-…`. */
export function inGroups(text: string, size: number): string {
  return text.match(new RegExp(`.{1,${size}}`, 'g'))?.join('-') ?? ''
}

/** `length` characters, each as likely as another: bytes past the last whole multiple are thrown away. */
export function drawRecoveryText(length: number, random: (count: number) => Uint8Array): string {
  const limit = 256 - (256 % recoveryAlphabet.length)
  let text = ''
  while (text.length < length) {
    for (const byte of random(length)) {
      if (byte < limit && text.length < length) text += recoveryAlphabet[byte % recoveryAlphabet.length]
    }
  }
  return text
}
