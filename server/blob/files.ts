/** Blobs as files in a folder: the default of a server that stands alone. Parts stay the files that they came as. */
import { randomBytes } from 'node:crypto'
import { rm, rmdir, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import type { BlobId } from '#shared/contract/ids.ts'
import { times } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { Grant, Part } from '#shared/contract/transfer.ts'
import type { BlobStore, DirectBlobs, Upload } from './blob.ts'
import { makeFolder, namesIn, onDisk, temporary, unlessMissing, writeWhole } from './files-disk.ts'
import { grantHeader, readGrant, signGrant } from './files-grants.ts'
import {
  blobFolder,
  discard,
  type Manifest,
  partName,
  partsIn,
  prepareRoot,
  readManifest,
  trashFolder,
  uploadFolder,
  writeManifest,
} from './files-layout.ts'
import { putPartFile } from './files-put.ts'
import { clampSpan, readSpan, spanOf } from './files-read.ts'
import { checkPart, partCount, partLength } from './part-sizes.ts'
import { openTurns } from './turns.ts'

export interface FileBlobsOptions {
  readonly folder: string
  /** 32 bytes that sign the grants; another secret ends all grants that are out. */
  readonly secret: Uint8Array
  /** What grants' URLs begin with; empty where they are relative to the API's origin. */
  readonly baseUrl?: string
  readonly now?: () => number
}

/** How long a grant to put a part lives, in milliseconds; a put that has begun may go on. */
const putLife = 15 * times.minute

interface Files {
  readonly root: string
  readonly secret: Uint8Array
  readonly baseUrl: string
  readonly now: () => number
  readonly turn: ReturnType<typeof openTurns>
}

/**
 * Opens the file store, making its folder. Grants are PUT `/api/blobs/<blobId>/parts/<n>` and GET `/api/blobs/<blobId>`
 * under `baseUrl`, with the token in the header `x-datacrypt-grant`; the HTTP edge hands it to `putPart` and `openRange`.
 * All methods throw `server-full` where the disk is full and `unavailable` where it fails otherwise.
 */
export async function openFileBlobs(options: FileBlobsOptions): Promise<BlobStore & DirectBlobs> {
  const { folder, secret, baseUrl = '', now = Date.now } = options
  const root = resolve(folder)
  const files: Files = { root, secret, baseUrl, now, turn: openTurns() }
  await onDisk(() => prepareRoot(root))
  return { ...blobStore(files), ...directBlobs(files) }
}

function blobStore(files: Files): BlobStore {
  const { root, turn } = files
  return {
    create: (blobId, size) => onDisk(() => turn(blobId, () => create(root, blobId, size))),
    grants: async (upload, parts) => parts.map(part => putGrant(files, upload, part)),
    parts: upload => onDisk(() => partsIn(uploadFolder(root, upload))),
    complete: upload => onDisk(() => turn(upload.blobId, () => complete(root, upload))),
    abort: upload => onDisk(() => turn(upload.blobId, () => abort(root, upload))),
    downloadGrant: async (blobId, { expiresAt }) => {
      const token = signGrant(files.secret, { verb: 'get', blobId, expiresAt })
      return { url: `${files.baseUrl}/api/blobs/${blobId}`, headers: { [grantHeader]: token }, expiresAt }
    },
    read: (blobId, range) =>
      onDisk(async () => {
        const { folder, manifest } = await findBlob(root, blobId)
        return readSpan(folder, manifest, clampSpan(range, manifest.length))
      }),
    delete: blobId => onDisk(() => turn(blobId, () => remove(root, blobId))),
    ping: () => onDisk(() => tryWriting(root)),
  }
}

function directBlobs(files: Files): DirectBlobs {
  const { root, secret, now, turn } = files
  return {
    putPart: (token, n, body) =>
      onDisk(async () => {
        const grant = readGrant(secret, token, now())
        if (grant?.verb !== 'put' || grant.n !== n) throw new Problem('grant-refused')
        const { blobId } = grant
        const isComplete = async () => (await readManifest(root, blobId)) !== null
        const part: Part = { n, length: grant.length, crc32: grant.crc32 }
        await putPartFile({
          folder: uploadFolder(root, grant),
          part,
          body,
          alone: work => turn(blobId, async () => work(await isComplete())),
        })
      }),
    openRange: (token, range) =>
      onDisk(async () => {
        const grant = readGrant(secret, token, now())
        if (grant?.verb !== 'get') throw new Problem('grant-refused')
        const { folder, manifest } = await findBlob(root, grant.blobId)
        const span = spanOf(range, manifest.length)
        return { body: readSpan(folder, manifest, span), ...span, total: manifest.length }
      }),
  }
}

async function create(root: string, blobId: BlobId, size: { length: number; partSize: number }) {
  if (size.length < 1 || size.partSize < 1) throw new Problem('bad-request')
  const uploadId = randomBytes(16).toString('base64url')
  await makeFolder(uploadFolder(root, { blobId, uploadId }), root)
  return { uploadId }
}

function putGrant({ secret, baseUrl, now }: Files, upload: Upload, part: Part): Grant {
  checkPart(upload, part)
  const { blobId, uploadId } = upload
  const { n, length, crc32 } = part
  const expiresAt = now() + putLife
  const token = signGrant(secret, { verb: 'put', blobId, uploadId, n, length, crc32, expiresAt })
  return { n, url: `${baseUrl}/api/blobs/${blobId}/parts/${n}`, headers: { [grantHeader]: token } }
}

async function complete(root: string, upload: Upload): Promise<void> {
  const done = await readManifest(root, upload.blobId)
  if (done !== null && done.uploadId !== upload.uploadId) throw new Problem('conflict')
  if (done !== null) return
  const folder = uploadFolder(root, upload)
  const parts = await wholeParts(folder, upload)
  await writeManifest(root, upload, parts)
  for (const name of await namesIn(folder))
    if (name.startsWith(temporary)) await rm(join(folder, name), { force: true })
}

async function wholeParts(folder: string, upload: Upload): Promise<readonly Part[]> {
  const found = new Map((await partsIn(folder)).map(part => [part.n, part]))
  const parts: Part[] = []
  for (let n = 1; n <= partCount(upload); n++) {
    const part = found.get(n)
    if (part === undefined || !(await isWhole(folder, part, partLength(upload, n)))) {
      throw new Problem('parts-missing', { data: { n } })
    }
    parts.push(part)
  }
  return parts
}

async function isWhole(folder: string, part: Part, length: number): Promise<boolean> {
  const file = await unlessMissing(stat(join(folder, partName(part))))
  return part.length === length && file?.size === length
}

async function abort(root: string, upload: Upload): Promise<void> {
  const done = await readManifest(root, upload.blobId)
  if (done?.uploadId === upload.uploadId) return
  await discard(root, uploadFolder(root, upload))
  // Fails, as it should, where another upload or a blob is in it.
  await rmdir(blobFolder(root, upload.blobId)).catch(() => undefined)
}

async function remove(root: string, blobId: BlobId): Promise<void> {
  if ((await readManifest(root, blobId)) !== null) await discard(root, blobFolder(root, blobId))
}

async function findBlob(root: string, blobId: BlobId): Promise<{ folder: string; manifest: Manifest }> {
  const manifest = await readManifest(root, blobId)
  if (manifest === null) throw new Problem('not-found')
  return { folder: uploadFolder(root, { blobId, uploadId: manifest.uploadId }), manifest }
}

async function tryWriting(root: string): Promise<void> {
  const path = join(trashFolder(root), `ping-${randomBytes(9).toString('base64url')}`)
  await writeWhole(path, async file => file.writeFile('ping'))
  await rm(path, { force: true })
}
