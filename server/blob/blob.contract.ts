/** What every blob store must do; each adapter's test runs this suite against its real service. */
import { randomBytes as nodeRandom } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { crc32 } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { times } from '#shared/contract/limits.ts'
import type { DownloadGrant, Grant } from '#shared/contract/transfer.ts'
import type { AskedRange, BlobStore } from './blob.ts'
import { begin, newBlobId, pieceOf, type Sent, send } from './uploads.testing.ts'

/** A blob store for one suite, with a client's way of using its grants. */
export interface BlobsUnderTest {
  readonly blobs: BlobStore
  /** The least length of a part that is not the last. */
  readonly partSize: number
  /** Sends the bytes as a client does; rejects where they are not taken. */
  readonly put: (grant: Grant, bytes: Uint8Array) => Promise<void>
  readonly get: (grant: DownloadGrant, range: AskedRange | null) => Promise<Uint8Array>
  /** The adapter's clock in milliseconds, and a way to move it on; without one, what needs it is skipped. */
  readonly clock?: { now(): number; pass(ms: number): void }
  readonly close: () => Promise<void>
}

export function describeBlobs(name: string, open: () => Promise<BlobsUnderTest>): void {
  describe(`blobs: ${name}`, () => {
    let subject: BlobsUnderTest
    beforeAll(async () => {
      subject = await open()
    })
    afterAll(async () => subject.close())
    const current = () => subject
    describeUploads(current)
    describeRefusals(current)
    describeReading(current)
    it('answers a ping', async () => subject.blobs.ping())
  })
}

/** Three parts: two whole ones and a short one. */
const three = (subject: BlobsUnderTest) => begin(subject.blobs, subject.partSize * 2 + 1000, subject.partSize)

async function whole(subject: BlobsUnderTest): Promise<Sent> {
  const sent = await three(subject)
  await send(subject, sent, [1, 2, 3])
  await subject.blobs.complete(sent.upload)
  return sent
}

function read(subject: BlobsUnderTest, sent: Sent, range: { from: number; to: number }): Promise<Buffer> {
  return subject.blobs.read(sent.upload.blobId, range).then(buffer)
}

function describeUploads(current: () => BlobsUnderTest): void {
  it('takes parts in any order, lists them by number, and makes them one blob', async () => {
    const sent = await three(current())
    expect(await current().blobs.parts(sent.upload)).toEqual([])
    await send(current(), sent, [3])
    await send(current(), sent, [1])
    expect(await current().blobs.parts(sent.upload)).toEqual([sent.parts[0], sent.parts[2]])
    await send(current(), sent, [2])
    expect(await current().blobs.parts(sent.upload)).toEqual(sent.parts)
    await current().blobs.complete(sent.upload)
    expectSame(await read(current(), sent, { from: 0, to: sent.bytes.length }), sent.bytes)
  })

  it.each([
    ['one short part', (size: number) => 1 + (size >> 3)],
    ['a single byte', () => 1],
    ['exactly one part', (size: number) => size],
    ['exactly two parts', (size: number) => size * 2],
    ['a last part of one byte', (size: number) => size + 1],
  ])('takes %s', async (_, lengthFor) => {
    const { partSize, blobs } = current()
    const sent = await begin(blobs, lengthFor(partSize), partSize)
    await send(
      current(),
      sent,
      sent.parts.map(part => part.n),
    )
    await blobs.complete(sent.upload)
    expectSame(await read(current(), sent, { from: 0, to: sent.bytes.length }), sent.bytes)
  })

  it('takes a part twice, and the same part from two at once', async () => {
    const sent = await three(current())
    await Promise.all([send(current(), sent, [1]), send(current(), sent, [1]), send(current(), sent, [2, 3])])
    await send(current(), sent, [1])
    expect(await current().blobs.parts(sent.upload)).toEqual(sent.parts)
    await current().blobs.complete(sent.upload)
    expectSame(await read(current(), sent, { from: 0, to: sent.bytes.length }), sent.bytes)
  })

  it('takes other bytes for a part that lies there', async () => {
    const { blobs, partSize } = current()
    const sent = await begin(blobs, partSize, partSize)
    await send(current(), sent, [1])
    const bytes = nodeRandom(partSize)
    const again = { ...sent, bytes, parts: [{ n: 1, length: partSize, crc32: crc32(bytes) }] }
    await send(current(), again, [1])
    expect(await blobs.parts(sent.upload)).toEqual(again.parts)
    await blobs.complete(sent.upload)
    expectSame(await read(current(), sent, { from: 0, to: partSize }), bytes)
  })

  it('completes twice, and at once from two sides', async () => {
    const sent = await whole(current())
    await Promise.all([current().blobs.complete(sent.upload), current().blobs.complete(sent.upload)])
    expectSame(await read(current(), sent, { from: 0, to: 5 }), sent.bytes.subarray(0, 5))
  })

  it('refuses to complete while a part is missing, and goes on from what is there', async () => {
    const sent = await three(current())
    await send(current(), sent, [1, 3])
    await expect(current().blobs.complete(sent.upload)).rejects.toMatchObject({ code: 'parts-missing', data: { n: 2 } })
    await expect(read(current(), sent, { from: 0, to: 1 })).rejects.toMatchObject({ code: 'not-found' })
    await send(current(), sent, [2])
    await current().blobs.complete(sent.upload)
    expectSame(await read(current(), sent, { from: 0, to: sent.bytes.length }), sent.bytes)
  })

  it('forgets an aborted upload, twice if asked', async () => {
    const sent = await three(current())
    const grants = await current().blobs.grants(sent.upload, sent.parts)
    await send(current(), sent, [1])
    await current().blobs.abort(sent.upload)
    await current().blobs.abort(sent.upload)
    expect(await current().blobs.parts(sent.upload)).toEqual([])
    const [, second] = grants
    if (second) await expect(current().put(second, pieceOf(sent, 2))).rejects.toThrow()
    await expect(current().blobs.complete(sent.upload)).rejects.toMatchObject({ code: 'parts-missing' })
  })

  it('leaves a complete blob alone when its upload is aborted', async () => {
    const sent = await whole(current())
    await current().blobs.abort(sent.upload)
    expectSame(await read(current(), sent, { from: 0, to: 9 }), sent.bytes.subarray(0, 9))
  })

  it('deletes a complete blob, twice if asked', async () => {
    const sent = await whole(current())
    const grant = await current().blobs.downloadGrant(sent.upload.blobId, { expiresAt: soon(current()) })
    await current().blobs.delete(sent.upload.blobId)
    await current().blobs.delete(sent.upload.blobId)
    await expect(read(current(), sent, { from: 0, to: 1 })).rejects.toMatchObject({ code: 'not-found' })
    await expect(current().get(grant, null)).rejects.toThrow()
  })

  it('deletes nothing of an unfinished upload', async () => {
    const sent = await three(current())
    await send(current(), sent, [1])
    await current().blobs.delete(sent.upload.blobId)
    expect(await current().blobs.parts(sent.upload)).toEqual(sent.parts.slice(0, 1))
  })
}

function describeRefusals(current: () => BlobsUnderTest): void {
  const wrong: readonly (readonly [string, (piece: Buffer) => Buffer])[] = [
    ['a part with a flipped bit', piece => Buffer.from(piece.map((byte, i) => (i === 77 ? byte ^ 1 : byte)))],
    ['a part that is too short', piece => piece.subarray(0, -1)],
    ['a part that is too long', piece => Buffer.concat([piece, Buffer.from([0])])],
    ['a part of twice the length', piece => Buffer.concat([piece, piece])],
    ['an empty part', () => Buffer.alloc(0)],
  ]

  it.each(wrong)('refuses %s, and leaves nothing behind', async (_, spoil) => {
    const sent = await three(current())
    const [grant] = await current().blobs.grants(sent.upload, sent.parts)
    if (grant === undefined) throw new Error('no grant')
    await expect(current().put(grant, spoil(pieceOf(sent, 1)))).rejects.toThrow()
    expect(await current().blobs.parts(sent.upload)).toEqual([])
    await current().put(grant, pieceOf(sent, 1))
    expect(await current().blobs.parts(sent.upload)).toEqual(sent.parts.slice(0, 1))
  })

  it('refuses spoiled bytes for a part that lies there, and keeps the good ones', async () => {
    const sent = await three(current())
    await send(current(), sent, [1])
    const [grant] = await current().blobs.grants(sent.upload, sent.parts)
    if (grant) await expect(current().put(grant, nodeRandom(sent.upload.partSize))).rejects.toThrow()
    expect(await current().blobs.parts(sent.upload)).toEqual(sent.parts.slice(0, 1))
  })

  it('grants no part that the arithmetic does not know', async () => {
    const sent = await three(current())
    const [first, , last] = sent.parts
    if (first === undefined || last === undefined) throw new Error('no parts')
    for (const part of [
      { ...first, n: 4 },
      { ...first, n: 0 },
      { ...first, length: 0 },
      { ...last, length: 1001 },
    ]) {
      await expect(current().blobs.grants(sent.upload, [part])).rejects.toMatchObject({ code: 'part-refused' })
    }
  })

  it('begins no upload without bytes', async () => {
    const size = { length: 0, partSize: current().partSize }
    await expect(current().blobs.create(newBlobId(), size)).rejects.toMatchObject({ code: 'bad-request' })
  })

  it('takes no part on a grant for another one', async () => {
    const [mine, other] = [await three(current()), await three(current())]
    const [grant] = await current().blobs.grants(mine.upload, mine.parts)
    const [target] = await current().blobs.grants(other.upload, other.parts)
    if (grant === undefined || target === undefined) throw new Error('no grant')
    await current()
      .put({ ...target, headers: grant.headers }, pieceOf(other, 1))
      .catch(() => undefined)
    await current()
      .put({ ...grant, n: 2, url: grant.url.replace(/\b1$/, '2') }, pieceOf(mine, 2))
      .catch(() => undefined)
    expect(await current().blobs.parts(mine.upload)).toEqual([])
  })

  it('takes and gives nothing on a grant that has ended', async context => {
    const { blobs, clock, put, get } = current()
    if (clock === undefined) return context.skip('this service has a clock of its own')
    const sent = await whole(current())
    const open = await three(current())
    const [grant] = await blobs.grants(open.upload, open.parts)
    const download = await blobs.downloadGrant(sent.upload.blobId, { expiresAt: clock.now() + times.minute })
    expect(await get(download, { from: 0, to: 0 })).toHaveLength(1)
    clock.pass(15 * times.minute)
    await expect(get(download, null)).rejects.toThrow()
    if (grant) await expect(put(grant, pieceOf(open, 1))).rejects.toThrow()
    expect(await blobs.parts(open.upload)).toEqual([])
  })
}

function describeReading(current: () => BlobsUnderTest): void {
  it('reads any range, across parts', async () => {
    const sent = await whole(current())
    const { partSize, length } = sent.upload
    const edges = [0, 1, partSize - 1, partSize, partSize + 1, 2 * partSize, length - 1, length]
    for (const from of edges) {
      for (const to of edges.filter(edge => edge > from)) {
        const got = await read(current(), sent, { from, to })
        expect(got.equals(sent.bytes.subarray(from, to)), `${from}-${to}`).toBe(true)
      }
    }
  })

  it('reads to the end where more is asked, and refuses what lies beyond', async () => {
    const sent = await whole(current())
    const total = sent.bytes.length
    expectSame(await read(current(), sent, { from: total - 3, to: total + 100 }), sent.bytes.subarray(-3))
    for (const range of [
      { from: total, to: total + 1 },
      { from: 5, to: 5 },
    ]) {
      await expect(read(current(), sent, range)).rejects.toMatchObject({ code: 'range-refused', data: { total } })
    }
  })

  it('gives ranges on a download grant', async () => {
    const sent = await whole(current())
    const total = sent.bytes.length
    const grant = await current().blobs.downloadGrant(sent.upload.blobId, { expiresAt: soon(current()) })
    const ranges: readonly (readonly [AskedRange | null, Buffer])[] = [
      [null, sent.bytes],
      [{ from: 0, to: 0 }, sent.bytes.subarray(0, 1)],
      [{ from: 10 }, sent.bytes.subarray(10)],
      [{ from: total - 4, to: total + 50 }, sent.bytes.subarray(-4)],
      [{ suffix: 7 }, sent.bytes.subarray(-7)],
      [{ suffix: total + 7 }, sent.bytes],
    ]
    for (const [range, bytes] of ranges) {
      expect(bytes.equals(await current().get(grant, range)), JSON.stringify(range)).toBe(true)
    }
    await expect(current().get(grant, { from: total })).rejects.toThrow()
  })

  it('knows nothing of a blob that never was', async () => {
    await expect(current().blobs.read(newBlobId(), { from: 0, to: 1 })).rejects.toMatchObject({ code: 'not-found' })
    await current().blobs.delete(newBlobId())
  })
}

/** Compared as bytes: an assertion that walks through megabytes to describe them takes seconds. */
function expectSame(got: Buffer, bytes: Buffer): void {
  expect([got.length, got.equals(bytes)]).toEqual([bytes.length, true])
}

function soon(subject: BlobsUnderTest): number {
  return (subject.clock?.now() ?? Date.now()) + times.minute
}
