import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { callerOf, startServer, type TestServer, withLetters } from '../running.testing.ts'
import { newSecret, type Person, join as signUpWithKeys } from '../services/people.testing.ts'

let client: string
let server: TestServer
let ada: Person
beforeAll(async () => {
  client = await mkdtemp(join(tmpdir(), 'datacrypt-client-'))
  await mkdir(join(client, 'assets'))
  await writeFile(join(client, 'index.html'), '<!doctype html><title>shell</title>')
  await writeFile(join(client, 'assets/app-1.js'), '1')
  await writeFile(join(client, 'assets/argon2-1.js'), '1')
  server = await startServer({ CLIENT_DIR: client })
  ada = await signUpWithKeys(await withLetters(server), 'ada')
})
afterAll(async () => {
  await server.close()
  await rm(client, { recursive: true })
})
afterEach(() => vi.restoreAllMocks())

const json = { 'content-type': 'application/json' }
const post = (path: string, body: string, headers: Record<string, string> = {}) =>
  fetch(server.url + path, { method: 'POST', body, headers: { ...json, ...headers } })

/** As fetch, but free to say Host and other headers that fetch keeps for itself. */
function ask(path: string, headers: Record<string, string>, method = 'GET'): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: '127.0.0.1', port: server.port, path, method, headers }, answer => {
      let text = ''
      answer.setEncoding('utf8').on('data', piece => {
        text += piece
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, text }))
    })
    asking.on('error', reject).end()
  })
}

describe('every answer carries the headers', () => {
  const kinds: [string, number, () => Promise<Response>][] = [
    ['health', 200, () => fetch(`${server.url}/healthz`)],
    ['the shell', 200, () => fetch(server.url, { headers: { accept: 'text/html' } })],
    ['a page of the app', 200, () => fetch(`${server.url}/inbox/x`, { headers: { accept: 'text/html' } })],
    ['an asset', 200, () => fetch(`${server.url}/assets/app-1.js`)],
    ['a missing asset', 404, () => fetch(`${server.url}/assets/none.js`)],
    ['a missing file', 404, () => fetch(`${server.url}/none.txt`)],
    ['a call', 200, () => fetch(`${server.url}/trpc/account.facts`)],
    ['a call without session', 401, () => post('/trpc/account.me', '{}')],
    ['no such call', 404, () => fetch(`${server.url}/trpc/account.none`)],
    ['no such endpoint', 404, () => fetch(`${server.url}/api/none`)],
    ['a blob without grant', 403, () => fetch(`${server.url}/api/blobs/x`)],
    ['a part without grant', 403, () => fetch(`${server.url}/api/blobs/x/parts/1`, { method: 'PUT', body: 'x' })],
    ['another origin', 403, () => post('/trpc/account.logOut', '{}', { origin: 'https://evil.example' })],
    ['the mailbox', 200, () => fetch(`${server.url}/dev/mail`)],
    ['a body too large', 413, () => post('/trpc/account.logIn', `"${'x'.repeat(7 * 1024 * 1024)}"`)],
    ['a broken body', 400, () => post('/trpc/account.logIn', '{')],
    ['HEAD', 200, () => fetch(server.url, { method: 'HEAD' })],
    ['a path that is no path', 400, () => fetch(`${server.url}/%E0%A4%A`)],
  ]
  test.each(kinds)('%s', async (_, status, go) => {
    const answer = await go()
    const { headers } = answer
    expect(answer.status).toBe(status)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toMatch(/script-src 'self';.*require-trusted-types-for 'script'; trusted-types default$|; sandbox$/)
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|\*/)
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-datacrypt': '1',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'x-frame-options': 'DENY',
    })
    expect(headers.has('strict-transport-security')).toBe(false)
    expect(headers.has('x-powered-by')).toBe(false)
    expect(headers.has('access-control-allow-origin')).toBe(false)
  })

  test('the stretching worker alone may compile WebAssembly', async () => {
    const policyOf = async (path: string) => (await fetch(server.url + path)).headers.get('content-security-policy')
    expect(await policyOf('/assets/argon2-1.js')).toContain("'wasm-unsafe-eval'")
    expect(await policyOf('/assets/app-1.js')).not.toContain('wasm')
  })

  test('a host that is none does not get into the policy', async () => {
    const answer = await ask('/healthz', { host: "x; script-src 'unsafe-inline'" })
    expect(answer.status).toBe(200)
    expect(answer.text).toBe('{"alive":true}')
  })

  test('https is asked for where people come by https', async () => {
    const secure = await startServer({ PUBLIC_URL: 'https://files.example.org' })
    try {
      const { headers } = await fetch(`${secure.url}/healthz`)
      expect(headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains')
    } finally {
      await secure.close()
    }
  })

  test('assets are kept for ever, the shell never, answers to calls not at all', async () => {
    const cached = async (path: string) => (await fetch(server.url + path)).headers.get('cache-control')
    expect(await cached('/assets/app-1.js')).toContain('immutable')
    expect(await cached('/')).toBe('no-cache')
    expect(await cached('/trpc/account.facts')).toBe('no-store')
  })
})

describe('an origin', () => {
  const logOut = (headers: Record<string, string>) => post('/trpc/account.me', '{}', { cookie: ada.cookie, ...headers })
  const elsewhere = [
    'https://evil.example',
    'null',
    'http://localhost',
    'http://localhost:1',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'file://',
    'nonsense',
  ]
  test.each(elsewhere)('%s may not change anything', async origin => {
    const answer = await logOut({ origin })
    expect([answer.status, await answer.json()]).toEqual([403, { code: 'origin-refused', data: {} }])
    const put = await fetch(`${server.url}/api/blobs/x/parts/1`, { method: 'PUT', body: 'x', headers: { origin } })
    expect([put.status, (await put.json()).code]).toEqual([403, 'origin-refused'])
  })

  test('of our own may', async () => {
    expect((await logOut({ origin: server.url })).status).toBe(200)
    expect((await logOut({})).status).toBe(200)
  })

  test('unsaid by a page of another site may not', async () => {
    expect((await logOut({ 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  })

  test('is no way to change anything by GET', async () => {
    const answer = await fetch(`${server.url}/trpc/account.logOut?input=%7B%7D`, { headers: { cookie: ada.cookie } })
    expect(answer.status).toBe(400)
    expect((await logOut({})).status).toBe(200)
  })
})

describe('an unexpected error', () => {
  const canary = 'canary-9182'
  const broken = () => Promise.reject(new TypeError(`${canary} at /srv/secret.ts:1`))
  const clean = async (answer: Response, status = 500) => {
    const text = await answer.text()
    expect(answer.status).toBe(status)
    expect(text).toContain('internal')
    expect(text).not.toContain(canary)
    expect(text).not.toMatch(/\.ts|\.js|node_modules|TypeError|stack/i)
  }

  test('of a session is told as nothing more', async () => {
    vi.spyOn(server.services.ground.store.sessions, 'get').mockImplementation(broken)
    await clean(await post('/trpc/account.me', '{}', { cookie: ada.cookie }))
  })

  test('of a call is told as nothing more', async () => {
    vi.spyOn(server.services.ground.store.users, 'get').mockImplementation(broken)
    await clean(await post('/trpc/account.me', '{}', { cookie: ada.cookie }))
  })

  test('of the store behind health, and of the blob store', async () => {
    vi.spyOn(server.services.ground.store, 'ping').mockImplementation(broken)
    await clean(await fetch(`${server.url}/healthz`))
    const { directBlobs } = server.services
    if (directBlobs === null) throw new Error('the file store serves its own URLs')
    vi.spyOn(directBlobs, 'openRange').mockImplementation(broken)
    await clean(await fetch(`${server.url}/api/blobs/x`, { headers: { 'x-datacrypt-grant': 'x' } }))
  })
})

describe('a bad body', () => {
  const bodies: [string, string, number][] = [
    ['nothing', '', 400],
    ['half of JSON', '{"email":', 400],
    ['a number', '5', 400],
    ['null', 'null', 400],
    ['a list', '[]', 400],
    ['objects where text belongs', '{"email":{"$gt":""},"loginSecret":{"$ne":1}}', 400],
    ['prototype keys', '{"__proto__":{"email":"a@b.cc"},"constructor":{"prototype":{}}}', 400],
    ['NUL in an address', '{"email":"a\\u0000@b.cc","loginSecret":"x"}', 400],
    ['an address too long', JSON.stringify({ email: `${'a'.repeat(300)}@b.cc`, loginSecret: newSecret() }), 400],
    ['deep nesting', `${'['.repeat(20_000)}${']'.repeat(20_000)}`, 400],
    ['too much', JSON.stringify({ email: 'x'.repeat(6 * 1024 * 1024) }), 413],
  ]
  test.each(bodies)('%s', async (_, body, status) => {
    const answer = await post('/trpc/account.logIn', body)
    expect(answer.status).toBe(status)
    const { error } = await answer.json()
    expect(error.data.problem.code).toBe(status === 413 ? 'too-large' : 'bad-request')
    expect(JSON.stringify(error)).not.toMatch(/stack|zod|\.ts/i)
  })

  test('of another kind than JSON is refused', async () => {
    const answer = await post('/trpc/account.logIn', 'email=a', { 'content-type': 'application/x-www-form-urlencoded' })
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.status).toBeLessThan(500)
  })

  test('with too many calls at once is refused', async () => {
    const calls = (count: number) => Array(count).fill('account.facts').join(',')
    expect((await fetch(`${server.url}/trpc/${calls(20)}?batch=1&input=%7B%7D`)).status).toBe(200)
    expect((await fetch(`${server.url}/trpc/${calls(21)}?batch=1&input=%7B%7D`)).status).toBe(400)
  })

  test('four hundred of them leave the server answering, and none is our fault', async () => {
    const pieces = [
      '{',
      '}',
      '[',
      ']',
      '"',
      ',',
      ':',
      '0',
      '\\u0000',
      'null',
      '__proto__',
      '$where',
      '\u202e',
      'é',
      '😀',
    ]
    let seed = 7
    const next = (most: number) => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed % most
    }
    const names = [
      'account.logIn',
      'account.register',
      'account.verify',
      'transfers.create',
      'changes.pull',
      'keys.lookUp',
    ]
    for (let round = 0; round < 20; round += 1) {
      const statuses = await Promise.all(
        Array.from({ length: 20 }, async () => {
          const body = Array.from({ length: next(12) }, () => pieces[next(pieces.length)]).join('')
          return (await post(`/trpc/${names[next(names.length)]}`, body, { cookie: ada.cookie })).status
        }),
      )
      for (const status of statuses) expect(status).toBeLessThan(500)
    }
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200)
  })
})

describe('the mailbox', () => {
  test('shows letters, without scripts, with links that can be followed', async () => {
    const known = callerOf(server.url)
    const kdf = await known.account.params.query({ email: ada.email })
    await known.account.register.mutate({ name: 'x', email: ada.email, loginSecret: newSecret(), kdf })
    await server.services.mailouts.run()
    const page = await (await fetch(`${server.url}/dev/mail`)).text()
    expect(page).toContain(ada.email)
    expect(page).not.toContain('<script')
    expect(page).toContain(`<a href="${server.url}">${server.url}</a>`)
    expect((await fetch(`${server.url}/dev/mail/mailbox.css`)).headers.get('content-type')).toContain('text/css')
  })

  const port = () => server.port
  test.each<[string, () => Record<string, string>]>([
    ['by another name', () => ({ host: `evil.example:${port()}` })],
    ['by a name that begins like ours', () => ({ host: 'localhost.evil.example' })],
    ['through a proxy', () => ({ host: 'localhost', 'x-forwarded-for': '203.0.113.5' })],
    ['through a proxy of RFC 7239', () => ({ host: 'localhost', forwarded: 'for=203.0.113.5' })],
  ])('is not there when asked for %s', async (_, headers) => {
    expect((await ask('/dev/mail', headers())).status).toBe(404)
  })

  test.each(['localhost', '127.0.0.1', '[::1]', 'localhost:5000'])('is there by the name %s', async host => {
    expect((await ask('/dev/mail', { host })).status).toBe(200)
  })

  test.each([
    { SMTP_URL: 'smtp://127.0.0.1:9' },
    { PUBLIC_URL: 'https://files.example.org' },
    { PUBLIC_URL: 'http://10.0.0.7:5000' },
    { PUBLIC_URL: 'http://localhost:5000', SMTP_URL: 'smtp://127.0.0.1:9' },
  ])('is not there with %j', async environment => {
    const other = await startServer(environment)
    try {
      expect(other.mailboxUrl).toBeNull()
      expect((await fetch(`${other.url}/dev/mail`)).status).toBe(404)
    } finally {
      await other.close()
    }
  })
})
