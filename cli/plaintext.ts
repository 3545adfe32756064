/** The plaintext that is sealed: the files' bytes one after another, then zeros where the size is hidden. */
import { type FileHandle, open } from 'node:fs/promises'
import { Problem } from '#shared/contract/problems.ts'
import { padme } from '#shared/format/sizes.ts'
import type { Found } from './collect.ts'
import { about } from './failures.ts'

/** Bytes in order. `fill` gives fewer than there is room for only at their end. */
export interface Plaintext {
  fill(target: Uint8Array): Promise<number>
  close(): Promise<unknown>
}

/** The bytes of `files`. `fill` throws `file-changed` where one is not any more what it was when it was found. */
export function plaintextOf(files: readonly Found[]): Plaintext {
  const queue = files.values()
  let current: FileReader | null = null

  async function fill(target: Uint8Array): Promise<number> {
    let filled = 0
    while (filled < target.length) {
      current ??= await openNext(queue)
      if (current === null) break
      const read: number = await current.read(target.subarray(filled))
      if (read === 0) {
        await current.end()
        current = null
      }
      filled += read
    }
    return filled
  }

  return { fill, close: async () => current?.close() }
}

interface FileReader {
  /** 0 at the end of the file. */
  read(target: Uint8Array): Promise<number>
  end(): Promise<void>
  close(): Promise<void>
}

async function openNext(queue: Iterator<Found>): Promise<FileReader | null> {
  const next = queue.next()
  if (next.done === true) return null
  const { path } = next.value
  return fileReader(next.value, await about(path, open(path)))
}

function fileReader({ path, entry, mtimeMs }: Found, handle: FileHandle): FileReader {
  let at = 0
  return {
    async read(target) {
      const length = Math.min(target.length, entry.size - at)
      if (length === 0) return 0
      const { bytesRead } = await about(path, handle.read(target, 0, length, at))
      if (bytesRead === 0) throw new Problem('file-changed', { data: { path } })
      at += bytesRead
      return bytesRead
    },
    async end() {
      const now = await about(path, handle.stat())
      await handle.close()
      if (now.size !== entry.size || now.mtimeMs !== mtimeMs) throw new Problem('file-changed', { data: { path } })
    },
    close: () => handle.close(),
  }
}

/** A plaintext whose size is hidden (Padmé): zeros behind it. */
export function padded(inner: Plaintext): Plaintext {
  let real = 0
  let zeros: number | null = null
  return {
    async fill(target) {
      const filled = zeros === null ? await inner.fill(target) : 0
      real += filled
      if (filled === target.length) return filled
      zeros ??= padme(real) - real
      const added = Math.min(zeros, target.length - filled)
      target.fill(0, filled, filled + added)
      zeros -= added
      return filled + added
    },
    close: () => inner.close(),
  }
}

/** A plaintext that counts what was read of it. */
export function counted(inner: Plaintext): Plaintext & { count(): number } {
  let total = 0
  return {
    count: () => total,
    async fill(target) {
      const filled = await inner.fill(target)
      total += filled
      return filled
    },
    close: () => inner.close(),
  }
}
