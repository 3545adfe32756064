/** Takes one part from a stream onto the disk, checking it on the way. */
import type { FileHandle } from 'node:fs/promises'
import { rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { Problem } from '#shared/contract/problems.ts'
import type { Part } from '#shared/contract/transfer.ts'
import { namesIn, unlessMissing, writeAll, writeWhole } from './files-disk.ts'
import { parsePartName, partName } from './files-layout.ts'

/** Chunks are gathered up to this many bytes before they go to the disk: a call to it costs more than a copy. */
const gather = 1024 * 1024

export interface PartPut {
  readonly folder: string
  readonly part: Part
  readonly body: Readable
  /** Runs the moment of renaming alone among all that changes this blob, and says whether the blob is complete by then. */
  readonly alone: (work: (complete: boolean) => Promise<void>) => Promise<void>
}

/** Puts a part in its folder; throws `part-refused` and leaves nothing behind where the bytes are not the part's. */
export async function putPartFile(put: PartPut): Promise<void> {
  const { folder, part, body } = put
  // A part that is put again, since its answer was lost, is read and checked but not written.
  if (await liesThere(folder, part)) return drain(checked(body, part))
  const placed = await unlessMissing(write(put).then(() => true))
  if (placed === null) throw refused(part)
}

/** Asks for the one file first: the folder may hold 10,000. */
async function liesThere(folder: string, part: Part): Promise<boolean> {
  const file = await unlessMissing(stat(join(folder, partName(part))))
  return file !== null && rivals(await namesIn(folder), part).length === 0
}

async function write({ folder, part, body, alone }: PartPut): Promise<void> {
  await writeWhole(
    join(folder, partName(part)),
    file => pour(checked(body, part), file),
    from => alone(complete => place({ folder, part, from, complete })),
  )
}

async function place(at: { folder: string; part: Part; from: string; complete: boolean }): Promise<void> {
  const names = await namesIn(at.folder)
  const others = rivals(names, at.part)
  if (at.complete) {
    if (!names.includes(partName(at.part))) throw refused(at.part)
    return rm(at.from)
  }
  for (const name of others) await rm(join(at.folder, name))
  await rename(at.from, join(at.folder, partName(at.part)))
}

/** Files that claim the same number with other bytes. */
function rivals(names: readonly string[], part: Part): readonly string[] {
  return names.filter(name => name !== partName(part) && parsePartName(name)[0]?.n === part.n)
}

/** The body's chunks; throws `part-refused` at its first byte too many, and at its end where it is not the part. */
async function* checked(body: Readable, part: Part): AsyncGenerator<Uint8Array> {
  let [length, sum] = [0, 0]
  for await (const chunk of chunksOf(body, part)) {
    length += chunk.length
    if (length > part.length) throw refused(part)
    sum = crc32(chunk, sum)
    yield chunk
  }
  if (length !== part.length || sum !== part.crc32) throw refused(part)
}

/** The stream is not destroyed where reading stops early: whoever owns the connection still has to answer on it. */
async function* chunksOf(body: Readable, part: Part): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      if (!(chunk instanceof Uint8Array)) throw new TypeError('A part is bytes')
      yield chunk
    }
  } catch (cause) {
    throw refused(part, cause)
  }
}

async function pour(chunks: AsyncIterable<Uint8Array>, file: FileHandle): Promise<void> {
  let gathered: Uint8Array[] = []
  let size = 0
  for await (const chunk of chunks) {
    gathered.push(chunk)
    size += chunk.length
    if (size < gather) continue
    await writeAll(file, gathered)
    gathered = []
    size = 0
  }
  if (size > 0) await writeAll(file, gathered)
}

async function drain(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  for await (const _ of chunks);
}

function refused({ n }: Part, cause?: unknown): Problem {
  return new Problem('part-refused', { data: { n }, cause })
}
