/** base64url without padding (RFC 4648 section 5), strict: one text for each byte string. */
import type { Bytes } from './bytes.ts'

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const codeOf = Uint8Array.from(alphabet, character => character.charCodeAt(0))
const refused = 64
const sixBitsOf = new Uint8Array(128).fill(refused)
for (const [value, code] of codeOf.entries()) sixBitsOf[code] = value
const ascii = new TextDecoder()

/** base64url of `bytes`, without padding. */
export function encodeBase64(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil((bytes.length * 4) / 3))
  let bits = 0
  let held = 0
  let at = 0
  for (let i = 0; i < bytes.length; i++) {
    held = ((held << 8) | (bytes[i] ?? 0)) & 0xffff
    bits += 8
    while (bits >= 6) {
      bits -= 6
      text[at++] = codeOf[(held >> bits) & 63] ?? 0
    }
  }
  if (bits > 0) text[at] = codeOf[(held << (6 - bits)) & 63] ?? 0
  return ascii.decode(text)
}

/** The bytes of `text`, or `null` where it has padding, other characters or spare bits that are not zero. */
export function decodeBase64(text: string): Bytes | null {
  if (text.length % 4 === 1) return null
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let bits = 0
  let held = 0
  let at = 0
  for (let i = 0; i < text.length; i++) {
    const value = sixBitsOf[text.charCodeAt(i)] ?? refused
    if (value === refused) return null
    held = ((held << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[at++] = held >> bits
    }
  }
  return (held & ((1 << bits) - 1)) === 0 ? bytes : null
}
