/** Finds the two parts of a transfer that is named by `BASE.key`, by `FILE.dcrypt`, or comes on standard input. */
import { type FileHandle, open } from 'node:fs/promises'
import { Problem } from '#shared/contract/problems.ts'
import type { Source } from '#shared/crypto/open.ts'
import { isBundle, splitBundle, splitWindow } from '#shared/format/bundle.ts'
import { type Bytes, concat } from '#shared/format/bytes.ts'
import { about } from './failures.ts'
import type { Setting } from './setting.ts'

/** An `.enc` that can be read anywhere. */
export interface SeekableEnc {
  readonly source: Source & {
    /** Throws `truncated` where the file ends before. */
    fill(target: Uint8Array, offset: number): Promise<void>
    /** Where it lies: in this open file, from `start` on. */
    readonly fd: number
    readonly start: number
  }
}

/** A pipe is read once. */
export type Enc = SeekableEnc | { readonly stream: AsyncIterable<Uint8Array> }

export interface Bundle {
  /** `NAME.key`, unchecked. */
  readonly envelope: Uint8Array
  /** Finds `.enc`; asked for once the envelope is proven. Throws `not-found` where it is not beside it. */
  enc(): Promise<Enc>
  close(): Promise<void>
}

/** Opens a transfer. Throws `not-a-bundle` for what cannot be one, and what the system says about the files. */
export async function openBundle(setting: Setting, path: string): Promise<Bundle> {
  if (path === '-') return about('-', bundleOfStream(setting.input))
  const handle = await about(path, open(path))
  try {
    const stats = await handle.stat()
    if (stats.isDirectory()) throw new Problem('not-a-bundle')
    if (!stats.isFile()) return await bundleOfStream(handle.createReadStream())
    return await bundleOfFile(path, handle, stats.size)
  } catch (error) {
    await handle.close()
    return about(path, Promise.reject(error))
  }
}

async function bundleOfFile(path: string, handle: FileHandle, size: number): Promise<Bundle> {
  const start = new Uint8Array(Math.min(splitWindow, size))
  await fillFrom(handle, start, 0)
  if (!isWhole(path, start)) return besideKey(path, handle, start)
  const { envelope, encOffset } = splitBundle(start)
  return {
    envelope,
    enc: async () => ({ source: sourceOf(handle, encOffset, size - encOffset) }),
    close: () => handle.close(),
  }
}

/** Of a file that is named as a `.dcrypt` no other part is looked for, however it ends. */
function isWhole(path: string, start: Uint8Array): boolean {
  return isBundle(start) || path.toLowerCase().endsWith('.dcrypt')
}

function besideKey(path: string, handle: FileHandle, envelope: Uint8Array): Bundle {
  const encPath = `${path.replace(/\.key$/i, '')}.enc`
  let enc: FileHandle | null = null
  return {
    envelope,
    async enc() {
      enc = await about(encPath, open(encPath))
      const stats = await enc.stat()
      if (stats.isDirectory()) throw new Problem('not-a-bundle', { data: { path: encPath } })
      if (!stats.isFile()) return { stream: enc.createReadStream({ autoClose: false }) }
      return { source: sourceOf(enc, 0, stats.size) }
    },
    async close() {
      await handle.close()
      await enc?.close()
    },
  }
}

function sourceOf(handle: FileHandle, start: number, length: number) {
  return {
    length,
    fd: handle.fd,
    start,
    async read(offset: number, wanted: number) {
      const bytes = new Uint8Array(wanted)
      await fillFrom(handle, bytes, start + offset)
      return bytes
    },
    fill: (target: Uint8Array, offset: number) => fillFrom(handle, target, start + offset),
  }
}

/** Throws `truncated` where the file ends before; it was longer when it was opened. */
async function fillFrom(handle: FileHandle, target: Uint8Array, position: number): Promise<void> {
  for (let filled = 0; filled < target.length; ) {
    const { bytesRead } = await handle.read(target, filled, target.length - filled, position + filled)
    if (bytesRead === 0) throw new Problem('truncated')
    filled += bytesRead
  }
}

async function bundleOfStream(stream: AsyncIterable<Uint8Array>): Promise<Bundle> {
  const pieces = stream[Symbol.asyncIterator]()
  const start = await gather(pieces)
  const close = async () => void (await pieces.return?.())
  if (!isBundle(start) && !start.includes(0x0a)) return { envelope: start, enc: noEnc, close }
  const { envelope, encOffset } = splitBundle(start)
  return { envelope, enc: async () => ({ stream: rest(start.subarray(encOffset), pieces) }), close }
}

function noEnc(): Promise<never> {
  return Promise.reject(new Problem('truncated'))
}

/** What has to be seen of a stream to find the envelope in it. */
async function gather(pieces: AsyncIterator<Uint8Array>): Promise<Bytes> {
  const held: Uint8Array[] = []
  for (let length = 0; length < splitWindow; ) {
    const next = await pieces.next()
    if (next.done === true) break
    held.push(next.value)
    length += next.value.length
  }
  return concat(...held)
}

async function* rest(first: Uint8Array, pieces: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first
  for (;;) {
    const next = await pieces.next()
    if (next.done === true) return
    yield next.value
  }
}
