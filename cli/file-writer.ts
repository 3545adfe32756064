/** Writes the files' bytes, which are one run, into files that are called by their place in the list. */
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { type FileEntry, fileSlices } from '#shared/format/metadata.ts'
import type { FilePart } from './chunk-orders.ts'
import { writeAll } from './write-all.ts'

/** A place in one file, for somebody else to write to. */
export interface Direct {
  readonly part: FilePart
  /** All of it was written. */
  done(): Promise<void>
}

/** Takes the files' bytes by where they lie in the plaintext. Calls of each method come in that order. */
export interface PlainSink {
  /** Where a run of bytes goes, if it is one file; else `null`, and `write` has to be called with them. */
  direct(offset: number, length: number): Promise<Direct | null>
  write(offset: number, plain: Uint8Array): Promise<void>
}

export interface FileWriter extends PlainSink {
  /** After the last byte: empty files are still to come. */
  end(): Promise<void>
  /** Lets the files go that are being written. */
  close(): Promise<void>
}

interface OpenFile {
  readonly handle: FileHandle
  /** Bytes that are still to come. */
  left: number
}

/** A writer of `files` into `folder`: the first is called 0. */
export function fileWriter(folder: string, files: readonly FileEntry[]): FileWriter {
  const partAt = locatorOf(files)
  const opened = new Map<number, Promise<OpenFile>>()

  function fileAt(index: number): Promise<OpenFile> {
    const known = opened.get(index)
    if (known !== undefined) return known
    const made = create(join(folder, String(index)), files[index]?.size ?? 0)
    opened.set(index, made)
    return made
  }

  async function wrote(index: number, length: number): Promise<void> {
    const file = await fileAt(index)
    file.left -= length
    if (file.left > 0) return
    opened.delete(index)
    await complete(file.handle, files[index]?.modified ?? 0)
  }

  return {
    async direct(offset, length) {
      const { index, position, length: fits } = partAt(offset, length)
      if (fits < length) return null
      const { handle } = await fileAt(index)
      return { part: { fd: handle.fd, position, length }, done: () => wrote(index, length) }
    },
    async write(offset, plain) {
      for (let done = 0; done < plain.length; ) {
        const { index, position, length } = partAt(offset + done, plain.length - done)
        const { handle } = await fileAt(index)
        await writeAll(handle, plain.subarray(done, done + length), position)
        await wrote(index, length)
        done += length
      }
    },
    async end() {
      for (const [index, { size }] of files.entries()) if (size === 0) await wrote(index, 0)
    },
    async close() {
      for (const file of await Promise.allSettled(opened.values())) {
        if (file.status === 'fulfilled') await file.value.handle.close()
      }
    },
  }
}

async function create(path: string, size: number): Promise<OpenFile> {
  return { handle: await open(path, 'wx'), left: size }
}

async function complete(handle: FileHandle, modified: number): Promise<void> {
  // Not every file system takes every time.
  await handle.utimes(modified / 1000, modified / 1000).catch(() => undefined)
  await handle.close()
}

interface Place {
  readonly index: number
  readonly position: number
  readonly length: number
}

/** Says which part of a run one file takes, from the run's beginning. */
function locatorOf(files: readonly FileEntry[]): (offset: number, length: number) => Place {
  const slices = fileSlices({ created: 0, files })
  return (offset, length) => {
    const index = lastAt(slices, offset)
    const slice = slices[index] ?? { offset: 0, size: 0 }
    const position = offset - slice.offset
    return { index, position, length: Math.min(length, slice.size - position) }
  }
}

/** The last of those that begin at `offset` or before: empty files before it hold nothing. */
function lastAt(slices: readonly { offset: number }[], offset: number): number {
  let [low, high] = [0, slices.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((slices[middle]?.offset ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return low
}
