/** DER (X.690), one element after another: definite lengths in their shortest spelling, tags of one byte. */
import { hexOf } from './der-oid.ts'
import { keyFileRefused } from './pem-refused.ts'

/** The identifier octets that key files use. */
export const tags = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  nothing: 0x05,
  oid: 0x06,
  sequence: 0x30,
} as const

/**
 * Goes through the elements of one constructed value. Every method throws `key-file-refused` (`damaged`) where the
 * next element is not what it asks for.
 */
export interface DerReader {
  /** The content of the next element, which has this tag. */
  take(tag: number): Uint8Array
  /** The same, or `null` where the next element has another tag or there is none. */
  option(tag: number): Uint8Array | null
  /** Whether the next element has this tag. */
  isAt(tag: number): boolean
  /** Steps into the next element, which is constructed. */
  open(tag?: number): DerReader
  /** A number from 0; `Infinity` where it does not fit in six bytes. */
  integer(): number
  /** An object identifier, as the hexadecimal of its content. */
  oid(): string
  /** Makes sure that nothing is left. */
  end(): void
}

interface Element {
  readonly tag: number
  readonly from: number
  readonly to: number
}

/** Reads `bytes` from their beginning. */
export function derReader(bytes: Uint8Array): DerReader {
  let at = 0
  const option = (tag: number) => {
    if (at >= bytes.length) return null
    const element = elementAt(bytes, at)
    if (element.tag !== tag) return null
    at = element.to
    return bytes.subarray(element.from, element.to)
  }
  const take = (tag: number) => {
    const content = option(tag)
    if (content === null) throw keyFileRefused('damaged')
    return content
  }
  return {
    isAt: tag => bytes[at] === tag,
    option,
    take,
    open: (tag = tags.sequence) => derReader(take(tag)),
    integer: () => naturalNumber(take(tags.integer)),
    oid: () => hexOf(take(tags.oid)),
    end: () => {
      if (at < bytes.length) throw keyFileRefused('damaged')
    },
  }
}

function elementAt(bytes: Uint8Array, at: number): Element {
  const tag = bytes[at] ?? 0
  const { length, from } = lengthAt(bytes, at + 1)
  if ((tag & 0x1f) === 0x1f || from + length > bytes.length) throw keyFileRefused('damaged')
  return { tag, from, to: from + length }
}

/** X.690 section 10.1: definite, in as few octets as there can be. Three octets are more than any key file has. */
function lengthAt(bytes: Uint8Array, at: number): { length: number; from: number } {
  const first = bytes[at] ?? 0xff
  if (first < 0x80) return { length: first, from: at + 1 }
  const from = at + 1 + (first & 0x7f)
  const octets = bytes.subarray(at + 1, from)
  const length = octets.reduce((sum, octet) => sum * 256 + octet, 0)
  const least = octets.length === 1 ? 0x80 : 256 ** (octets.length - 1)
  if (octets.length !== (first & 0x7f) || octets.length > 3 || octets.length === 0 || length < least)
    throw keyFileRefused('damaged')
  return { length, from }
}

function naturalNumber(content: Uint8Array): number {
  const [first = 0x80, second = 0x80] = content
  if (first >= 0x80 || (first === 0 && content.length > 1 && second < 0x80)) throw keyFileRefused('damaged')
  return content.length > 6 ? Number.POSITIVE_INFINITY : content.reduce((sum, octet) => sum * 256 + octet, 0)
}
