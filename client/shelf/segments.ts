import { cipherRange, type Layout } from '#shared/format/sizes.ts'
import type { Segment } from './shelf.ts'

/** Cuts the chunks of `.enc` into segments of about `target` bytes of plaintext, at least one chunk each. */
export function segmentsOf(layout: Layout, target: number): readonly Segment[] {
  const each = Math.max(1, Math.floor(target / layout.chunkSize))
  const segments: Segment[] = []
  for (let first = 0; first < layout.count; first += each) {
    const count = Math.min(each, layout.count - first)
    const { offset } = cipherRange(layout, first)
    const last = cipherRange(layout, first + count - 1)
    segments.push({ index: segments.length, first, count, offset, length: last.offset + last.length - offset })
  }
  return segments
}
