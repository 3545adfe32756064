/** The plaintext that is sealed: the files' bytes one after another, then zeros where the size is hidden. */
import { type FileHandle, open } from 'node:fs/promises'
import { Problem } from '#shared/contract/problems.ts'
import { padme } from '#shared/format/sizes.ts'
import type { FilePart } from './chunk-orders.ts'
import type { Found } from './collect.ts'
import { about } from './failures.ts'

/** Bytes that somebody else reads from the file that they lie in. */
export interface Claim {
  readonly part: FilePart
  /** They were read, or will not be. */
  done(): void
}

/** Bytes in order. */
export interface Plaintext {
  /** Fewer than there is room for only at the end. */
  fill(target: Uint8Array): Promise<number>
  /** The next `length` bytes, where they lie in one file; else `null`, and nothing is taken. */
  claim(length: number): Promise<Claim | null>
  /** After the last byte. Throws `file-changed` where a file is not any more what it was when it was found. */
  finish(): Promise<void>
  close(): Promise<void>
}

/** The bytes of `files`. `fill` throws `file-changed` where one ends before it should. */
export function plaintextOf(files: readonly Found[]): Plaintext {
  const reading = readingOf(files)
  return {
    async fill(target) {
      let filled = 0
      while (filled < target.length) {
        const file = await reading.current()
        if (file === null) break
        filled += await file.read(target.subarray(filled))
      }
      return filled
    },
    async claim(length) {
      const file = await reading.current()
      return file !== null && file.left() >= length ? file.claim(length) : null
    },
    finish: reading.finish,
    close: reading.close,
  }
}

/** Opens one file after another, and closes each once all of it was read, by whomever. */
function readingOf(files: readonly Found[]) {
  const queue = files.values()
  const ending = new Map<Promise<void>, FileReader>()
  let file: FileReader | null = null

  function endLater(done: FileReader): void {
    const end = done.end()
    ending.set(end, done)
    end.then(
      () => ending.delete(end),
      () => undefined,
    )
  }

  return {
    /** The file that the next byte is in; `null` after the last one. */
    async current(): Promise<FileReader | null> {
      while (file === null || file.left() === 0) {
        if (file !== null) endLater(file)
        file = null
        const next = queue.next()
        if (next.done === true) return null
        const { path } = next.value
        file = fileReader(next.value, await about(path, open(path)))
      }
      return file
    },
    finish: async () => void (await Promise.all(ending.keys())),
    async close() {
      await file?.close()
      for (const left of ending.values()) await left.close()
    },
  }
}

interface FileReader {
  left(): number
  read(target: Uint8Array): Promise<number>
  claim(length: number): Claim
  /** Waits for the claims, then looks whether the file is still the same. */
  end(): Promise<void>
  close(): Promise<void>
}

function fileReader({ path, entry, mtimeMs }: Found, handle: FileHandle): FileReader {
  const claims = new Set<Promise<void>>()
  let at = 0
  return {
    left: () => entry.size - at,
    async read(target) {
      const length = Math.min(target.length, entry.size - at)
      const { bytesRead } = await about(path, handle.read(target, 0, length, at))
      if (bytesRead === 0) throw new Problem('file-changed', { data: { path } })
      at += bytesRead
      return bytesRead
    },
    claim(length) {
      const part = { fd: handle.fd, position: at, length }
      at += length
      let done = () => {}
      const claim = new Promise<void>(resolve => {
        done = resolve
      })
      claims.add(claim)
      return { part, done: () => [done(), claims.delete(claim)] }
    },
    async end() {
      await Promise.all(claims)
      const now = await handle.stat().finally(() => handle.close())
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
    ...inner,
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
    async claim(length) {
      const claim = await inner.claim(length)
      if (claim !== null) real += length
      return claim
    },
  }
}

/** A plaintext that counts what was taken of it. */
export function counted(inner: Plaintext): Plaintext & { count(): number } {
  let total = 0
  return {
    ...inner,
    count: () => total,
    async fill(target) {
      const filled = await inner.fill(target)
      total += filled
      return filled
    },
    async claim(length) {
      const claim = await inner.claim(length)
      if (claim !== null) total += length
      return claim
    },
  }
}
