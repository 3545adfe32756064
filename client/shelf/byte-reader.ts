/** Exact reading of byte streams into one reused buffer: by a BYOB reader where there is one, by the default one else. */

/** Bytes wanted at one place of a buffer. */
export interface Fill {
  /** Handed over: the stream may move its memory into another buffer, which the answer names. */
  readonly buffer: ArrayBuffer
  readonly offset: number
  readonly length: number
}

export interface Filled {
  readonly buffer: ArrayBuffer
  /** Fewer than asked for only at the stream's end. */
  readonly filled: number
}

export interface ByteReader {
  fill(wanted: Fill): Promise<Filled>
  /** Lets the stream go; safe at any time. */
  cancel(): Promise<void>
}

/**
 * Readers that are not let go yet. Nothing else need reach them while a read is waited for, and then Chromium's
 * collector takes a file's stream with the read that waits for it: it would never be answered.
 */
const reading = new Set<ByteReader>()

/** Opens a stream of a file or of a response for exact reading; it is held until it is cancelled. */
export function readBytes(stream: ReadableStream<Uint8Array<ArrayBuffer>>): ByteReader {
  const byob = byobReader(stream)
  const { fill, cancel } = byob === null ? defaultReading(stream.getReader()) : byobReading(byob)
  const reader: ByteReader = {
    fill,
    cancel() {
      reading.delete(reader)
      return cancel()
    },
  }
  reading.add(reader)
  return reader
}

function byobReader(stream: ReadableStream<Uint8Array<ArrayBuffer>>): ReadableStreamBYOBReader | null {
  try {
    return stream.getReader({ mode: 'byob' })
  } catch {
    return null
  }
}

function byobReading(reader: ReadableStreamBYOBReader): ByteReader {
  async function fill({ buffer, offset, length }: Fill): Promise<Filled> {
    let held = buffer
    let filled = 0
    while (filled < length) {
      // `min` saves a turn a piece where it is known; elsewhere it is ignored and the loop goes on.
      const view = new Uint8Array(held, offset + filled, length - filled)
      const { value, done } = await reader.read(view, { min: view.length })
      if (value === undefined) throw new DOMException('The stream was cancelled.', 'AbortError')
      held = value.buffer
      filled += value.length
      if (done) break
    }
    return { buffer: held, filled }
  }

  return { fill, cancel: () => reader.cancel().catch(() => undefined) }
}

function defaultReading(reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>): ByteReader {
  let rest = new Uint8Array(0)

  async function fill({ buffer, offset, length }: Fill): Promise<Filled> {
    const target = new Uint8Array(buffer, offset, length)
    let filled = 0
    while (filled < length) {
      if (rest.length === 0) {
        const { value, done } = await reader.read()
        if (done) break
        rest = value
      }
      const piece = rest.subarray(0, length - filled)
      target.set(piece, filled)
      filled += piece.length
      rest = rest.subarray(piece.length)
    }
    return { buffer, filled }
  }

  return { fill, cancel: () => reader.cancel().catch(() => undefined) }
}
