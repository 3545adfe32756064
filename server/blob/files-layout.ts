/** Where the file store keeps what: `<2 characters>/<blobId>/<uploadId>/<n>.<length>.<crc32>` and `<blobId>/manifest.json`. */
import { randomBytes } from 'node:crypto'
import { readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod/mini'
import type { BlobId } from '#shared/contract/ids.ts'
import type { Part } from '#shared/contract/transfer.ts'
import type { Upload } from './blob.ts'
import { makeFolder, namesIn, syncFolder, unlessMissing, writeWhole } from './files-disk.ts'

/** Two letters of the id spread blobs over some 4,000 folders. */
export function blobFolder(root: string, blobId: BlobId): string {
  return join(root, blobId.slice(0, 2), blobId)
}

export function uploadFolder(root: string, upload: { blobId: BlobId; uploadId: string }): string {
  return join(blobFolder(root, upload.blobId), upload.uploadId)
}

/** A part's file says all that is known about it, so that listing parts is reading one folder. */
export function partName({ n, length, crc32 }: Part): string {
  return `${String(n).padStart(5, '0')}.${length}.${crc32.toString(16).padStart(8, '0')}`
}

const partPattern = /^(\d{5})\.(\d+)\.([0-9a-f]{8})$/

/**
 * The parts in an upload's folder, by number. Two files of one number (puts of different bytes that met) count as none:
 * the part is put again, and that clears both.
 */
export async function partsIn(folder: string): Promise<readonly Part[]> {
  const parts = (await namesIn(folder)).flatMap(parsePartName).sort((a, b) => a.n - b.n)
  return parts.filter((part, i) => part.n !== parts[i - 1]?.n && part.n !== parts[i + 1]?.n)
}

export function parsePartName(name: string): Part[] {
  const [, n, length, crc32] = partPattern.exec(name) ?? []
  if (n === undefined || length === undefined || crc32 === undefined) return []
  return [{ n: Number(n), length: Number(length), crc32: Number.parseInt(crc32, 16) }]
}

/** What makes parts a blob: its presence, under its name, is the moment of completion. */
const manifest = z.object({
  uploadId: z.string(),
  length: z.number(),
  partSize: z.number(),
  /** Of each part, in order. */
  crcs: z.array(z.number()),
})
export type Manifest = z.infer<typeof manifest>

const manifestName = 'manifest.json'

export async function readManifest(root: string, blobId: BlobId): Promise<Manifest | null> {
  const text = await unlessMissing(readFile(join(blobFolder(root, blobId), manifestName), 'utf8'))
  return text === null ? null : manifest.parse(JSON.parse(text))
}

export async function writeManifest(root: string, upload: Upload, parts: readonly Part[]): Promise<void> {
  const { uploadId, length, partSize } = upload
  const text = JSON.stringify({ uploadId, length, partSize, crcs: parts.map(part => part.crc32) } satisfies Manifest)
  await writeWhole(join(blobFolder(root, upload.blobId), manifestName), async file => file.writeFile(text))
}

export function trashFolder(root: string): string {
  return join(root, '.trash')
}

/** Takes a folder away at once by renaming it; its bytes follow. Nothing happens where it is not there. */
export async function discard(root: string, folder: string): Promise<void> {
  const grave = join(trashFolder(root), randomBytes(12).toString('base64url'))
  const found = await unlessMissing(rename(folder, grave).then(() => true))
  if (found === null) return
  await syncFolder(join(folder, '..'))
  await rm(grave, { recursive: true, force: true })
}

/** Makes the root, and empties the trash that a crash has left. */
export async function prepareRoot(root: string): Promise<void> {
  await rm(trashFolder(root), { recursive: true, force: true })
  await makeFolder(trashFolder(root), root)
}
