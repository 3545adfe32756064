/** Buffers that are used again: what is allocated for each chunk costs more than its cipher. */
import type { Bytes } from '#shared/format/bytes.ts'

export interface Buffers {
  /** A buffer with whatever is left in it. */
  take(): Bytes
  give(buffer: Bytes): void
}

/** As many buffers of `length` bytes as are in use at once. */
export function buffersOf(length: number): Buffers {
  const free: Bytes[] = []
  return {
    take: () => free.pop() ?? new Uint8Array(length),
    give: buffer => free.push(buffer),
  }
}

/** Bytes of chunks that may be under way; four buffers of a chunk's size go with each. */
const inFlight = 4 * 2 ** 20

/** How many chunks of this size are worked on at once. */
export function widthFor(chunkSize: number): number {
  return Math.max(1, Math.min(8, Math.floor(inFlight / chunkSize)))
}
