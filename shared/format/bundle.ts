/** `NAME.dcrypt`: the envelope, one newline, and `.enc` in one file. */
import { Problem } from '#shared/contract/problems.ts'
import { type Bytes, concat, utf8 } from './bytes.ts'
import { maxEnvelope } from './envelope.ts'
import { mayHaveMagic } from './header.ts'

const newline = 0x0a

/** How many bytes of a file {@link splitBundle} has to see: the longest envelope, its newline and the magic. */
export const splitWindow = maxEnvelope + 1 + 8

/** What stands before `.enc` in a `.dcrypt`. */
export function bundleHead(envelopeText: string): Bytes {
  return concat(utf8(envelopeText), Uint8Array.of(newline))
}

/** The `.dcrypt` of an envelope and a whole `.enc` in memory. */
export function joinBundle(envelopeText: string, enc: Uint8Array): Bytes {
  return concat(bundleHead(envelopeText), enc)
}

/**
 * Finds the envelope at the start of a `.dcrypt`; `start` is its first {@link splitWindow} bytes, or all of it where
 * it is shorter. `.enc` begins at `encOffset`. Throws `not-a-bundle` where no newline comes within 4 MiB.
 */
export function splitBundle(start: Uint8Array): { envelope: Uint8Array; encOffset: number } {
  const end = start.subarray(0, maxEnvelope + 1).indexOf(newline)
  if (end < 0) throw new Problem('not-a-bundle')
  return { envelope: start.subarray(0, end), encOffset: end + 1 }
}

/**
 * Whether a file that begins with `start` ({@link splitWindow} bytes, or all of it) is a `.dcrypt` and not a `.key`
 * that somebody ended with a newline: `.enc`'s magic, or a beginning of it, follows the first newline.
 */
export function isBundle(start: Uint8Array): boolean {
  const end = start.subarray(0, maxEnvelope + 1).indexOf(newline)
  const after = start.subarray(end + 1, end + 9)
  return end >= 0 && after.length > 0 && mayHaveMagic(after)
}
