/** Cuts the verified plaintext into files, each piece in a buffer of its own. */
import type { Bytes } from '#shared/format/bytes.ts'
import type { OpenedChunk } from './lane-orders.ts'
import type { FileToSave } from './save-plan.ts'

/** A file and its bytes; read each file's bytes to their end before asking for the next file. */
export interface PlainFile {
  readonly file: FileToSave
  readonly bytes: AsyncGenerator<Bytes, void, undefined>
}

/**
 * Yields the files in order. The last one's bytes end, and this generator returns, only once every chunk has come:
 * whoever closes a file then has all of what was asked for verified.
 */
export async function* splitFiles(
  chunks: AsyncGenerator<OpenedChunk, void, undefined>,
  files: readonly FileToSave[],
  chunkSize: number,
): AsyncGenerator<PlainFile, void, undefined> {
  const cursor = openCursor(chunks, chunkSize)
  try {
    for (const file of files) yield { file, bytes: cursor.file(file, file === files.at(-1)) }
    await cursor.drain()
  } finally {
    await chunks.return()
  }
}

function openCursor(chunks: AsyncGenerator<OpenedChunk, void, undefined>, chunkSize: number) {
  let current: OpenedChunk | null = null

  async function chunkAt(offset: number): Promise<OpenedChunk> {
    const index = Math.floor(offset / chunkSize)
    while (current === null || current.index < index) {
      const step = await chunks.next()
      if (step.done === true) throw new RangeError('the plan lacks a chunk of a file')
      current = step.value
    }
    return current
  }

  async function* file({ offset, size }: FileToSave, last: boolean): AsyncGenerator<Bytes, void, undefined> {
    const end = offset + size
    for (let at = offset; at < end; ) {
      const { index, plain } = await chunkAt(at)
      const start = at - index * chunkSize
      const piece = plain.subarray(start, Math.min(plain.length, start + end - at))
      at += piece.length
      // A piece is handed over for good: where its chunk holds more than it, the rest is still needed.
      yield piece.length === plain.length ? plain : piece.slice()
    }
    if (last) await drain()
  }

  async function drain(): Promise<void> {
    while ((await chunks.next()).done !== true);
  }

  return { file, drain }
}

/** Yields each piece once the next one is there or the source has ended well: the last piece waits for the end. */
export async function* holdBack(source: AsyncIterable<Bytes>): AsyncGenerator<Bytes, void, undefined> {
  let held: Bytes | null = null
  for await (const piece of source) {
    if (held !== null) yield held
    held = piece
  }
  if (held !== null) yield held
}
