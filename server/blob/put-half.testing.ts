/** A process of its own for files.test.ts: puts one part whole, sends half of the next, says so and waits to be killed. */
import { writeSync } from 'node:fs'
import { Readable } from 'node:stream'
import { openFileBlobs } from './files.ts'
import { grantHeader } from './files-grants.ts'
import { begin, pieceOf } from './uploads.testing.ts'

const partSize = 4 * 1024 * 1024
const blobs = await openFileBlobs({ folder: process.argv[2] ?? '', secret: new Uint8Array(32) })
const sent = await begin(blobs, 2 * partSize, partSize)
const [first, second] = await blobs.grants(sent.upload, sent.parts)
if (first === undefined || second === undefined) throw new Error('no grants')

await blobs.putPart(first.headers[grantHeader] ?? '', 1, Readable.from([pieceOf(sent, 1)]))

async function* half() {
  const piece = pieceOf(sent, 2)
  yield piece.subarray(0, partSize / 2)
  // Asked for more, so what was given has been written.
  writeSync(1, `${JSON.stringify({ upload: sent.upload, parts: sent.parts })}\n`)
  await new Promise(() => setInterval(() => undefined, 60_000))
}
await blobs.putPart(second.headers[grantHeader] ?? '', 2, Readable.from(half(), { highWaterMark: 1 }))
