/** A process of its own for files.test.ts, on a disk of 16 MiB: fills it, tells what came of it, makes room, goes on. */
import { readdir } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { Problem } from '#shared/contract/problems.ts'
import { openFileBlobs } from './files.ts'
import { grantHeader } from './files-grants.ts'
import { begin, pieceOf, type Sent, send } from './uploads.testing.ts'

const folder = process.argv[2] ?? ''
const partSize = 3 * 1024 * 1024
const blobs = await openFileBlobs({ folder, secret: new Uint8Array(32) })
const subject = {
  blobs,
  put: (grant: { n: number; headers: Record<string, string> }, bytes: Uint8Array) =>
    blobs.putPart(grant.headers[grantHeader] ?? '', grant.n, Readable.from([bytes])),
}

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Problem ? error.code : String(error)),
  )
const intact = async ({ upload, bytes }: Sent) =>
  (await buffer(await blobs.read(upload.blobId, { from: 0, to: bytes.length }))).equals(bytes)

const first = await begin(blobs, partSize, partSize)
await send(subject, first, [1])
await blobs.complete(first.upload)
const second = await begin(blobs, 6 * partSize, partSize)
const codes: string[] = []
for (const { n } of second.parts) codes.push(await codeOf(send(subject, second, [n])))
const left = (await readdir(folder, { recursive: true })).filter(name => name.includes('.tmp-'))
const parts = (await blobs.parts(second.upload)).length
const readable = await intact(first)
await blobs.delete(first.upload.blobId)
await blobs.abort(second.upload)
const third = await begin(blobs, 4 * partSize, partSize)
await send(subject, third, [1, 2, 3, 4])
await blobs.complete(third.upload)
const piece = pieceOf(third, 1).length === partSize
console.log(JSON.stringify({ codes, left, parts, readable, after: piece && (await intact(third)) }))
