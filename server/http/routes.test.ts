/** Every route there is, found in the router itself, and the headers of all that it answers. A route without a row fails. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { openMemoryLimits } from '../limits/memory.ts'
import { startServer, type TestServer } from '../running.testing.ts'
import { appRouter } from '../trpc/router.ts'
import { makeApp } from './app.ts'
import { expectSafe } from './headers.testing.ts'
import { routesOf } from './routes.testing.ts'

let client: string
let server: TestServer
const limits = openMemoryLimits()
/** Doors are knocked at a thousand times here: their budgets have tests of their own. */
const generous = { spend: async () => undefined, reset: limits.reset }
beforeAll(async () => {
  client = await mkdtemp(join(tmpdir(), 'datacrypt-client-'))
  await mkdir(join(client, 'assets'))
  await writeFile(join(client, 'index.html'), '<!doctype html><title>shell</title>')
  await writeFile(join(client, 'service-worker.js'), '1')
  await writeFile(join(client, 'assets/app-1.js'), '1')
  await writeFile(join(client, 'assets/argon2-1.js'), '1')
  server = await startServer({ CLIENT_DIR: client }, { limits: { ...limits, ...generous } })
})
afterAll(async () => {
  await server.close()
  await rm(client, { recursive: true })
})
afterEach(() => vi.restoreAllMocks())

interface Probe {
  readonly path: string
  readonly status: number
  readonly method?: string
  readonly body?: string
  readonly headers?: Record<string, string>
}
const json = { 'content-type': 'application/json' }
const html = { accept: 'text/html' }

const post = (path: string, body: unknown, status: number): Probe => ({
  path: `/api/auth/${path}`,
  status,
  method: 'POST',
  body: typeof body === 'string' ? body : JSON.stringify(body),
  headers: json,
})
const secret = 'A'.repeat(43)

/** By the router's own words: requests that reach each route, and what they get. */
const table: Record<string, readonly Probe[]> = {
  'GET /healthz': [{ path: '/healthz', status: 200 }],
  'PUT /api/blobs/:blob/parts/:n': [{ path: '/api/blobs/x/parts/1', status: 403, method: 'PUT', body: 'x' }],
  'GET /api/blobs/:blob': [{ path: '/api/blobs/x', status: 403 }],
  'GET /api/auth/params': [
    { path: '/api/auth/params?email=nobody@example.org', status: 200 },
    { path: '/api/auth/params', status: 400 },
    { path: '/api/auth/params?email[$gt]=&email=x', status: 400 },
  ],
  'POST /api/auth/login': [
    post('login', { email: 'nobody@example.org', loginSecret: secret }, 401),
    post('login', {}, 400),
    post('login', '{', 400),
    post('login', { email: 'x'.repeat(70_000) }, 413),
    { ...post('login', 'email=a', 400), headers: { 'content-type': 'application/x-www-form-urlencoded' } },
  ],
  'POST /api/auth/send-otp': [post('send-otp', { attempt: secret }, 400)],
  'POST /api/auth/verify-otp': [
    post('verify-otp', { attempt: secret, proof: { kind: 'app', code: '123456' } }, 400),
    post('verify-otp', { attempt: { $gt: '' } }, 400),
  ],
  'POST /api/auth/refresh': [post('refresh', { refreshToken: secret }, 401)],
  'POST /api/auth/logout': [post('logout', {}, 401)],
  'any /trpc': [
    { path: '/trpc/account.facts', status: 200 },
    { path: '/trpc/account.facts', status: 200, headers: { 'if-none-match': '*' } },
    { path: '/trpc/none', status: 404 },
    { path: '/trpc', status: 404 },
    { path: '/trpc/account.logIn', status: 400, method: 'POST', body: '{', headers: json },
    {
      path: '/trpc/account.logIn',
      status: 413,
      method: 'POST',
      body: JSON.stringify({ email: 'x'.repeat(7 * 1024 * 1024) }),
      headers: json,
    },
  ],
  'any /api': [
    { path: '/api', status: 404 },
    { path: '/api/none', status: 404, method: 'POST', body: '{}', headers: json },
  ],
  'GET /dev/mail/': [{ path: '/dev/mail', status: 200 }],
  'GET /dev/mail/mailbox.css': [{ path: '/dev/mail/mailbox.css', status: 200 }],
  'any /assets': [
    { path: '/assets/app-1.js', status: 200 },
    { path: '/assets/argon2-1.js', status: 200 },
    { path: '/assets/none.js', status: 404 },
    { path: '/assets/', status: 404 },
    { path: '/assets/..%2f..%2fpackage.json', status: 404 },
    { path: '/assets/app-1.js', status: 400, headers: { range: 'bytes=9-' } },
  ],
  'any / (files)': [
    { path: '/service-worker.js', status: 200 },
    { path: '/none.txt', status: 404 },
    { path: '/.env', status: 404 },
  ],
  'GET /{*page}': [
    { path: '/', status: 200, headers: html },
    { path: '/inbox/x', status: 200, headers: html },
    { path: '/', status: 404, method: 'POST' },
    { path: '/%E0%A4%A', status: 400, headers: html },
    { path: `/${'x'.repeat(9000)}`, status: 200, headers: html },
  ],
}

const ask = ({ path, method = 'GET', body, headers = {} }: Omit<Probe, 'status'>) =>
  fetch(server.url + path, { method, headers, ...(body === undefined ? {} : { body }) })

describe('the table', () => {
  test('has a row for each route that the app has, and no other', () => {
    const { services } = server
    const routes = routesOf(() =>
      makeApp({
        services,
        publicUrl: () => server.url,
        corsOrigins: [],
        proxies: 0,
        secure: false,
        letters: { listLetters: async () => [] },
        clientFolder: client,
        warn: () => undefined,
      }),
    )
    expect([...new Set(routes)].toSorted()).toEqual(Object.keys(table).toSorted())
  })

  const rows = Object.entries(table)
  test.each(rows.flatMap(([route, probes]) => probes.map(probe => [route, probe.path.slice(0, 40), probe] as const)))(
    '%s: %s',
    async (_, __, probe) => {
      const answer = await ask(probe)
      expect(answer.status).toBe(probe.status)
      expectSafe(answer, probe.path)
      expect(await answer.text()).not.toMatch(/node_modules|\.ts:\d|"stack"|Error:/)
    },
  )

  test.each(rows.map(([route, probes]) => [route, probes[0]] as const))(
    '%s: every method, and every origin',
    async (_, probe) => {
      if (probe === undefined) throw new Error('a route without a probe')
      for (const method of ['OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND']) {
        const other = await ask({ ...probe, method, body: '{}', headers: { origin: 'https://evil.example' } })
        expectSafe(other, `${method} ${probe.path}`)
        expect([other.status, (await other.json()).code]).toEqual([403, 'origin-refused'])
      }
      for (const method of ['OPTIONS', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND']) {
        const own = await ask({ path: probe.path, method })
        expectSafe(own, `${method} ${probe.path}`)
        expect(own.status).toBeLessThan(500)
      }
    },
  )
})

describe('every procedure', () => {
  const names = Object.keys(appRouter._def.procedures)
  test.each(names)('%s', async name => {
    const path = `/trpc/${name}`
    const probes = [
      { path },
      { path, method: 'POST', headers: json },
      { path, method: 'POST', headers: json, body: '{' },
      { path, method: 'POST', headers: json, body: '{"__proto__":{"a":1},"email":{"$gt":""}}' },
      { path, method: 'POST', headers: { ...json, cookie: `datacrypt=${'A'.repeat(43)}` }, body: '{}' },
      { path, method: 'POST', headers: { ...json, authorization: `Bearer ${'A'.repeat(43)}` }, body: '{}' },
      { path: `${path},${name}?batch=1`, method: 'POST', headers: json, body: '{}' },
    ]
    for (const probe of probes) {
      const answer = await ask(probe)
      expectSafe(answer, JSON.stringify(probe))
      expect(answer.status).toBeLessThan(500)
      expect(await answer.text()).not.toMatch(/node_modules|\.ts:\d|"stack"/)
    }
    const other = await ask({ path, method: 'POST', headers: { ...json, origin: 'https://evil.example' }, body: '{}' })
    expectSafe(other, name)
    expect(other.status).toBe(403)
  })
})

describe('a fault of ours', () => {
  const broken = () => Promise.reject(new TypeError('canary at /srv/secret.ts:1'))
  test.each(Object.entries(table).map(([route, [probe]]) => [route, probe] as const))('%s', async (_, probe) => {
    if (probe === undefined) throw new Error('a route without a probe')
    vi.spyOn(server.services.ground.limits, 'spend').mockImplementation(broken)
    const answer = await ask(probe)
    expect(answer.status).toBe(500)
    expectSafe(answer, probe.path)
    expect(await answer.json()).toEqual({ code: 'internal', data: {} })
  })
})

describe('too many requests', () => {
  test('are told so at every door, with the headers', async () => {
    const strict = openMemoryLimits()
    const few = await startServer(
      { CLIENT_DIR: client },
      { limits: { ...strict, spend: (budget, key) => strict.spend(budget, key, budget.points) } },
    )
    try {
      const paths = Object.values(table).flatMap(probes => probes.map(probe => probe.path))
      await fetch(`${few.url}/healthz`)
      for (const path of paths) {
        const answer = await fetch(few.url + path)
        expect([answer.status, (await answer.json()).code], path).toEqual([429, 'too-many-tries'])
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
        expectSafe(answer, path)
      }
    } finally {
      await few.close()
    }
  })
})
