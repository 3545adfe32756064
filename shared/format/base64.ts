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
  // Writing past the end of a typed array does nothing: the last group may be short.
  for (let from = 0, to = 0; from < bytes.length; from += 3, to += 4) {
    const group = ((bytes[from] ?? 0) << 16) | ((bytes[from + 1] ?? 0) << 8) | (bytes[from + 2] ?? 0)
    text[to] = codeOf[group >> 18] ?? 0
    text[to + 1] = codeOf[(group >> 12) & 63] ?? 0
    text[to + 2] = codeOf[(group >> 6) & 63] ?? 0
    text[to + 3] = codeOf[group & 63] ?? 0
  }
  return ascii.decode(text)
}

/** The bytes of `text`, or `null` where it has padding, other characters or spare bits that are not zero. */
export function decodeBase64(text: string): Bytes | null {
  const rest = text.length % 4
  const whole = text.length - rest
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let seen = 0
  for (let from = 0, to = 0; from < whole; from += 4, to += 3) {
    const a = six(text, from)
    const b = six(text, from + 1)
    const c = six(text, from + 2)
    const d = six(text, from + 3)
    seen |= a | b | c | d
    bytes[to] = (a << 2) | (b >> 4)
    bytes[to + 1] = (b << 4) | (c >> 2)
    bytes[to + 2] = (c << 6) | d
  }
  return seen < refused && decodeRest(text.slice(whole), bytes) ? bytes : null
}

/** The last one or two bytes, from two or three characters; whether they are spelled as they must be. */
function decodeRest(rest: string, bytes: Bytes): boolean {
  if (rest.length === 0) return true
  const [a, b, c] = [six(rest, 0), six(rest, 1), rest.length === 3 ? six(rest, 2) : 0]
  const at = bytes.length - rest.length + 1
  bytes[at] = (a << 2) | (b >> 4)
  bytes[at + 1] = (b << 4) | (c >> 2)
  const spare = rest.length === 2 ? b & 15 : c & 3
  return rest.length > 1 && (a | b | c) < refused && spare === 0
}

function six(text: string, at: number): number {
  return sixBitsOf[text.charCodeAt(at)] ?? refused
}
