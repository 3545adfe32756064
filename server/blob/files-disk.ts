/** The disk under the file store: files that are there whole or not at all, and errors as Problems. */
import { randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Problem } from '#shared/contract/problems.ts'

/** Names that a crash may leave behind begin so. */
export const temporary = '.tmp-'

/**
 * Writes a file under a temporary name beside `path`, makes it last, then calls `place` to give it its name. Whatever
 * fails, nothing is left behind. `write` fills the open file.
 */
export async function writeWhole(
  path: string,
  write: (file: FileHandle) => Promise<void>,
  place: (from: string) => Promise<void> = from => rename(from, path),
): Promise<void> {
  const from = join(dirname(path), `${temporary}${randomBytes(9).toString('base64url')}`)
  try {
    await writeAndSync(from, write)
    await place(from)
  } catch (error) {
    await rm(from, { force: true })
    throw error
  }
  await syncFolder(dirname(path))
}

async function writeAndSync(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await write(file)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Writes all of `chunks` at the file's end; a disk that fills up may take only some of them without an error. */
export async function writeAll(file: FileHandle, chunks: readonly Uint8Array[]): Promise<void> {
  const { bytesWritten } = await file.writev(chunks)
  let rest = restOf(chunks, bytesWritten)
  while (rest.length > 0) rest = rest.subarray((await file.write(rest)).bytesWritten)
}

function restOf(chunks: readonly Uint8Array[], written: number): Uint8Array {
  const total = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  return written === total ? new Uint8Array() : Buffer.concat(chunks).subarray(written)
}

/** Makes a folder and what is missing between it and `top`, lasting. */
export async function makeFolder(path: string, top: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 })
  for (let at = path; at !== top && at !== dirname(at); at = dirname(at)) await syncFolder(dirname(at))
}

/** Makes renames in `path` last. Windows has no such call, and its file system no need of it. */
export async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

/** Names in a folder; none where the folder is not there. */
export async function namesIn(path: string): Promise<readonly string[]> {
  return (await unlessMissing(readdir(path))) ?? []
}

/** What `work` gives, or null where the file is not there. */
export async function unlessMissing<Answer>(work: Promise<Answer>): Promise<Answer | null> {
  try {
    return await work
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null
    throw error
  }
}

const noRoom = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** Runs `work`; what the disk throws comes out as `server-full` or `unavailable`. */
export async function onDisk<Answer>(work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Problem) throw error
    const errno = errnoOf(error)
    if (errno === '') throw error
    throw new Problem(noRoom.has(errno) ? 'server-full' : 'unavailable', { cause: error })
  }
}

function errnoOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error) || !('syscall' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}
