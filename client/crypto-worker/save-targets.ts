/** Where plaintext is let out to: the browser's downloads, a folder, or a file of our own that a link then leads to. */
import { makeZip } from 'client-zip'
import { isMissing, storageProblem } from '#client/shelf/faults.ts'
import { ask, openSync, privateFolder, removeFrom } from '#client/shelf/private-files.ts'
import { savedFolder, segmentFile } from '#client/shelf/segment-file.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { Bytes } from '#shared/format/bytes.ts'
import { numbered } from '#shared/format/safe-name.ts'
import { holdBack, type PlainFile } from './plain-files.ts'
import { type FileToSave, zipEntry } from './save-plan.ts'
import type { SaveNews, SaveWish } from './save-stream.ts'

/** Files whose bytes are verified as they are read. */
export type PlainFiles = AsyncGenerator<PlainFile, void, undefined>

/** The name under which each file (by place in the metadata) was saved. */
export type SavedNames = Readonly<Record<number, string>>

/** Streams a download over `port`; throws `cancelled` where the browser's user ended it. */
export async function saveToStream(
  files: PlainFiles,
  options: { plan: readonly FileToSave[]; port: MessagePort; signal: AbortSignal },
): Promise<SavedNames> {
  const { plan, port, signal } = options
  const credits = makeCredits(port, signal)
  const say = (news: SaveNews, moved: Transferable[] = []) => port.postMessage(news, moved)
  try {
    for await (const piece of downloadBytes(files, plan)) {
      await credits.take()
      const bytes = ownBuffer(piece)
      say({ kind: 'chunk', bytes }, [bytes.buffer])
    }
    say({ kind: 'end' })
    return namesOf(plan)
  } catch (error) {
    say({ kind: 'error' })
    throw error
  } finally {
    credits.close()
  }
}

/** Writes the download to a file of the origin private file system; it is removed where saving fails. */
export async function saveToOpfs(
  files: PlainFiles,
  options: { plan: readonly FileToSave[]; name: string },
): Promise<SavedNames> {
  const folder = await privateFolder([savedFolder], { create: true })
  const file = segmentFile(await openSync(folder, options.name, { create: true }))
  try {
    let at = 0
    for await (const piece of downloadBytes(files, options.plan)) {
      file.write(piece, at)
      at += piece.length
    }
    file.finish()
    return namesOf(options.plan)
  } catch (error) {
    file.abandon()
    await removeFrom(folder, options.name).catch(() => undefined)
    throw error
  }
}

/** One file as itself, its last piece held back until all is verified; several as a zip, whose directory stands last. */
async function* downloadBytes(files: PlainFiles, plan: readonly FileToSave[]): AsyncGenerator<Bytes, void, undefined> {
  if (plan.length !== 1) {
    yield* zipBytes(files)
    return
  }
  for await (const { bytes } of files) yield* holdBack(bytes)
}

async function* zipBytes(files: PlainFiles): AsyncGenerator<Bytes, void, undefined> {
  const reader = makeZip(zipInputs(files)).getReader()
  try {
    for (;;) {
      const { value, done } = await reader.read()
      if (done) return
      yield ownBuffer(value)
    }
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

async function* zipInputs(files: PlainFiles) {
  for await (const { file, bytes } of files) yield { ...zipEntry(file), input: bytes }
}

/** A piece that may be transferred: nobody else's bytes lie in its buffer. */
function ownBuffer(piece: Uint8Array): Bytes {
  const { buffer } = piece
  const alone = buffer instanceof ArrayBuffer && piece.byteLength === buffer.byteLength
  return alone ? new Uint8Array(buffer) : new Uint8Array(piece)
}

function namesOf(plan: readonly FileToSave[]): SavedNames {
  return Object.fromEntries(plan.map(({ index, path }) => [index, path]))
}

function makeCredits(port: MessagePort, signal: AbortSignal) {
  let left = 0
  let wake: (() => void) | null = null
  let failure: { reason: unknown } | null = null
  const stir = () => wake?.()
  const fail = (reason: unknown) => {
    failure ??= { reason }
    stir()
  }
  const onAbort = () => fail(signal.reason)
  signal.addEventListener('abort', onAbort)
  port.onmessage = (event: MessageEvent<SaveWish>) => {
    if (event.data.kind === 'cancel') fail(new Problem('cancelled'))
    else left += event.data.count
    stir()
  }

  async function take(): Promise<void> {
    while (left === 0 && failure === null) {
      await new Promise<void>(resolve => {
        wake = resolve
      })
    }
    if (failure !== null) throw failure.reason
    left--
  }

  return { take, close: () => signal.removeEventListener('abort', onAbort) }
}

/**
 * Writes each file into the folder that the user chose, under a name that is free there; a file appears once its last
 * byte is verified, and nothing of one that failed stays.
 */
export async function saveToFolder(files: PlainFiles, folder: FileSystemDirectoryHandle): Promise<SavedNames> {
  const names: Record<number, string> = {}
  for await (const { file, bytes } of files) names[file.index] = await writeFile(folder, file.path, bytes)
  return names
}

async function writeFile(root: FileSystemDirectoryHandle, path: string, bytes: AsyncIterable<Bytes>): Promise<string> {
  const segments = path.split('/')
  const name = segments.pop() ?? path
  const folder = await openFolder(root, segments)
  const free = await freeName(folder, name)
  const handle = await ask(folder, held => held.getFileHandle(free, { create: true }))
  try {
    const writable = await ask(handle, held => held.createWritable())
    await writeAll(writable, bytes)
  } catch (error) {
    await removeFrom(folder, free).catch(() => undefined)
    throw writeProblem(error)
  }
  return [...segments, free].join('/')
}

function writeAll(stream: FileSystemWritableFileStream, bytes: AsyncIterable<Bytes>): Promise<void> {
  return ask(stream, async writable => {
    try {
      for await (const piece of bytes) await writable.write(piece)
      await writable.close()
    } catch (error) {
      await writable.abort().catch(() => undefined)
      throw error
    }
  })
}

function writeProblem(error: unknown): unknown {
  return error instanceof DOMException ? storageProblem(error) : error
}

async function openFolder(
  root: FileSystemDirectoryHandle,
  segments: readonly string[],
): Promise<FileSystemDirectoryHandle> {
  let folder = root
  for (const segment of segments) folder = await ask(folder, held => held.getDirectoryHandle(segment, { create: true }))
  return folder
}

async function freeName(folder: FileSystemDirectoryHandle, name: string): Promise<string> {
  for (let count = 1; ; count++) {
    const candidate = count === 1 ? name : numbered(name, count)
    if (!(await exists(folder, candidate))) return candidate
  }
}

async function exists(folder: FileSystemDirectoryHandle, name: string): Promise<boolean> {
  try {
    await ask(folder, held => held.getFileHandle(name))
    return true
  } catch (error) {
    // A folder of that name is in the way too; anything else shows when the file is made.
    return !isMissing(error) && error instanceof DOMException && error.name === 'TypeMismatchError'
  }
}
