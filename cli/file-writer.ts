/** Writes the files' bytes, which come as one run, into files that are called by their place in the list. */
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import type { FileEntry } from '#shared/format/metadata.ts'
import { writeAll } from './write-all.ts'

export interface FileWriter {
  write(plain: Uint8Array): Promise<void>
  /** After the last byte: empty files are still to come. */
  end(): Promise<void>
  /** Lets the file go that is being written. */
  close(): Promise<void>
}

/** A writer of `files` into `folder`: the first is called 0. */
export function fileWriter(folder: string, files: readonly FileEntry[]): FileWriter {
  let index = -1
  let handle: FileHandle | null = null
  let at = 0

  async function nextFile(): Promise<void> {
    index++
    at = 0
    handle = await open(join(folder, String(index)), 'wx')
  }

  async function endFile(): Promise<void> {
    const done = handle
    handle = null
    if (done === null) return
    const seconds = (files[index]?.modified ?? 0) / 1000
    // Not every file system takes every time.
    await done.utimes(seconds, seconds).catch(() => undefined)
    await done.close()
  }

  async function writeHere(open: FileHandle, plain: Uint8Array): Promise<number> {
    const piece = plain.subarray(0, (files[index]?.size ?? 0) - at)
    await writeAll(open, piece, at)
    at += piece.length
    return piece.length
  }

  async function write(plain: Uint8Array): Promise<void> {
    for (let done = 0; done < plain.length; ) {
      if (handle === null) await nextFile()
      if (handle !== null) done += await writeHere(handle, plain.subarray(done))
      if (at === (files[index]?.size ?? 0)) await endFile()
    }
  }

  async function end(): Promise<void> {
    await endFile()
    while (index + 1 < files.length) {
      await nextFile()
      await endFile()
    }
  }

  return { write, end, close: async () => handle?.close() }
}
