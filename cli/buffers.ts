/** Buffers that are used again: what is allocated for each chunk costs as much as its cipher. */

export interface Buffers {
  /** A buffer with whatever is left in it. */
  take(): Uint8Array
  give(buffer: Uint8Array): void
}

/** As many buffers of `length` bytes as are in use at once: `shared` ones can be reached by workers. */
export function buffersOf(length: number, kind: 'shared' | 'own'): Buffers {
  const free: Uint8Array[] = []
  const make = () => new Uint8Array(kind === 'shared' ? new SharedArrayBuffer(length) : new ArrayBuffer(length))
  return {
    take: () => free.pop() ?? make(),
    give: buffer => free.push(buffer),
  }
}

/** Bytes of chunks that may be under way; some buffers of a chunk's size go with each. */
const inFlight = 4 * 2 ** 20

/** How many chunks of this size are worked on at once. */
export function widthFor(chunkSize: number): number {
  return Math.max(1, Math.min(8, Math.floor(inFlight / chunkSize)))
}
