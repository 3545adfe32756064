import { createHash, randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { LeaseId, SlotId, TransferId } from '#shared/contract/ids.ts'
import { startServer, type TestServer, withLetters } from '../running.testing.ts'
import {
  completeInput,
  createInput,
  first,
  join,
  newKey,
  only,
  type Parcel,
  type Person,
  partsOf,
  sealFor,
} from '../services/people.testing.ts'

let server: TestServer
let ada: Person
let bob: Person
let parcel: Parcel
beforeAll(async () => {
  server = await startServer()
  const at = await withLetters(server)
  ;[ada, bob] = [await join(at, 'ada'), await join(at, 'bob')]
  parcel = await sealFor(ada, [bob], 300_000)
})
afterAll(() => server.close())
afterEach(() => vi.restoreAllMocks())

let transferId: TransferId
let url: string
let headers: Record<string, string>
beforeEach(async () => {
  const created = await server.services.uploads.create(ada.who, createInput(parcel, [bob]))
  transferId = created.transferId
  const { part } = only(partsOf(parcel.enc, created.partSize))
  const grant = only(await server.services.uploads.grants(ada.who, { transferId, parts: [part] }))
  url = server.url + grant.url
  headers = grant.headers
})

const put = (body: Uint8Array, to = url, by = headers) =>
  fetch(to, { method: 'PUT', body: new Uint8Array(body), headers: by })
const codeOf = async (answer: Response) => [answer.status, (await answer.json()).code]
const listed = async () => {
  const state = await server.services.uploads.state(ada.who, transferId)
  return state.state === 'uploading' ? state.parts.length : state.state
}

describe('putting a part', () => {
  test('stores it, again too', async () => {
    expect((await put(parcel.enc)).status).toBe(204)
    expect((await put(parcel.enc)).status).toBe(204)
    expect(await listed()).toBe(1)
  })

  test('of other bytes is refused and leaves nothing', async () => {
    const changed = parcel.enc.slice()
    changed[5] = (changed[5] ?? 0) ^ 1
    expect(await codeOf(await put(changed))).toEqual([400, 'part-refused'])
    expect(await codeOf(await put(parcel.enc.subarray(1)))).toEqual([400, 'part-refused'])
    expect(await listed()).toBe(0)
  })

  test('of far too many bytes ends early', async () => {
    const answer = await put(randomBytes(20 * 1024 * 1024)).then(codeOf, () => 'connection closed')
    expect([[400, 'part-refused'], 'connection closed']).toContainEqual(answer)
    expect(await listed()).toBe(0)
    expect((await put(parcel.enc)).status).toBe(204)
  })

  test('needs its grant', async () => {
    expect(await codeOf(await put(parcel.enc, url, {}))).toEqual([403, 'grant-refused'])
    const token = headers['x-datacrypt-grant'] ?? ''
    for (const forged of [`${token}A`, `A${token}`, token.split('.')[0] ?? '', '.', 'x.y', 'A'.repeat(9000)]) {
      expect(await codeOf(await put(parcel.enc, url, { 'x-datacrypt-grant': forged }))).toEqual([403, 'grant-refused'])
    }
    expect(await codeOf(await put(parcel.enc, url.replace(/1$/, '2')))).toEqual([403, 'grant-refused'])
    expect(await codeOf(await put(parcel.enc, url.replace(/1$/, 'NaN')))).toEqual([403, 'grant-refused'])
    expect(await listed()).toBe(0)
  })

  test('cut off in the middle leaves nothing, and may be tried again', async () => {
    for (const sent of [0, 1, 1000, parcel.enc.length - 1]) {
      const { pathname } = new URL(url)
      const socket = connect(server.port, '127.0.0.1')
      const head = `PUT ${pathname} HTTP/1.1\r\nHost: localhost:${server.port}\r\nContent-Length: ${parcel.enc.length}\r\n`
      socket.write(`${head}x-datacrypt-grant: ${headers['x-datacrypt-grant']}\r\n\r\n`)
      await new Promise<void>(done => socket.write(parcel.enc.subarray(0, sent), () => done()))
      socket.resetAndDestroy()
    }
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
    expect(await listed()).toBe(0)
    expect((await put(parcel.enc)).status).toBe(204)
  })
})

describe('getting bytes', () => {
  let get: (range?: string, more?: Record<string, string>) => Promise<Response>
  let slotId: SlotId
  let leaseId: LeaseId
  beforeEach(async () => {
    await put(parcel.enc)
    await server.services.uploads.complete(ada.who, completeInput(parcel, transferId))
    slotId = first(await server.services.ground.store.slots.ofTransfer(transferId)).slotId
    leaseId = (await server.services.downloads.lease(bob.who, { idempotencyKey: newKey(), slotId })).leaseId
    const grant = await server.services.downloads.grant(bob.who, { slotId, leaseId })
    get = (range, more = {}) =>
      fetch(server.url + grant.url, {
        headers: { ...grant.headers, ...(range === undefined ? {} : { range }), ...more },
      })
  })
  const total = () => parcel.enc.length
  const bytesOf = async (answer: Response) => Buffer.from(await answer.arrayBuffer())

  test('all of them', async () => {
    const answer = await get()
    expect(answer.status).toBe(200)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-disposition': 'attachment',
      'content-length': String(total()),
      'accept-ranges': 'bytes',
      'cache-control': 'no-store',
    })
    const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')
    expect(digest(await bytesOf(answer))).toBe(digest(parcel.enc))
  })

  test.each<[string, () => [number, number]]>([
    ['bytes=0-0', () => [0, 1]],
    ['bytes=5-9', () => [5, 10]],
    ['bytes=100-', () => [100, total()]],
    ['bytes=-7', () => [total() - 7, total()]],
    ['bytes=-99999999', () => [0, total()]],
    ['bytes=299990-999999999', () => [299_990, total()]],
  ])('the range %s', async (range, span) => {
    const [from, to] = span()
    const answer = await get(range)
    expect(answer.status).toBe(206)
    expect(answer.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/${total()}`)
    expect((await bytesOf(answer)).equals(parcel.enc.subarray(from, to))).toBe(true)
  })

  test.each(['bytes=9999999-', 'bytes=9999999-99999999', 'bytes=9-5', 'bytes=-0'])('not the range %s', async range => {
    const answer = await get(range)
    expect(answer.headers.get('content-range')).toBe(`bytes */${total()}`)
    expect(await codeOf(answer)).toEqual([416, 'range-refused'])
  })

  test.each(['bytes=a-b', 'bytes=0-1,3-4', 'items=0-1', 'bytes=-'])('not the nonsense %s', async range => {
    expect(await codeOf(await get(range))).toEqual([400, 'bad-request'])
  })

  test('needs a grant, and not one to put', async () => {
    expect(await codeOf(await get(undefined, { 'x-datacrypt-grant': headers['x-datacrypt-grant'] ?? '' }))).toEqual([
      403,
      'grant-refused',
    ])
  })

  test('ends when the transfer is taken back', async () => {
    await server.services.downloads.revoke(ada.who, { transferId })
    expect(await codeOf(await get())).toEqual([404, 'not-found'])
  })

  test('by somebody who hangs up harms nobody', async () => {
    for (let i = 0; i < 20; i += 1) {
      const hangUp = new AbortController()
      const reading = fetch(`${server.url}/api/blobs/x`, { signal: hangUp.signal }).catch(() => null)
      const answer = await get(undefined)
      await answer.body?.cancel()
      hangUp.abort()
      await reading
    }
    expect((await get('bytes=0-0')).status).toBe(206)
  })
})
