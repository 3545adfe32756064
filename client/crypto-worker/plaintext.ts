/** Reads a stretch of the plaintext chunk by chunk: files one after another, then zeros as padding. */

import { type ByteReader, type Fill, type Filled, readBytes } from '#client/shelf/byte-reader.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { Bytes } from '#shared/format/bytes.ts'
import type { Piece } from './pieces.ts'

/** Below this, one `arrayBuffer()` costs less than opening a stream. */
const smallPiece = 64 * 1024

interface Stretch {
  readonly pieces: readonly Piece[]
  readonly chunkSize: number
  /** Plaintext bytes of the stretch, padding included. */
  readonly length: number
}

/**
 * Yields the chunks of a stretch, at least one (an empty plaintext is one empty chunk). Every chunk is a view of the
 * same buffer: use it before asking for the next. Throws `file-changed` with `data.name` where a file is not what it
 * was when it was picked: nothing of the transfer may be sent then.
 */
export async function* readChunks({ pieces, chunkSize, length }: Stretch): AsyncGenerator<Bytes, void, undefined> {
  const queue = openQueue(pieces)
  let buffer = new ArrayBuffer(Math.min(chunkSize, length))
  let left = length
  try {
    do {
      const size = Math.min(chunkSize, left)
      const { buffer: used, filled } = await queue.fill(buffer, size)
      buffer = used
      const chunk = new Uint8Array(buffer, 0, size)
      chunk.fill(0, filled)
      left -= size
      yield chunk
    } while (left > 0)
  } finally {
    await queue.close()
  }
}

interface Queue {
  fill(buffer: ArrayBuffer, length: number): Promise<Filled>
  close(): Promise<void>
}

function openQueue(pieces: readonly Piece[]): Queue {
  const waiting = pieces.values()
  let open: OpenPiece | null = null

  async function fill(given: ArrayBuffer, length: number): Promise<Filled> {
    let buffer = given
    let filled = 0
    while (filled < length) {
      open ??= nextPiece(waiting)
      if (open === null) break
      const wanted = Math.min(length - filled, open.left)
      const step = await fillFrom(open, { buffer, offset: filled, length: wanted })
      buffer = step.buffer
      filled += wanted
      open.left -= wanted
      if (open.left === 0) {
        await closePiece(open)
        open = null
      }
    }
    return { buffer, filled }
  }

  return { fill, close: async () => open?.reader.cancel() }
}

interface OpenPiece {
  readonly piece: Piece
  readonly reader: ByteReader
  left: number
}

function nextPiece(waiting: Iterator<Piece>): OpenPiece | null {
  const { value: piece, done } = waiting.next()
  if (done === true) return null
  refuseChanged(piece)
  const slice = piece.file.slice(piece.start, piece.end)
  const reader = slice.size <= smallPiece ? readSmall(slice) : readBytes(slice.stream())
  return { piece, reader, left: piece.end - piece.start }
}

async function fillFrom({ piece, reader }: OpenPiece, wanted: Fill): Promise<Filled> {
  try {
    const step = await reader.fill(wanted)
    if (step.filled < wanted.length) throw changed(piece)
    return step
  } catch (cause) {
    // A source that is edited, truncated or deleted meanwhile fails as NotReadableError or NotFoundError.
    throw cause instanceof Problem ? cause : changed(piece, cause)
  }
}

async function closePiece({ piece, reader }: OpenPiece): Promise<void> {
  await reader.cancel()
  refuseChanged(piece)
}

function readSmall(slice: Blob): ByteReader {
  let whole: Uint8Array | null = null
  let at = 0
  return {
    async fill({ buffer, offset, length }) {
      whole ??= new Uint8Array(await slice.arrayBuffer())
      const part = whole.subarray(at, at + length)
      new Uint8Array(buffer, offset, length).set(part)
      at += part.length
      return { buffer, filled: part.length }
    },
    cancel: async () => undefined,
  }
}

function refuseChanged(piece: Piece): void {
  if (piece.file.size !== piece.size || piece.file.lastModified !== piece.modified) throw changed(piece)
}

function changed({ name }: Piece, cause?: unknown): Problem {
  return new Problem('file-changed', { data: { name }, cause })
}
