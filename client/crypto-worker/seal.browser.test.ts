import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openOpfsShelf } from '#client/shelf/opfs.ts'
import { openEnvelope, openSeekable } from '#shared/crypto/open.ts'
import { concat, equalBytes, utf8 } from '#shared/format/bytes.ts'
import { padme } from '#shared/format/sizes.ts'
import type { Sealed, SealOrder } from './orders.ts'
import { type CryptoWorkerHandle, openCryptoWorker } from './pool.ts'
import { fileOf, openIdentity, orderOf, patterned, recorder, somebody } from './setting.testing.ts'

const mebibyte = 1024 * 1024
let handle: CryptoWorkerHandle
let receiver: Awaited<ReturnType<typeof somebody>>

beforeAll(async () => {
  handle = openCryptoWorker()
  await openIdentity(handle.remote)
  receiver = await somebody()
})
afterAll(() => handle.terminate())

async function readBack(order: SealOrder, sealed: Sealed): Promise<Uint8Array> {
  const job = await (await openOpfsShelf()).find(order.jobId)
  if (job === null) throw new Error('nothing on the shelf')
  expect(job.length).toBe(sealed.length)
  const opened = await openEnvelope(utf8(sealed.envelope), { keys: receiver.identity })
  const read = async (offset: number, length: number) =>
    new Uint8Array(await (await job.read(offset, length)).arrayBuffer())
  const source = { length: job.length, read }
  const pieces: Uint8Array[] = []
  for await (const piece of openSeekable(opened, source)) pieces.push(piece)
  return concat(...pieces)
}

describe.each(['gcm', 'cbc'] as const)('sealing with %s', suite => {
  test.each([
    ['nothing but an empty file', [0]],
    ['one byte', [1]],
    ['one chunk exactly', [512 * 1024]],
    ['one chunk and a byte', [512 * 1024 + 1]],
    ['many small files, some empty', Array.from({ length: 300 }, (_, i) => (i * 37) % 5000)],
    ['several chunks over files of all sizes', [3 * mebibyte + 11, 0, 5, 700_000, 70_000, 2 * mebibyte]],
    ['more than two segments', [20 * mebibyte]],
  ])('%s', async (_, sizes) => {
    const contents = sizes.map((size, i) => patterned(size, i + 1))
    const files = contents.map((bytes, i) => fileOf(`folder/${i}.bin`, bytes))
    const order = orderOf({ files, recipients: [receiver.card], suite, padding: sizes.length % 2 === 0 })
    const { events, onEvent } = recorder()
    const sealed = await handle.remote.seal(order, onEvent)
    expect(equalBytes(await readBack(order, sealed), concat(...contents))).toBe(true)
    const total = sizes.reduce((sum, size) => sum + size, 0)
    const padded = order.padding ? padme(total) : total
    expect(events.at(-1)).toEqual({ kind: 'sealing', done: padded, total: padded })
    await handle.remote.clearShelf(order.jobId)
    expect(await (await openOpfsShelf()).find(order.jobId)).toBeNull()
  })
})
