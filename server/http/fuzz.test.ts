/**
 * The real server in a child, under 5,000 hostile requests and 1,000 hostile frames from a seed; ten times that by
 * `npm run soak`. It neither ends, nor blames itself, nor says how it is built, nor grows (issue 5, item 11).
 */
import { type ChildProcess, fork } from 'node:child_process'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import * as z from 'zod/mini'
import { appRouter } from '../trpc/router.ts'
import type { Told, Wish } from './fuzz-server.testing.ts'
import { nearly, nearlyJson, oneOf, seededPick } from './hostile.testing.ts'

const seed = Number(process.env.SOAK_SEED ?? Date.now() & 0x7fffffff)
const times = process.env.SOAK === '1' ? 10 : 1
const requests = 5000 * times
const frames = 1000 * times
const atOnce = 20
const growth = 50 * 1024 * 1024
const telling = /node_modules|\.ts:\d|\.js:\d|"stack"|TypeError|SQLITE/

let child: ChildProcess
let port: number
let cookie = ''
const errors: string[] = []
/** Statuses that came back: a run that is only refused at the first door tries nothing. */
const seen = new Set<number>()
const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
const pick = seededPick(seed)

beforeAll(async () => {
  const file = fileURLToPath(new URL('./fuzz-server.testing.ts', import.meta.url))
  child = fork(file, { execArgv: ['--import', 'tsx', '--expose-gc'], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  child.stderr?.on('data', data => errors.push(String(data)))
  port = (await heard('port')).port
  await meetSomebody()
}, 60_000)
afterAll(async () => {
  agent.destroy()
  const ended = new Promise(resolve => child.once('exit', resolve))
  child.send('end')
  await ended
})

function heard<K extends Told['kind']>(kind: K): Promise<Extract<Told, { kind: K }>> {
  return new Promise((resolve, reject) => {
    const ended = (code: number | null) => reject(new Error(`the server ended with ${code}: ${errors.join('')}`))
    const told = (news: Told) => {
      if (news.kind !== kind) return
      child.off('message', told).off('exit', ended)
      resolve(news as Extract<Told, { kind: K }>)
    }
    child.on('message', told).once('exit', ended)
  })
}

async function wish<K extends Told['kind'] & Wish>(kind: K) {
  const answer = heard(kind)
  child.send(kind)
  return answer
}

/** Some calls end the session that makes them. */
async function meetSomebody() {
  cookie = (await wish('person')).cookie
}

interface Asking {
  readonly path: string
  readonly method: string
  readonly headers: Record<string, string>
  readonly body: string
}

function ask({ path, method, headers, body }: Asking): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port, path, method, headers, agent }, answer => {
      let text = ''
      answer.setEncoding('utf8').on('data', piece => {
        text += piece
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
      answer.on('error', reject)
    })
    // A body that is refused is not read: the line may break while it is written.
    asking.on('error', error =>
      /ECONNRESET|EPIPE/.test(String(error)) ? resolve({ status: 0, text: '' }) : reject(error),
    )
    asking.end(body)
  })
}

const procedures = Object.entries(appRouter._def.procedures as Readonly<Record<string, unknown>>)
const schemas = new Map(
  procedures.map(([name, procedure]) => {
    const { inputs } = (procedure as { _def: { inputs: readonly z.core.$ZodType[] } })._def
    const [input] = inputs
    const schema = input === undefined ? {} : z.toJSONSchema(input, { io: 'input', unrepresentable: 'any' })
    return [name, schema as Parameters<typeof nearly>[0]] as const
  }),
)

const strange = [
  'account',
  '__proto__',
  'constructor.name',
  'account.logIn,account.logIn',
  '%00',
  '..%2f',
  'a'.repeat(3000),
]
const others = [
  '/',
  '/healthz',
  '/api',
  '/api/blobs/x',
  '/api/blobs/%2e%2e/parts/1',
  '/assets/..%2f',
  '/dev/mail',
  '/feed',
]
const oddHeaders: readonly Record<string, string>[] = [
  {},
  {},
  {},
  { 'content-type': 'text/plain' },
  { 'content-type': 'multipart/form-data; boundary=' },
  { 'content-encoding': 'gzip' },
  { 'trpc-accept': 'application/jsonl' },
  { range: 'bytes=0-,5-9,-1' },
  { cookie: `datacrypt=${'%'.repeat(500)}` },
  { cookie: `datacrypt=${'A'.repeat(40)}; datacrypt=x; ;;=` },
  { authorization: 'Bearer eyJhbGciOiJub25lIn0.e30.' },
  { authorization: `Bearer dct_${'A'.repeat(43)}` },
  { authorization: 'Basic Og==' },
  { 'x-datacrypt-grant': `${'A'.repeat(100)}.${'B'.repeat(43)}` },
  { 'x-forwarded-for': '::::,%%,1.2.3.4.5' },
  { 'user-agent': '(((('.repeat(500) },
  { 'x-long': 'x'.repeat(15_000) },
  { 'x-too-long': 'x'.repeat(20_000) },
]

/** Half an emoji cannot stand in a URL. */
const wellFormed = (text: string) => Buffer.from(text).toString()

function call(): Asking {
  const [name] = oneOf(pick, procedures)
  const value = nearly(schemas.get(name) ?? {}, pick)
  const headers = { 'content-type': 'application/json', ...(pick(3) > 0 ? { cookie } : {}), ...oneOf(pick, oddHeaders) }
  switch (pick(12)) {
    case 0:
      return {
        path: `/trpc/${name}?input=${encodeURIComponent(wellFormed(nearlyJson(value, pick))).slice(0, 12_000)}`,
        method: 'GET',
        headers,
        body: '',
      }
    case 1:
      return {
        path: `/trpc/${name},${name}?batch=1`,
        method: 'POST',
        headers,
        body: nearlyJson({ 0: value, 1: value, x: 1 }, pick),
      }
    case 2:
      return { path: `/trpc/${oneOf(pick, strange)}`, method: 'POST', headers, body: nearlyJson(value, pick) }
    case 3:
      return {
        path: oneOf(pick, others),
        method: oneOf(pick, ['GET', 'PUT', 'POST', 'DELETE', 'OPTIONS']),
        headers,
        body: nearlyJson(value, pick),
      }
    default:
      return { path: `/trpc/${name}`, method: 'POST', headers, body: nearlyJson(value, pick) }
  }
}

/** Bytes that are no request at all, or half of one. */
async function sendBytes(): Promise<string> {
  const line = oneOf(pick, [
    'GET / HTTP/1.1\r\n',
    'POST /trpc/account.logIn HTTP/1.1\r\n',
    'GET / HTTP/9\r\n',
    '\u0000\u0001\r\n',
    'GET http:// HTTP/1.1\r\n',
  ])
  const rest = oneOf(pick, [
    '\r\n',
    'Host: x\r\nHost: y\r\n\r\n',
    'Host: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!',
    'Host: x\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\nzz\r\n',
    'Host: x\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n',
    'Host: x\r\nContent-Length: -1\r\n\r\n',
    `Host: ${'x'.repeat(17_000)}\r\n\r\n`,
    'Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x\r\n\r\n',
    'Host: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n',
  ])
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.setEncoding('utf8').on('data', piece => {
    text += piece
  })
  return new Promise(resolve => {
    const done = () => resolve(text)
    socket.once('close', done).on('error', () => socket.destroy())
    socket.write(line + rest)
    socket.setTimeout(50, () => socket.destroy())
  })
}

async function inTurns(count: number, step: () => Promise<void>): Promise<void> {
  for (let left = count; left > 0; left -= atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, left) }, step))
  }
}

async function hostileRequest(): Promise<void> {
  if (pick(25) === 0) {
    const text = await sendBytes()
    expect(text).not.toMatch(/^HTTP\/1\.1 5/)
    expect(text).not.toMatch(telling)
    return
  }
  const asking = call()
  const { status, text } = await ask(asking)
  seen.add(status)
  const what = `seed ${seed}: ${asking.method} ${asking.path.slice(0, 200)} ${JSON.stringify(asking.headers).slice(0, 300)} ${asking.body.slice(0, 2000)}`
  if (status >= 500 || telling.test(text)) throw new Error(`${status} ${text.slice(0, 300)} for ${what}`)
}

const healthy = async () => (await ask({ path: '/healthz', method: 'GET', headers: {}, body: '' })).status

async function hostileRequests(count: number): Promise<void> {
  for (let left = count; left > 0; left -= 250) {
    await inTurns(Math.min(250, left), hostileRequest)
    await meetSomebody()
  }
}

test(
  `${requests} hostile requests: no crash, no fault, no word of what is inside, no growth (seed ${seed})`,
  async () => {
    // What is loaded and compiled at first is no growth.
    await hostileRequests(1000)
    const { bytes } = await wish('memory')
    await hostileRequests(requests - 1000)
    const after = (await wish('memory')).bytes
    expect(await healthy()).toBe(200)
    expect(after - bytes).toBeLessThan(growth)
    expect([...seen]).toEqual(expect.arrayContaining([200, 400, 401, 403, 404, 431]))
    expect(errors.join('')).toBe('')
  },
  120_000 * times,
)

const frameParts: readonly unknown[] = [
  { id: 1, jsonrpc: '2.0', method: 'subscription', params: { path: 'knocks' } },
  { id: 1, method: 'subscription.stop' },
  { id: {}, method: 'subscription', params: { path: '__proto__', input: { $gt: 1 }, lastEventId: {} } },
  { id: 2, method: 'query', params: { path: 'knocks', input: null } },
  { id: 3, method: 'mutation', params: { path: 'knocks.then.constructor' } },
  { method: 'connectionParams', data: { ticket: { $gt: '' } } },
  { method: 'connectionParams', data: { ticket: 'A'.repeat(43) } },
  { method: 'connectionParams', data: null },
  [{ id: 1 }, { id: 2 }],
  'PONG',
  null,
]
const rawFrames = [
  [0xff, 0xff, 0xff],
  [0x83, 0x00],
  [0x81, 0x05, 1, 2, 3],
  [0xc1, 0x80, 0, 0, 0, 0],
  [0x81, 0xfe, 0xff, 0xff, 0, 0, 0, 0],
  [0x09, 0x80, 0, 0, 0, 0],
  [0x80, 0x80, 0, 0, 0, 0],
  [0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
]

function frame(): string | Buffer {
  if (pick(10) === 0) return Buffer.from(Array.from({ length: pick(64) }, () => pick(256)))
  return nearlyJson(pick(3) === 0 ? nearly({}, pick) : oneOf(pick, frameParts), pick)
}

async function ticket(): Promise<string> {
  const headers = { 'content-type': 'application/json', cookie }
  const { text } = await ask({ path: '/trpc/changes.ticket', method: 'POST', headers, body: '' })
  return (JSON.parse(text) as { result: { data: { ticket: string } } }).result.data.ticket
}

async function openFeed(admitted: boolean): Promise<{ socket: WebSocket; heard: string[]; closed: Promise<unknown> }> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/feed?connectionParams=1`)
  const heard: string[] = []
  socket.on('message', data => heard.push(String(data))).on('error', () => undefined)
  const closed = new Promise(resolve => socket.once('close', resolve))
  await new Promise(resolve => socket.once('open', resolve))
  if (admitted) {
    socket.send(JSON.stringify({ method: 'connectionParams', data: { ticket: await ticket() } }))
    socket.send(JSON.stringify(frameParts[0]))
    await expect.poll(() => heard.join()).toContain('"head"')
  }
  return { socket, heard, closed }
}

/** Twenty frames into one socket, the last of them no frame at all. */
async function hostileFeed(admitted: boolean): Promise<void> {
  const { socket, heard, closed } = await openFeed(admitted)
  for (let i = 0; i < 19; i += 1) if (socket.readyState === WebSocket.OPEN) socket.send(frame())
  // After half a frame nobody says goodbye.
  if (pick(2) === 0) {
    const raw = (socket as unknown as { _socket: { write(bytes: Buffer, done: () => void): void } | null })._socket
    raw?.write(Buffer.from(oneOf(pick, rawFrames)), () => socket.terminate())
    if (raw === null) socket.terminate()
  } else {
    socket.close()
  }
  await closed
  expect(heard.join()).not.toMatch(telling)
}

test(
  `${frames} hostile frames: no crash, no word of what is inside, and a bystander's feed stands (seed ${seed})`,
  async () => {
    await meetSomebody()
    const bystander = await openFeed(true)
    for (let i = 0; i < frames / 20; i += 1) await hostileFeed(i % 2 === 0)
    expect(bystander.socket.readyState).toBe(WebSocket.OPEN)
    expect(await healthy()).toBe(200)
    expect(errors.join('')).toBe('')
    bystander.socket.close()
    await bystander.closed
  },
  120_000 * times,
)
