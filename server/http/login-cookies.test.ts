/** Logging in as a browser does it, over HTTP: which cookies are set, and what they are worth. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startServer, type TestServer, withLetters } from '../running.testing.ts'
import { codeOf, type Person, signUp } from '../services/people.testing.ts'

let server: TestServer
let ada: Omit<Person, 'identity'>
beforeAll(async () => {
  server = await startServer()
  ada = await signUp(await withLetters(server), 'ada')
})
afterAll(() => server.close())

async function call(name: string, input: unknown, cookies: readonly string[] = []) {
  const answer = await fetch(`${server.url}/trpc/${name}`, {
    method: 'POST',
    body: JSON.stringify(input),
    headers: { 'content-type': 'application/json', cookie: cookies.join('; ') },
  })
  const body = await answer.json()
  return { status: answer.status, data: body.result?.data, set: answer.headers.getSetCookie() }
}

const pair = (setCookie = '') => setCookie.split(';')[0] ?? ''
const credentials = () => ({ email: ada.email, loginSecret: ada.loginSecret })

async function logInElsewhere(cookies: readonly string[] = []) {
  const begun = await call('account.logIn', credentials(), cookies)
  expect(begun).toMatchObject({ data: { state: 'factor', ways: ['mail'] }, set: [] })
  const { attempt } = begun.data
  expect((await call('account.sendOtp', { attempt })).status).toBe(200)
  const proof = { kind: 'mail', code: await codeOf(await withLetters(server), ada.email) }
  return call('account.finishLogIn', { attempt, proof, installed: true }, cookies)
}

describe('logging in over HTTP', () => {
  test('sets the session and the known device once both steps are through, for this host and not for scripts', async () => {
    const { data, set } = await logInElsewhere()
    expect(data).toMatchObject({ email: ada.email })
    expect(set.map(cookie => cookie.split('=')[0])).toEqual(['datacrypt', 'datacrypt-device'])
    for (const cookie of set) expect(cookie).toMatch(/; HttpOnly.*SameSite=Strict|; SameSite=Strict.*HttpOnly/i)
    const list = await call('sessions.list', undefined, set.map(pair))
    expect(list.data.at(-1)).toMatchObject({ current: true, installed: true, place: { kind: 'this-machine' } })
  })

  test('takes one step on a device that is known, and ends the session that was there', async () => {
    const first = (await logInElsewhere()).set.map(pair)
    const again = await call('account.logIn', credentials(), first)
    expect(again.data).toMatchObject({ state: 'done', account: { email: ada.email } })
    expect(again.set.map(cookie => cookie.split('=')[0])).toEqual(['datacrypt'])
    expect((await call('account.logOut', undefined, first)).status).toBe(401)
    expect((await call('account.logOut', undefined, again.set.map(pair))).status).toBe(200)
  })

  test('ends the session that was there at the second step too, and not before', async () => {
    const [session = ''] = (await logInElsewhere()).set.map(pair)
    const other = await logInElsewhere([session])
    expect((await call('sessions.list', undefined, [session])).status).toBe(401)
    expect((await call('sessions.list', undefined, other.set.map(pair))).status).toBe(200)
  })

  test('of a newcomer ends the session that was there, as a reset’s ends with any login', async () => {
    const known = ada.browser.cookies ?? ''
    const [session = ''] = (await call('account.logIn', credentials(), [known])).set.map(pair)
    const at = await withLetters(server)
    const email = `newcomer-${Date.now()}@example.org`
    const { data: kdf } = await call('account.params', { email })
    const order = { name: 'New', email, loginSecret: ada.loginSecret, kdf }
    const { registrationId } = (await call('account.register', order)).data
    const { set } = await call('account.verify', { registrationId, code: await codeOf(at, email) }, [session])
    expect((await call('sessions.list', undefined, [session])).status).toBe(401)
    const { resetId } = (await call('recovery.begin', { email })).data
    const reset = { resetId, code: await codeOf(at, email) }
    const recovering = (await call('recovery.prove', reset)).set.map(pair)
    expect((await call('recovery.bundle', undefined, recovering)).status).toBe(200)
    expect((await call('account.logIn', credentials(), [...recovering, known])).data.state).toBe('done')
    expect((await call('recovery.bundle', undefined, recovering)).status).toBe(401)
    expect((await call('sessions.list', undefined, set.map(pair))).status).toBe(200)
  })

  test('with a session that somebody planted gives another one', async () => {
    const planted = `datacrypt=${'a'.repeat(40)}`
    const { set } = await logInElsewhere([planted])
    expect(pair(set[0])).not.toBe(planted)
    expect((await call('sessions.list', undefined, [planted])).status).toBe(401)
  })

  test('by a device cookie alone is nobody', async () => {
    expect((await call('sessions.list', undefined, [ada.browser.cookies ?? ''])).status).toBe(401)
  })
})
