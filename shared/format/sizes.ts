/** The arithmetic of `.enc`: which lengths there are and where each chunk lies. Bytes everywhere. */
import { Problem } from '#shared/contract/problems.ts'

/** Short name of a cipher suite. */
export type SuiteName = 'gcm' | 'cbc'

/** What a suite adds to a chunk: `before` and `after` it, and the `block` that padding fills (1 means none). */
export const suiteSizes = {
  gcm: { id: 1, before: 0, after: 16, block: 1 },
  cbc: { id: 2, before: 16, after: 32, block: 16 },
} as const satisfies Record<SuiteName, { id: number; before: number; after: number; block: number }>

export const headerLength = 76
export const digestLength = 32
export const minExponent = 12
export const maxExponent = 24
/** 512 KiB: larger buffers are slower in browsers, smaller ones cost calls. */
export const defaultExponent = 19
/** Most chunks of one transfer: digests stay within 64 MiB and counters far from their end. */
export const maxChunks = 2 ** 21

/** Where everything lies in one `.enc`. Plain data: it can be posted to a worker. */
export interface Layout {
  readonly suite: SuiteName
  readonly chunkSize: number
  /** Number of chunks, at least 1. */
  readonly count: number
  /** Length of the whole `.enc`. */
  readonly length: number
  /** Where the digests begin; they reach to the end. */
  readonly digestsAt: number
  /** Fewest and most plaintext bytes that the whole can hold; equal where the suite does not pad. */
  readonly plainMin: number
  readonly plainMax: number
}

/** A range of bytes. */
export interface Range {
  readonly offset: number
  readonly length: number
}

/** Bytes of the ciphertext chunk of `plain` bytes, IV and tag included. */
export function cipherLength(suite: SuiteName, plain: number): number {
  const { before, after, block } = suiteSizes[suite]
  return before + after + (block === 1 ? plain : (Math.floor(plain / block) + 1) * block)
}

/**
 * Layout of the `.enc` of `plaintextLength` bytes, padding included.
 * Throws `too-large` where it takes more than 2^21 chunks: take a larger exponent ({@link exponentFor}).
 */
export function layoutOf(input: { suite: SuiteName; exponent: number; plaintextLength: number }): Layout {
  const { suite, exponent, plaintextLength } = input
  const chunkSize = 2 ** exponent
  const count = Math.max(1, Math.ceil(plaintextLength / chunkSize))
  if (count > maxChunks) throw new Problem('too-large')
  const last = plaintextLength - (count - 1) * chunkSize
  const digestsAt = headerLength + (count - 1) * cipherLength(suite, chunkSize) + cipherLength(suite, last)
  const length = digestsAt + count * digestLength
  return { suite, chunkSize, count, length, digestsAt, plainMin: plaintextLength, plainMax: plaintextLength }
}

/** Layout of an `.enc` of `length` bytes, or `null` where no plaintext has that length. */
export function layoutFrom(input: { suite: SuiteName; exponent: number; length: number }): Layout | null {
  const { suite, exponent, length } = input
  const chunkSize = 2 ** exponent
  const fullUnit = cipherLength(suite, chunkSize) + digestLength
  const units = length - headerLength
  const count = Math.ceil(units / fullUnit)
  if (units <= 0 || count > maxChunks) return null
  const last = lastPlain({ suite, chunkSize, cipher: units - (count - 1) * fullUnit - digestLength, only: count === 1 })
  if (last === null) return null
  const before = (count - 1) * chunkSize
  const digestsAt = length - count * digestLength
  return { suite, chunkSize, count, length, digestsAt, plainMin: before + last.min, plainMax: before + last.max }
}

/** The plaintext lengths that a last ciphertext chunk of `cipher` bytes can hold. */
function lastPlain(input: { suite: SuiteName; chunkSize: number; cipher: number; only: boolean }) {
  const { before, after, block } = suiteSizes[input.suite]
  const body = input.cipher - before - after
  if (body % block !== 0) return null
  const min = Math.max(block === 1 ? body : body - block, input.only ? 0 : 1)
  const max = Math.min(block === 1 ? body : body - 1, input.chunkSize)
  return body >= 0 && min <= max ? { min, max } : null
}

/** Where ciphertext chunk `index` lies in `.enc`. */
export function cipherRange(layout: Layout, index: number): Range {
  const unit = cipherLength(layout.suite, layout.chunkSize)
  const offset = headerLength + index * unit
  return { offset, length: Math.min(unit, layout.digestsAt - offset) }
}

/** Where the plaintext of chunk `index` lies in the whole plaintext; of the last one, the longest that it can be. */
export function plainRange(layout: Layout, index: number): Range {
  const offset = index * layout.chunkSize
  return { offset, length: Math.min(layout.chunkSize, layout.plainMax - offset) }
}

/** The smallest exponent from 19 up whose chunks hold `plaintextLength` bytes; throws `too-large` above 32 TiB. */
export function exponentFor(plaintextLength: number): number {
  for (let exponent = defaultExponent; exponent <= maxExponent; exponent++) {
    if (plaintextLength <= maxChunks * 2 ** exponent) return exponent
  }
  throw new Problem('too-large')
}

/** Padmé (Nikitin et al. 2019, section 4): the length to pad `length` to; 0 and 1 stay as they are. */
export function padme(length: number): number {
  if (length < 2) return length
  const exponent = bitLength(length) - 1
  const step = 2 ** (exponent - bitLength(exponent))
  return Math.ceil(length / step) * step
}

function bitLength(value: number): number {
  return value.toString(2).length
}
