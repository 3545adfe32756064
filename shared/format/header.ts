/** The 76 bytes that `.enc` begins with, and that the envelope repeats. */
import { asBytes, type Bytes, concat, equalBytes, utf8 } from './bytes.ts'
import { headerLength, maxExponent, minExponent, type SuiteName, suiteSizes } from './sizes.ts'

/** The first eight bytes of every `.enc`. */
export const magic = utf8('DCRYPT01')

export interface Header {
  readonly suite: SuiteName
  /** Chunk size as a power of two, 12 to 24. */
  readonly exponent: number
  /** 32 random bytes. */
  readonly salt: Bytes
  /** Key commitment, 32 bytes. */
  readonly commitment: Bytes
  /** All 76 bytes. */
  readonly bytes: Bytes
}

/** Bytes 0 to 11 of a header: what every derivation from the content key is bound to. */
export function headerStart(suite: SuiteName, exponent: number): Bytes {
  return concat(magic, Uint8Array.of(suiteSizes[suite].id, exponent, 0, 0))
}

/** A header from its fields. */
export function encodeHeader(fields: Omit<Header, 'bytes'>): Header {
  return { ...fields, bytes: concat(headerStart(fields.suite, fields.exponent), fields.salt, fields.commitment) }
}

/** Whether `bytes` begin with the magic. */
export function hasMagic(bytes: Uint8Array): boolean {
  return equalBytes(bytes.subarray(0, magic.length), magic)
}

/** Whether `bytes` begin with the magic, or are shorter than it and a beginning of it. */
export function mayHaveMagic(bytes: Uint8Array): boolean {
  const known = Math.min(bytes.length, magic.length)
  return equalBytes(bytes.subarray(0, known), magic.subarray(0, known))
}

/** The suite that byte 8 names, or `null` where it is unknown. */
export function headerSuite(bytes: Uint8Array): SuiteName | null {
  if (bytes[8] === suiteSizes.gcm.id) return 'gcm'
  return bytes[8] === suiteSizes.cbc.id ? 'cbc' : null
}

/** Reads 76 bytes; `null` where length, magic, suite, exponent or reserved bytes are not as they must be. */
export function parseHeader(given: Uint8Array): Header | null {
  const bytes = asBytes(given)
  const suite = headerSuite(bytes)
  const exponent = bytes[9] ?? 0
  if (bytes.length !== headerLength || !hasMagic(bytes) || suite === null) return null
  if (exponent < minExponent || exponent > maxExponent || bytes[10] !== 0 || bytes[11] !== 0) return null
  return { suite, exponent, salt: bytes.slice(12, 44), commitment: bytes.slice(44), bytes }
}
