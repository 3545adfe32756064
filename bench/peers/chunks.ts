/** Streams cut into chunks of one size, and streams made of what is yielded. */
import type { Stream } from './peer.ts'

export interface Chunk {
  /** A view of a buffer that is used again: good until the next chunk is asked for. */
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly final: boolean
}

/** The stream's bytes in chunks of `size`, of which only the final one may be shorter; at least one. */
export async function* chunksOf(stream: Stream, size: number): AsyncGenerator<Chunk, void, undefined> {
  const source = piecesOf(stream)
  let [filling, spare] = [new Uint8Array(size), new Uint8Array(0)]
  let filled = 0
  for await (const piece of source) {
    for (let at = 0; at < piece.length; ) {
      if (filled === size) {
        yield { bytes: filling, final: false }
        if (spare.length === 0) spare = new Uint8Array(size)
        ;[filling, spare] = [spare, filling]
        filled = 0
      }
      const part = piece.subarray(at, at + size - filled)
      filling.set(part, filled)
      filled += part.length
      at += part.length
    }
  }
  yield { bytes: filling.subarray(0, filled), final: true }
}

/** What the stream gives, as it gives it. */
export async function* piecesOf(stream: Stream): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = stream.getReader()
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } finally {
    await reader.cancel()
  }
}

/** A stream of what `source` yields, no faster than it is read. */
export function streamOf(source: AsyncGenerator<Uint8Array, void, undefined>): Stream {
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await source.next()
      if (done === true) controller.close()
      else controller.enqueue(value)
    },
    async cancel() {
      await source.return()
    },
  })
}

/** The stream's first `length` bytes, and the stream of all behind them. */
export async function splitHeader(stream: Stream, length: number): Promise<{ header: Uint8Array; rest: Stream }> {
  const source = piecesOf(stream)
  const header = new Uint8Array(length)
  for (let filled = 0; ; ) {
    const { value, done } = await source.next()
    if (done === true) throw new Error('the header is cut off')
    header.set(value.subarray(0, length - filled), filled)
    const used = Math.min(value.length, length - filled)
    filled += used
    if (filled === length) return { header, rest: streamOf(withFirst(value.subarray(used), source)) }
  }
}

async function* withFirst(first: Uint8Array, source: AsyncGenerator<Uint8Array, void, undefined>) {
  if (first.length > 0) yield first
  yield* source
}
