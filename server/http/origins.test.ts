/** What pages of other sites can do to us: nothing (THREATS T16). Requests as a browser sends them for each of their ways. */
import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { openMemoryLimits } from '../limits/memory.ts'
import { startServer, type TestServer, withLetters } from '../running.testing.ts'
import { join, type Person } from '../services/people.testing.ts'
import { appRouter } from '../trpc/router.ts'
import { expectSafe } from './headers.testing.ts'

const named = 'https://app.example.org'
let server: TestServer
let ada: Person
beforeAll(async () => {
  const limits = { ...openMemoryLimits(), spend: async () => undefined }
  server = await startServer({ CORS_ORIGINS: `${named}, http://localhost:3000` }, { limits })
  ada = await join(await withLetters(server), 'ada')
})
afterAll(() => server.close())

interface Answer {
  readonly status: number
  readonly headers: Record<string, string | string[] | undefined>
}

/** As fetch, but free to say what fetch keeps for itself. */
function ask(path: string, method: string, headers: Record<string, string>, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port: server.port, path, method, headers }, answer => {
      answer.resume().on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers }))
    })
    asking.on('error', reject).end(body)
  })
}

const site = 'https://evil.example'
/**
 * The cookie comes along in each, as if SameSite did not exist: two of these walls have to hold without the third. A
 * browser says Sec-Fetch-Site only on trustworthy addresses, so that there is one without it.
 */
const ways: [string, string, Record<string, string>][] = [
  [
    'a form',
    'POST',
    { origin: site, 'sec-fetch-site': 'cross-site', 'content-type': 'application/x-www-form-urlencoded' },
  ],
  ['a form as text', 'POST', { origin: site, 'content-type': 'text/plain' }],
  ['a form with a file', 'POST', { origin: site, 'content-type': 'multipart/form-data; boundary=x' }],
  ['a form in a sandbox', 'POST', { origin: 'null', 'content-type': 'text/plain' }],
  ['a form of a neighbour', 'POST', { 'sec-fetch-site': 'same-site', 'content-type': 'text/plain' }],
  [
    'fetch without CORS',
    'POST',
    { origin: site, 'sec-fetch-mode': 'no-cors', 'content-type': 'text/plain;charset=UTF-8' },
  ],
  ['a beacon', 'POST', { origin: site, 'content-type': 'application/json' }],
  ['fetch without a word of where', 'POST', { 'sec-fetch-site': 'cross-site', 'content-type': 'application/json' }],
  ['a preflight', 'OPTIONS', { origin: site, 'access-control-request-method': 'POST' }],
]
const reads: [string, Record<string, string>][] = [
  ['an image', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image', 'sec-fetch-mode': 'no-cors' }],
  ['a popup', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document', 'sec-fetch-mode': 'navigate' }],
  ['a script', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'script', 'sec-fetch-mode': 'no-cors' }],
]

const procedures: object = appRouter._def.procedures
const mutations = Object.entries(procedures as Readonly<Record<string, { _def: { type: string } }>>)
  .filter(([, { _def }]) => _def.type === 'mutation')
  .map(([name]) => `/trpc/${name}`)
const rest = ['login', 'send-otp', 'verify-otp', 'refresh', 'logout'].map(name => `/api/auth/${name}`)

/** All that a request of somebody else's could have changed. */
async function standing(): Promise<string> {
  const { store } = server.services.ground
  const [user, sessions] = [await store.users.get(ada.who.userId), await store.sessions.ofUser(ada.who.userId)]
  return JSON.stringify([user, sessions])
}

describe('another site', () => {
  test.each(ways)('has no effect by %s, whatever it calls', async (_, method, headers) => {
    const before = await standing()
    for (const path of [...mutations, ...rest, '/api/blobs/x/parts/1']) {
      const answer = await ask(path, method, { ...headers, cookie: ada.cookie }, method === 'POST' ? '{}' : undefined)
      expect([path, answer.status]).toEqual([path, 403])
      expect(answer.headers['access-control-allow-origin']).toBeUndefined()
      expect(answer.headers['set-cookie']).toBeUndefined()
    }
    expect(await standing()).toBe(before)
  })

  test.each(reads)('has no effect by %s', async (_, headers) => {
    const before = await standing()
    for (const path of [...mutations, ...rest]) {
      const answer = await ask(`${path}?input=%7B%7D`, 'GET', { ...headers, cookie: ada.cookie })
      expect([path, [400, 404, 405].includes(answer.status)]).toEqual([path, true])
      expect(answer.headers['set-cookie']).toBeUndefined()
      expect(answer.headers['cross-origin-resource-policy']).toBe('same-origin')
    }
    expect(await standing()).toBe(before)
  })

  const origins = [
    site,
    'null',
    'http://localhost',
    'http://localhost:1',
    'https://localhost',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'http://evil.example#localhost',
    'file://',
    'data:',
    'blob:null',
    'about:blank',
    'chrome-extension://abcdefgh',
    'moz-extension://abcdefgh',
    'ws://localhost',
    'nonsense',
    '*',
    'https://app.example.org.evil.example',
    'https://app.example.org:444',
    'http://app.example.org',
    'https://APP.example.org',
    'https://evil.example, https://app.example.org',
  ]
  test(`opens no feed: of ${origins.length} origins none`, async () => {
    const outcomes = await Promise.all(origins.map(origin => upgrade({ origin, cookie: ada.cookie })))
    expect(outcomes).toEqual(origins.map(() => 403))
    expect(await upgrade({ 'sec-fetch-site': 'cross-site' })).toBe(403)
  })

  test.each(origins)('%s changes nothing', async origin => {
    const answer = await ask('/trpc/account.logOut', 'POST', { origin, cookie: ada.cookie }, '{}')
    expect(answer.status).toBe(403)
    expect(answer.headers['access-control-allow-origin']).toBeUndefined()
    expect(await server.services.sessions.stands(ada.who)).toBe(true)
  })
})

function upgrade(headers: Record<string, string>): Promise<number> {
  const socket = new WebSocket(`ws://localhost:${server.port}/feed?connectionParams=1`, { headers })
  return new Promise(resolve => {
    socket.once('open', () => resolve(101))
    socket.once('unexpected-response', (_, answer) => resolve(answer.statusCode ?? 0))
    socket.on('error', () => undefined)
  }).finally(() => socket.terminate()) as Promise<number>
}

describe('a configured origin', () => {
  const json = { 'content-type': 'application/json', cookie: '' }
  test('may ask with its cookie, and reads the answer', async () => {
    const headers = { ...json, origin: named, 'sec-fetch-site': 'cross-site', cookie: ada.cookie }
    const answer = await fetch(`${server.url}/trpc/account.me`, { method: 'POST', headers, body: '{}' })
    expect(answer.status).toBe(200)
    expectSafe(answer, 'cors', { cors: named })
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true')
    expect(answer.headers.get('access-control-expose-headers')).toContain('x-datacrypt')
  })

  test('is let in by a preflight', async () => {
    for (const path of ['/trpc/account.logIn', '/api/blobs/x/parts/1', '/api/auth/login', '/healthz']) {
      const headers = { origin: named, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'x' }
      const answer = await fetch(server.url + path, { method: 'OPTIONS', headers })
      expect(answer.status).toBe(204)
      expectSafe(answer, path, { cors: named })
      expect(answer.headers.get('access-control-allow-methods')).toBe('GET, HEAD, POST, PUT')
      expect(answer.headers.get('access-control-allow-headers')).toMatch(
        /authorization.*content-type.*x-datacrypt-grant/,
      )
    }
  })

  test('is told of errors too, and may open the feed', async () => {
    const answer = await fetch(`${server.url}/api/none`, { headers: { origin: 'http://localhost:3000' } })
    expect(answer.status).toBe(404)
    expectSafe(answer, 'cors', { cors: 'http://localhost:3000' })
    expect(await upgrade({ origin: named })).toBe(101)
  })
})

describe('a program', () => {
  test('says no origin, and is judged by its bearer alone', async () => {
    const me = (headers: Record<string, string>) =>
      fetch(`${server.url}/trpc/account.me`, { method: 'POST', headers, body: '{}' })
    const { token } = await server.services.access.make(ada.who)
    expect((await me({ authorization: `Bearer ${token}`, 'content-type': 'application/json' })).status).toBe(200)
    const other = await me({ authorization: `Bearer ${token}`, origin: site, 'content-type': 'application/json' })
    expect(other.status).toBe(403)
  })
})

describe('with TLS', () => {
  test('a page that came without is none of ours, cookies are of this host alone, and https is asked for', async () => {
    const secure = await startServer({ PUBLIC_URL: 'https://files.example.org' })
    try {
      const host = `files.example.org:${secure.port}`
      const ask = (origin: string) =>
        new Promise<number>((resolve, reject) => {
          const headers = { origin, host, 'content-type': 'application/json' }
          request({ host: '127.0.0.1', port: secure.port, path: '/trpc/account.me', method: 'POST', headers }, answer =>
            resolve(answer.resume().statusCode ?? 0),
          )
            .on('error', reject)
            .end('{}')
        })
      expect(await ask('https://files.example.org')).toBe(401)
      expect(await ask(`https://${host}`)).toBe(401)
      expect(await ask(`http://${host}`)).toBe(403)
      const at = { ...secure.services, lettersTo: async () => [] }
      const who = await at.sessions.begin(ada.who.userId)
      expect(who.cookie).toMatch(/^__Host-datacrypt=[^;]+; HttpOnly; .*Secure/)
      expectSafe(await fetch(`${secure.url}/healthz`), 'tls', { secure: true })
    } finally {
      await secure.close()
    }
  })
})
