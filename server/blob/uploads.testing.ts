/** Uploads as their clients see them, for tests. */
import { randomBytes as nodeRandom } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { blobId, makeId, randomBytes } from '#shared/contract/ids.ts'
import type { Grant, Part } from '#shared/contract/transfer.ts'
import type { BlobStore, Upload } from './blob.ts'

/** A store and a client's way of using its grants. */
export interface Putting {
  readonly blobs: BlobStore
  readonly put: (grant: Grant, bytes: Uint8Array) => Promise<void>
}

export const newBlobId = () => makeId(blobId, randomBytes)

/** An upload's bytes as its client knows them. */
export interface Sent {
  readonly upload: Upload
  readonly bytes: Buffer
  readonly parts: readonly Part[]
}

/** Begins an upload of `length` random bytes. */
export async function begin(blobs: BlobStore, length: number, partSize: number): Promise<Sent> {
  const id = newBlobId()
  const { uploadId } = await blobs.create(id, { length, partSize })
  const bytes = nodeRandom(length)
  const upload = { blobId: id, uploadId, length, partSize }
  const parts = Array.from({ length: Math.ceil(length / partSize) }, (_, i) => {
    const piece = pieceOf({ bytes, upload }, i + 1)
    return { n: i + 1, length: piece.length, crc32: crc32(piece) }
  })
  return { upload, bytes, parts }
}

export function pieceOf({ bytes, upload }: Pick<Sent, 'bytes' | 'upload'>, n: number): Buffer {
  return bytes.subarray((n - 1) * upload.partSize, n * upload.partSize)
}

/** Puts the parts of these numbers, at once. */
export async function send(subject: Putting, sent: Sent, numbers: readonly number[]) {
  const wanted = sent.parts.filter(part => numbers.includes(part.n))
  const grants = await subject.blobs.grants(sent.upload, wanted)
  const order = numbers.flatMap(n => grants.filter(grant => grant.n === n))
  await Promise.all(order.map(grant => subject.put(grant, pieceOf(sent, grant.n))))
}
