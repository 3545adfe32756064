/**
 * The shelf on the origin private file system: `shelf/<jobId>/` with one file a segment, the digests, and a journal
 * that is written last, so that what has a journal is whole.
 */
import * as z from 'zod/mini'
import { decodeBase64, encodeBase64 } from '#shared/format/base64.ts'
import { parseHeader } from '#shared/format/header.ts'
import { headerLength, layoutFrom } from '#shared/format/sizes.ts'
import { isMissing, storageProblem } from './faults.ts'
import { openSync, privateFile, privateFolder, removeFrom } from './private-files.ts'
import { segmentFile, shelfFolder } from './segment-file.ts'
import { segmentsOf } from './segments.ts'
import type { JobPlan, Segment, Shelf, ShelfJob } from './shelf.ts'
import { makeTide } from './tide.ts'

const journalName = 'journal.json'
const digestsName = 'digests'

const journalSchema = z.object({
  version: z.literal(1),
  header: z.string(),
  length: z.number(),
  segmentSize: z.number(),
})
type Journal = z.infer<typeof journalSchema>

/** Opens the shelf; throws where this browser has no OPFS (`canShelve` tells). */
export async function openOpfsShelf(): Promise<Shelf> {
  const shelf = await privateFolder([shelfFolder], { create: true })
  return { begin: begin(shelf), find, clear: clear(shelf), list: list(shelf) }
}

const begin =
  (shelf: FileSystemDirectoryHandle) =>
  async (plan: JobPlan): Promise<ShelfJob> => {
    await clear(shelf)(plan.jobId)
    const folder = await privateFolder([shelfFolder, plan.jobId], { create: true })
    const tide = makeTide()
    tide.rise(0, headerLength)
    return jobIn(folder, plan, tide)
  }

async function find(jobId: string): Promise<ShelfJob | null> {
  const folder = await folderOf(jobId)
  const journal = folder === null ? null : await readJournal(folder)
  const plan = journal === null ? null : planFrom(jobId, journal)
  if (folder === null || plan === null) return null
  const tide = makeTide()
  tide.rise(0, plan.layout.length)
  return jobIn(folder, plan, tide)
}

const clear = (shelf: FileSystemDirectoryHandle) => async (jobId: string) => {
  try {
    await removeFrom(shelf, jobId)
  } catch (error) {
    if (!isMissing(error)) throw storageProblem(error)
  }
}

const list = (shelf: FileSystemDirectoryHandle) => async (): Promise<readonly string[]> => {
  const complete: string[] = []
  for await (const name of shelf.keys()) {
    const folder = await folderOf(name)
    if (folder !== null && (await readJournal(folder)) !== null) complete.push(name)
  }
  return complete
}

async function folderOf(jobId: string): Promise<FileSystemDirectoryHandle | null> {
  try {
    return await privateFolder([shelfFolder, jobId], { create: false })
  } catch {
    return null
  }
}

async function readJournal(folder: FileSystemDirectoryHandle): Promise<Journal | null> {
  try {
    const text = await (await privateFile(folder, journalName)).text()
    return journalSchema.parse(JSON.parse(text))
  } catch {
    // Missing or cut off: sealing did not come to its end, and its content key is gone.
    return null
  }
}

function planFrom(jobId: string, journal: Journal): JobPlan | null {
  const header = parseHeader(decodeBase64(journal.header) ?? new Uint8Array(0))
  const layout = header === null ? null : layoutFrom({ ...header, length: journal.length })
  if (header === null || layout === null) return null
  return { jobId, header: header.bytes, layout, segments: segmentsOf(layout, journal.segmentSize), partSize: 0 }
}

function jobIn(folder: FileSystemDirectoryHandle, plan: JobPlan, tide: ReturnType<typeof makeTide>): ShelfJob {
  const { jobId, layout, segments } = plan
  return {
    length: layout.length,
    place: async ({ index }: Segment) => ({ kind: 'opfs', jobId, segment: index }),
    written: ({ offset, length }) => tide.rise(offset, length),
    async complete(digests) {
      await writeWhole(folder, digestsName, digests)
      await writeWhole(folder, journalName, new TextEncoder().encode(JSON.stringify(journalOf(plan))))
      tide.rise(layout.digestsAt, digests.length)
    },
    available: tide.reaches,
    read: (offset, length) => readRange({ folder, plan }, offset, length),
    release: () => undefined,
    fail: reason => tide.fail(reason),
  }

  function journalOf({ header }: JobPlan): Journal {
    const segmentSize = (segments[0]?.count ?? 1) * layout.chunkSize
    return { version: 1, header: encodeBase64(header), length: layout.length, segmentSize }
  }
}

async function writeWhole(folder: FileSystemDirectoryHandle, name: string, bytes: Uint8Array<ArrayBuffer>) {
  try {
    const file = segmentFile(await openSync(folder, name, { create: true }))
    file.write(bytes, 0)
    file.finish()
  } catch (cause) {
    throw storageProblem(cause)
  }
}

interface Stored {
  readonly folder: FileSystemDirectoryHandle
  readonly plan: JobPlan
}

async function readRange({ folder, plan }: Stored, offset: number, length: number): Promise<Blob> {
  const pieces: Blob[] = []
  for (const extent of extentsOf(plan)) {
    const from = Math.max(offset, extent.offset)
    const to = Math.min(offset + length, extent.offset + extent.length)
    if (from >= to) continue
    const whole = extent.bytes === undefined ? await openFile(folder, extent.name) : new Blob([extent.bytes])
    pieces.push(whole.slice(from - extent.offset, to - extent.offset))
  }
  const [only] = pieces
  return pieces.length === 1 && only !== undefined ? only : new Blob(pieces)
}

interface Extent {
  readonly name: string
  readonly offset: number
  readonly length: number
  readonly bytes?: Uint8Array<ArrayBuffer>
}

function extentsOf({ header, layout, segments }: JobPlan): readonly Extent[] {
  return [
    { name: '', offset: 0, length: headerLength, bytes: header },
    ...segments.map(({ index, offset, length }) => ({ name: String(index), offset, length })),
    { name: digestsName, offset: layout.digestsAt, length: layout.length - layout.digestsAt },
  ]
}

async function openFile(folder: FileSystemDirectoryHandle, name: string): Promise<File> {
  try {
    return await privateFile(folder, name)
  } catch (cause) {
    throw storageProblem(cause)
  }
}
