import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { times } from '#shared/contract/limits.ts'
import { callerOf, startServer, type TestServer, withLetters } from '../running.testing.ts'
import { budgets } from '../services/budgets.ts'
import { codeOf, newSecret, type Person, signUp } from '../services/people.testing.ts'

let server: TestServer
let now = Date.now()
let ada: Omit<Person, 'identity'>
beforeAll(async () => {
  server = await startServer({}, { now: () => now })
  ada = await signUp(await withLetters(server), 'ada')
})
afterAll(() => server.close())

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/api/auth/${path}`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  })

interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
}

async function logIn(person = ada): Promise<Tokens> {
  const { email, loginSecret } = person
  const { attempt, ways } = await (await post('login', { email, loginSecret })).json()
  expect(ways).toEqual(['mail'])
  await server.services.ground.limits.reset(budgets.loginCodes, person.who.userId)
  expect((await post('send-otp', { attempt })).status).toBe(200)
  const code = await codeOf(await withLetters(server), email)
  const answer = await post('verify-otp', { attempt, proof: { kind: 'mail', code } })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('set-cookie')).toBeNull()
  return answer.json()
}

/** `account.me` as a program asks it. */
async function me(bearer: string): Promise<number> {
  const answer = await fetch(`${server.url}/trpc/account.me`, { headers: { authorization: `Bearer ${bearer}` } })
  return answer.status
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

describe('logging in by REST', () => {
  test('takes the parameters, the password and a code, and gives a JWT', async () => {
    const params = await fetch(`${server.url}/api/auth/params?email=${encodeURIComponent(ada.email)}`)
    expect(await params.json()).toMatchObject({ salt: expect.any(String), t: 3, p: 1 })
    const { accessToken } = await logIn()
    expect(await me(accessToken)).toBe(200)
    expect(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()).not.toContain(ada.email)
  })

  test('refuses a wrong password and an unknown address alike (T18)', async () => {
    const answers = await Promise.all(
      [ada.email, 'nobody@example.org'].map(email => post('login', { email, loginSecret: newSecret() })),
    )
    const [one, other] = await Promise.all(
      answers.map(async answer => ({
        status: answer.status,
        body: await answer.text(),
        type: answer.headers.get('content-type'),
      })),
    )
    expect(one).toEqual(other)
    expect(one?.status).toBe(401)
  })

  test('is asked for the factor, whatever cookie comes along', async () => {
    const { email, loginSecret } = ada
    const answer = await post('login', { email, loginSecret }, { cookie: ada.browser.cookies ?? '' })
    expect(await answer.json()).toMatchObject({ state: 'factor' })
  })
})

describe('a JWT', () => {
  test('lives a quarter of an hour', async () => {
    const { accessToken } = await logIn()
    now += 15 * times.minute - times.second
    expect(await me(accessToken)).toBe(200)
    now += times.second
    expect(await me(accessToken)).toBe(401)
  })

  test('is refused at once when its session ends', async () => {
    const { accessToken } = await logIn()
    const list = await callerOf(server.url, ada.cookie).sessions.list.query()
    const api = list.filter(session => session.kind === 'api').at(-1)
    expect(api).toMatchObject({ current: false, place: { kind: 'this-machine' } })
    if (api === undefined) throw new Error('no API session')
    await callerOf(server.url, ada.cookie).sessions.end.mutate({ sessionId: api.sessionId })
    expect(await me(accessToken)).toBe(401)
  })

  test('ends by logging out, its refresh token too', async () => {
    const { accessToken, refreshToken } = await logIn()
    expect((await post('logout', '', bearer(accessToken))).status).toBe(200)
    expect(await me(accessToken)).toBe(401)
    expect((await post('refresh', { refreshToken })).status).toBe(401)
    expect((await post('logout', '', bearer(accessToken))).status).toBe(401)
  })

  test.each([
    [
      'changed in its body',
      (token: string) => token.replace(/\.(.)/, (_, first: string) => `.${first === 'e' ? 'f' : 'e'}`),
    ],
    ['changed in its signature', (token: string) => token.slice(0, -4) + (token.endsWith('AAAA') ? 'BBBB' : 'AAAA')],
    ['without a signature', (token: string) => `${token.split('.').slice(0, 2).join('.')}.`],
    [
      'that says it needs none',
      (token: string) => `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${token.split('.')[1]}.`,
    ],
    ['that is a refresh token', () => 'a'.repeat(40)],
    ['of another kind', () => `dct_${'A'.repeat(43)}`],
    ['that is empty', () => ''],
  ])('%s is nobody, though a good cookie came along', async (_, change) => {
    const { accessToken } = await logIn()
    const answer = await fetch(`${server.url}/trpc/account.me`, {
      headers: { ...bearer(change(accessToken)), cookie: ada.cookie },
    })
    expect(answer.status).toBe(401)
  })
})

describe('a refresh token', () => {
  test('gives another, and works once, of many at once too', async () => {
    const { accessToken, refreshToken } = await logIn()
    const answers = await Promise.all(Array.from({ length: 20 }, () => post('refresh', { refreshToken })))
    const good = answers.filter(answer => answer.status === 200)
    expect(good).toHaveLength(1)
    const next: Tokens = await good[0]?.json()
    expect(next.refreshToken).not.toBe(refreshToken)
    expect(await me(next.accessToken)).toBe(200)
    expect(await me(accessToken)).toBe(401)
    expect((await post('refresh', { refreshToken: next.refreshToken })).status).toBe(200)
  })

  test('lives thirty days in all, however often it is renewed', async () => {
    let { refreshToken } = await logIn()
    for (let days = 0; days < 30; days += 10) {
      const answer = await post('refresh', { refreshToken })
      expect(answer.status).toBe(200)
      refreshToken = (await answer.json()).refreshToken
      now += 10 * times.day
    }
    expect((await post('refresh', { refreshToken })).status).toBe(401)
    ada = await signUp(await withLetters(server), 'later')
  })

  test("is not the app's session", async () => {
    const [, id = ''] = ada.cookie.split('=')
    expect((await post('refresh', { refreshToken: id })).status).toBe(401)
    expect(await server.services.sessions.stands(ada.who)).toBe(true)
  })
})

describe('bodies', () => {
  test.each([
    ['login', '{', 400],
    ['login', '[]', 400],
    ['login', '{"email":{"$gt":""},"loginSecret":"x"}', 400],
    ['send-otp', '{}', 400],
    ['verify-otp', '{"attempt":"x","proof":{"kind":"mail","code":"1"}}', 400],
    ['refresh', '{"refreshToken":7}', 400],
    ['login', JSON.stringify({ email: 'x'.repeat(70_000) }), 413],
  ])('to %s that are wrong are refused in plain words', async (path, body, status) => {
    const answer = await post(path, body)
    expect(answer.status).toBe(status)
    expect(await answer.json()).toEqual({ code: status === 413 ? 'too-large' : 'bad-request', data: {} })
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('of another kind than JSON are refused', async () => {
    const { email, loginSecret } = ada
    const answer = await post('login', JSON.stringify({ email, loginSecret }), { 'content-type': 'text/plain' })
    expect(answer.status).toBe(400)
  })
})
