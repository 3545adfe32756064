import { buf as crc32 } from 'crc-32'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openOpfsShelf } from '#client/shelf/opfs.ts'
import { openEnvelope, openSeekable } from '#shared/crypto/open.ts'
import { collect } from '#shared/crypto/seal.ts'
import { equalBytes, utf8 } from '#shared/format/bytes.ts'
import { layoutOf } from '#shared/format/sizes.ts'
import { type CryptoWorkerHandle, openCryptoWorker } from './pool.ts'
import { fileOf, openIdentity, orderOf, patterned, recorder, somebody, testBlob } from './setting.testing.ts'

const mebibyte = 1024 * 1024
const partSize = mebibyte
const contents = patterned(11 * mebibyte + 12_345)
const files = [fileOf('a.bin', contents)]
let handle: CryptoWorkerHandle
let receiver: Awaited<ReturnType<typeof somebody>>

beforeAll(async () => {
  handle = openCryptoWorker()
  await openIdentity(handle.remote)
  receiver = await somebody()
})
afterAll(() => handle.terminate())

async function opens(envelope: string, enc: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const opened = await openEnvelope(utf8(envelope), { keys: receiver.identity })
  const source = { length: enc.length, read: async (at: number, length: number) => enc.subarray(at, at + length) }
  const { bytes } = await collect(openSeekable(opened, source))
  return equalBytes(bytes, contents)
}

const { length } = layoutOf({ suite: 'gcm', exponent: 19, plaintextLength: contents.length })

test.each(['opfs', 'memory'] as const)('sealing onto %s and uploading run side by side', async shelf => {
  const blob = testBlob()
  const order = orderOf({ files, recipients: [receiver.card], shelf, partSize })
  const upload = { jobId: order.jobId, length, partSize, present: [] }
  const { events, onEvent } = recorder()
  const [sealed] = await Promise.all([
    handle.remote.seal(order, onEvent),
    handle.remote.upload(upload, blob.upload, onEvent),
  ])
  expect(sealed.length).toBe(length)
  expect(await opens(sealed.envelope, await blob.bytes(length))).toBe(true)
  expect(events.filter(({ kind }) => kind === 'uploading').at(-1)).toEqual({
    kind: 'uploading',
    done: length,
    total: length,
  })
  expect(blob.asked()).toBeLessThanOrEqual(Math.ceil(length / partSize))
  await handle.remote.clearShelf(order.jobId)
})

test('faults of the line and of grants are got over, and the person hears of the waiting', async () => {
  const blob = testBlob()
  await blob.fault(
    { on: 'PUT', kind: 'cut', after: 0 },
    { on: 'PUT', kind: 'status', status: 403 },
    { on: 'PUT', kind: 'status', status: 503, code: 'unavailable' },
    { on: 'PUT', kind: 'status', status: 400, code: 'part-refused' },
  )
  const order = orderOf({ files, recipients: [receiver.card], partSize })
  const sealed = await handle.remote.seal(order, () => undefined)
  const { events, onEvent } = recorder()
  await handle.remote.upload({ jobId: order.jobId, length, partSize, present: [] }, blob.upload, onEvent)
  expect(await opens(sealed.envelope, await blob.bytes(length))).toBe(true)
  expect(events.some(({ kind }) => kind === 'reconnecting')).toBe(true)
})

test('another sheet of glass in between is told from our server', async () => {
  const blob = testBlob()
  await blob.fault({ on: 'PUT', kind: 'portal' })
  const order = orderOf({ files, recipients: [receiver.card], partSize })
  await handle.remote.seal(order, () => undefined)
  const upload = { jobId: order.jobId, length, partSize, present: [] }
  await expect(handle.remote.upload(upload, blob.upload, () => undefined)).rejects.toMatchObject({
    code: 'not-our-server',
  })
})

test('a full server is told, and a later call sends only what is missing', async () => {
  const blob = testBlob()
  const order = orderOf({ files, recipients: [receiver.card], partSize })
  const sealed = await handle.remote.seal(order, () => undefined)
  await blob.fault({ on: 'PUT', kind: 'status', status: 503, code: 'server-full' })
  const upload = { jobId: order.jobId, length, partSize, present: [] }
  await expect(handle.remote.upload(upload, blob.upload, () => undefined)).rejects.toMatchObject({
    code: 'server-full',
  })

  // After a reload: another worker, no keys, no files; what lies there with a right checksum is not sent again.
  const other = openCryptoWorker()
  const shelf = await (await openOpfsShelf()).find(order.jobId)
  if (shelf === null) throw new Error('nothing on the shelf')
  const first = new Uint8Array(await (await shelf.read(0, partSize)).arrayBuffer())
  await blob.store(first)
  const present = [
    { n: 1, length: partSize, crc32: crc32(first) >>> 0 },
    { n: 2, length: partSize, crc32: 12345 },
  ]
  const before = (await blob.seen()).length
  await other.remote.upload({ ...upload, present }, blob.upload, () => undefined)
  other.terminate()
  const sent = (await blob.seen()).slice(before)
  expect(sent.some(line => line.startsWith('PUT 1 '))).toBe(false)
  expect(sent.some(line => line.startsWith('PUT 2 '))).toBe(true)
  expect(await opens(sealed.envelope, await blob.bytes(length))).toBe(true)
})

test('paused and gone on with', async () => {
  const blob = testBlob()
  const order = orderOf({ files, recipients: [receiver.card], shelf: 'memory', partSize })
  const upload = { jobId: order.jobId, length, partSize, present: [] }
  let paused = false
  const sealing = handle.remote.seal(order, () => undefined)
  const uploading = handle.remote.upload(upload, blob.upload, () => {
    if (!paused) handle.remote.pause(order.jobId)
    paused = true
  })
  await expect.poll(() => paused, { timeout: 20_000 }).toBe(true)
  handle.remote.resume(order.jobId)
  const [sealed] = await Promise.all([sealing, uploading])
  expect(await opens(sealed.envelope, await blob.bytes(length))).toBe(true)
})

test('ended in the middle: both calls say so, and nothing stays on the shelf', async () => {
  const blob = testBlob()
  const order = orderOf({ files, recipients: [receiver.card], partSize })
  const upload = { jobId: order.jobId, length, partSize, present: [] }
  const end = () => handle.remote.abort(order.jobId)
  const both = await Promise.allSettled([
    handle.remote.seal(order, end),
    handle.remote.upload(upload, blob.upload, () => undefined),
  ])
  for (const result of both) expect(result).toMatchObject({ status: 'rejected', reason: { code: 'cancelled' } })
  expect(await (await openOpfsShelf()).find(order.jobId)).toBeNull()
})

test('parts that went away from the shelf end the upload: no line is waited for', async () => {
  const blob = testBlob()
  const order = orderOf({ files, recipients: [receiver.card], partSize })
  await handle.remote.seal(order, () => undefined)
  const grants: typeof blob.upload.grants = async parts => {
    await handle.remote.clearShelf(order.jobId)
    return blob.upload.grants(parts)
  }
  const upload = { jobId: order.jobId, length, partSize, present: [] }
  await expect(handle.remote.upload(upload, { grants }, () => undefined)).rejects.toMatchObject({ code: 'internal' })
})

test('a job that nobody sealed is not found', async () => {
  const upload = { jobId: 'nothing', length, partSize, present: [] }
  await expect(handle.remote.upload(upload, testBlob().upload, () => undefined)).rejects.toMatchObject({
    code: 'not-found',
  })
})
