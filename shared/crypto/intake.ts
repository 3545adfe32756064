/** A byte stream, read in exact pieces however it arrives. */
import type { Bytes } from '#shared/format/bytes.ts'

/** Anything that gives bytes one piece after another. */
export type ByteStream = ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>

export interface Intake {
  /** Fills `target` from its start and returns how many bytes there were: fewer only at the stream's end. */
  fill(target: Uint8Array): Promise<number>
  /** Up to `length` bytes; fewer only at the stream's end. */
  take(length: number): Promise<Bytes>
  /** Lets the stream go; call it in `finally`. */
  close(): Promise<void>
}

/** Opens a stream for exact reading. */
export function intakeOf(stream: ByteStream): Intake {
  const pieces = piecesOf(stream)
  let rest: Uint8Array = new Uint8Array(0)

  async function fill(target: Uint8Array): Promise<number> {
    let filled = 0
    while (filled < target.length) {
      if (rest.length === 0) {
        const next = await pieces.next()
        if (next.done === true) break
        rest = next.value
      }
      const piece = rest.subarray(0, target.length - filled)
      target.set(piece, filled)
      filled += piece.length
      rest = rest.subarray(piece.length)
    }
    return filled
  }

  async function take(length: number): Promise<Bytes> {
    const target = new Uint8Array(length)
    return target.subarray(0, await fill(target))
  }

  async function close(): Promise<void> {
    await pieces.return?.(undefined)
  }

  return { fill, take, close }
}

function piecesOf(stream: ByteStream): AsyncIterator<Uint8Array> {
  // Not every browser iterates a ReadableStream, so it is read by its reader everywhere.
  return 'getReader' in stream ? readPieces(stream) : stream[Symbol.asyncIterator]()
}

async function* readPieces(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader()
  let ended = false
  try {
    for (;;) {
      const { done, value } = await reader.read()
      ended = done
      if (done) return
      yield value
    }
  } finally {
    if (!ended) await reader.cancel().catch(() => undefined)
    reader.releaseLock()
  }
}
