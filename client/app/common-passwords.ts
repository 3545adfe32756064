/**
 * Passwords that many people have (OWASP ASVS 6.2.4): 9,728 of 15 characters or longer, from Mark Burnett's list of ten
 * million as OWASP SecLists keeps it (MIT). Made by scripts/make-common-passwords.mjs.
 */
import { Problem } from '#shared/contract/problems.ts'

/** Bytes of SHA-256 that stand for one password; the list is sorted by them. */
const width = 5

/** Fetches the list from our own origin; throws `network`. */
export async function fetchCommonPasswords(): Promise<Uint8Array> {
  const answer = await fetch('/common-passwords.bin').catch(cause => {
    throw new Problem('network', { cause })
  })
  if (!answer.ok) throw new Problem('network')
  return new Uint8Array(await answer.arrayBuffer())
}

/** Whether a password stands in the list, in capitals or not, or is made by repeating one piece. */
export async function isCommon(password: string, list: Uint8Array): Promise<boolean> {
  if (isRepeated(password)) return true
  const bytes = new TextEncoder().encode(password.normalize('NFKC').toLowerCase())
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  return holds(list, digest)
}

/** `abcabcabcabcabc`: as weak as its piece, however long. A piece of eight or more says something of its own. */
function isRepeated(password: string): boolean {
  return /^(.{1,7}?)\1+$/u.test(password)
}

function holds(list: Uint8Array, digest: Uint8Array): boolean {
  let [low, high] = [0, Math.floor(list.length / width)]
  while (low < high) {
    const middle = (low + high) >> 1
    const order = compare(list.subarray(middle * width, (middle + 1) * width), digest)
    if (order === 0) return true
    if (order < 0) low = middle + 1
    else high = middle
  }
  return false
}

/** The order of `entry` and the beginning of `digest`. */
function compare(entry: Uint8Array, digest: Uint8Array): number {
  for (const [index, byte] of entry.entries()) {
    const other = digest[index] ?? 0
    if (byte !== other) return byte - other
  }
  return 0
}
