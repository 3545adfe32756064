/** Who may call what, by the bearer that they come with. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sessionLimits, times, tokenLimits } from '#shared/contract/limits.ts'
import type { TokenScope } from '#shared/contract/sessions.ts'
import { openGround, type TestGround } from '../services/ground.testing.ts'
import { plainHash } from '../services/ground.ts'
import { codeOfProblem, join, logIn, newPlace, newSecret, only, type Person } from '../services/people.testing.ts'
import { sessionEndedTopic, type Who } from '../services/sessions.ts'
import { appRouter } from './router.ts'

let at: TestGround
let ada: Person
beforeAll(async () => {
  at = await openGround()
  ada = await join(at, 'ada')
})
afterAll(() => at.close())

const callerOf = (who: Who | null, recovering: Who | null = null) =>
  appRouter.createCaller({ services: at, who, recovering, from: newPlace(), setCookie: () => undefined })
const problemOf = (work: Promise<unknown>) =>
  work.then(
    () => 'went well',
    (error: { cause?: { code?: string } }) => error.cause?.code ?? String(error),
  )
const withBearer = (bearer: string) => at.callers.of({ authorization: `Bearer ${bearer}` }, '127.0.0.1')

async function newToken(scopes: readonly TokenScope[], life: number = tokenLimits.lifeMin): Promise<string> {
  const input = { name: 'a program', scopes: [...scopes], life }
  return (await at.tokens.create(ada.who, input)).token
}

describe('an API token', () => {
  test('is shown once, kept as a hash, and told by letter', async () => {
    const { token, view } = await at.tokens.create(ada.who, { name: 'x', scopes: ['keys:read'], life: times.day })
    expect(token).toMatch(/^dct_[A-Za-z0-9_-]{43}$/)
    const records = await at.ground.store.tokens.ofUser(ada.who.userId)
    expect(JSON.stringify(records)).not.toContain(token)
    expect(await at.tokens.list(ada.who)).toContainEqual(view)
    expect(JSON.stringify(await at.tokens.list(ada.who))).not.toContain(plainHash(token))
    expect((await at.lettersTo(ada.email)).at(-1)?.subject).toBe('A program may use your DataCrypt account')
  })

  test('does what its scopes name, and nothing else of its person’s', async () => {
    const { who } = await withBearer(await newToken(['keys:read']))
    const caller = callerOf(who)
    expect(await problemOf(caller.keys.own())).toBe('went well')
    expect(await problemOf(caller.changes.pull({ seq: 0 }))).toBe('scope-missing')
    expect(await problemOf(caller.keys.lookUp({ email: ada.email }))).toBe('scope-missing')
    expect(await problemOf(caller.account.me())).toBe('scope-missing')
    expect(await problemOf(caller.tokens.list())).toBe('scope-missing')
    expect(await problemOf(caller.tokens.create({ name: 'x', scopes: ['keys:read'], life: times.day }))).toBe(
      'scope-missing',
    )
    expect(await problemOf(caller.account.logOut())).toBe('scope-missing')
    expect(await problemOf(caller.account.confirm({ loginSecret: ada.loginSecret }))).toBe('scope-missing')
    expect(await problemOf(caller.changes.ticket())).toBe('scope-missing')
  })

  test('ends with its life, and at once when it is revoked', async () => {
    const [short, long] = [await newToken(['keys:read']), await newToken(['keys:read'], times.day)]
    at.clock.pass(tokenLimits.lifeMin)
    expect((await withBearer(short)).who).toBeNull()
    expect((await withBearer(long)).who).not.toBeNull()
    const { tokenId } = (await at.tokens.list(ada.who)).filter(token => token.name === 'a program').at(-1) ?? {}
    if (tokenId === undefined) throw new Error('no token')
    await at.tokens.revoke(ada.who, tokenId)
    expect((await withBearer(long)).who).toBeNull()
    expect(await codeOfProblem(at.tokens.revoke(ada.who, tokenId))).toBe('not-found')
  })

  test('is nobody else’s to revoke', async () => {
    const eve = await join(at, 'eve')
    const { view } = await at.tokens.create(ada.who, { name: 'x', scopes: ['keys:read'], life: times.day })
    expect(await codeOfProblem(at.tokens.revoke(eve.who, view.tokenId))).toBe('not-found')
  })

  test('notes its use, every five minutes at most', async () => {
    const token = await newToken(['people:read'], times.day)
    const used = async () => (await at.ground.store.tokens.get(plainHash(token)))?.lastUsedAt
    expect(await used()).toBeNull()
    await withBearer(token)
    const first = at.clock.now()
    at.clock.pass(sessionLimits.useStep - 1)
    await withBearer(token)
    expect(await used()).toBe(first)
    at.clock.pass(1)
    await withBearer(token)
    expect(await used()).toBe(at.clock.now())
  })

  test('is one of fifty at most', async () => {
    const bob = await join(at, 'bob')
    const input = { name: 'x', scopes: ['keys:read' as const], life: times.day }
    for (let i = 0; i < tokenLimits.perPerson; i += 1) await at.tokens.create(bob.who, input)
    expect(await codeOfProblem(at.tokens.create(bob.who, input))).toBe('bad-request')
  })
})

describe('a session from a reset', () => {
  test('is nobody to everything that a person may call', async () => {
    const { cookie } = await at.sessions.begin(ada.who.userId, { scope: 'recovery' })
    const header = cookie.split(';')[0] ?? ''
    expect(await at.sessions.whoIs(header)).toBeNull()
    const { who, recovering } = await at.callers.of({ cookie: header }, '127.0.0.1')
    expect(who).toBeNull()
    expect(recovering?.userId).toBe(ada.who.userId)
    const caller = callerOf(who, recovering)
    for (const call of [caller.account.me(), caller.keys.own(), caller.sessions.list(), caller.changes.ticket()]) {
      expect(await problemOf(call)).toBe('logged-out')
    }
    const { token } = await at.access.make(recovering ?? ada.who)
    expect(await withBearer(token)).toEqual({ who: null, recovering: null })
    expect(await at.sessions.takeTicket(await at.sessions.makeTicket(recovering ?? ada.who))).toBeNull()
  })

  test('lives half an hour', async () => {
    const { cookie } = await at.sessions.begin(ada.who.userId, { scope: 'recovery' })
    const header = cookie.split(';')[0] ?? ''
    at.clock.pass(sessionLimits.recoveryLife - 1)
    expect((await at.callers.of({ cookie: header }, '')).recovering).not.toBeNull()
    at.clock.pass(1)
    expect(await at.callers.of({ cookie: header }, '')).toEqual({ who: null, recovering: null })
  })
})

describe('a bad bearer', () => {
  test.each([
    'Bearer',
    'Bearer ',
    'Basic YTpi',
    'Bearer a b',
    `Bearer dct_${'A'.repeat(43)}`,
    'Bearer eyJhbGciOiJub25lIn0.e30.',
    `Bearer ${'x'.repeat(5000)}`,
  ])('%s is nobody, whatever the cookie says', async authorization => {
    const caller = await at.callers.of({ authorization, cookie: ada.cookie }, '127.0.0.1')
    expect(caller).toEqual({ who: null, recovering: null })
  })
})

describe('what asks for the password once more', () => {
  test('is let through for ten minutes after it was typed', async () => {
    const { who } = (await logIn(at, ada)).session
    const caller = callerOf(who)
    expect(await problemOf(caller.factors.beginApp())).toBe('went well')
    at.clock.pass(sessionLimits.confirmed)
    expect(await problemOf(caller.factors.beginApp())).toBe('confirm-needed')
    expect(await problemOf(caller.tokens.create({ name: 'x', scopes: ['keys:read'], life: times.day }))).toBe(
      'confirm-needed',
    )
    expect(await problemOf(caller.account.confirm({ loginSecret: newSecret() }))).toBe('wrong-login')
    expect(await problemOf(caller.factors.beginApp())).toBe('confirm-needed')
    await caller.account.confirm({ loginSecret: ada.loginSecret })
    expect(await problemOf(caller.factors.beginApp())).toBe('went well')
  })

  test('covers whatever changes how an account is entered', async () => {
    const { who } = (await logIn(at, ada)).session
    at.clock.pass(sessionLimits.confirmed)
    const { factors, tokens } = callerOf(who)
    const calls = [
      factors.beginApp(),
      factors.removeApp(),
      factors.renewRecoveryCodes(),
      factors.passkeyOptions(),
      factors.removePasskey({ credentialId: 'AAAA' }),
      tokens.create({ name: 'x', scopes: ['keys:read'], life: times.day }),
    ]
    expect(await Promise.all(calls.map(problemOf))).toEqual(calls.map(() => 'confirm-needed'))
  })
})

describe('the list of sessions', () => {
  const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

  test('shows browser, system and place, and which one is asking', async () => {
    const cat = await join(at, 'cat')
    const start = { agent: firefox, from: '8.8.8.8', installed: true }
    const { who } = await at.sessions.begin(cat.who.userId, start)
    const list = await at.sessionList.list(who)
    expect(list.map(session => session.current)).toEqual([false, true])
    expect(list[1]).toMatchObject({
      kind: 'app',
      browser: 'Firefox',
      system: 'Linux',
      installed: true,
      place: { kind: 'country', country: 'US' },
      createdAt: at.clock.now(),
    })
    expect(JSON.stringify(list)).not.toContain(who.sessionHash)
  })

  test.each([null, '', 'curl', '<script>alert(1)</script>', 'x'.repeat(100_000), '\u0000\u202e', '(((((((((((((((('])(
    'takes the agent %j as it comes',
    async agent => {
      const { who } = await at.sessions.begin(ada.who.userId, { agent })
      const session = await at.ground.store.sessions.get(who.sessionHash)
      expect(session?.device.browser ?? '').not.toMatch(/[<>\p{Cc}]/u)
      expect((session?.device.browser ?? '').length).toBeLessThan(41)
    },
  )

  test('notes when and where a session is used, every five minutes at most', async () => {
    const { who, cookie } = await at.sessions.begin(ada.who.userId, { from: '10.0.0.1' })
    const used = async () => {
      const session = await at.ground.store.sessions.get(who.sessionHash)
      return [session?.lastUsedAt, session?.place.kind]
    }
    const begun = at.clock.now()
    at.clock.pass(sessionLimits.useStep - 1)
    await at.sessions.whoIs(cookie.split(';')[0], '127.0.0.1')
    expect(await used()).toEqual([begun, 'local-network'])
    at.clock.pass(1)
    await at.sessions.whoIs(cookie.split(';')[0], '127.0.0.1')
    expect(await used()).toEqual([at.clock.now(), 'this-machine'])
  })

  test('ends one, which its feeds hear, and tells nothing of others’', async () => {
    const [dan, eve] = [await join(at, 'dan'), await join(at, 'eve')]
    const told: string[] = []
    const stop = await at.ground.bus.subscribe(sessionEndedTopic, hash => told.push(hash))
    const { sessionId } = only(await at.sessionList.list(dan.who))
    expect(await codeOfProblem(at.sessionList.end(eve.who, sessionId))).toBe('not-found')
    await at.sessionList.end(dan.who, sessionId)
    stop()
    expect(told).toEqual([dan.who.sessionHash])
    expect(await at.sessions.whoIs(dan.cookie)).toBeNull()
  })

  test('ends all the others, and their JWTs with them', async () => {
    const fay = await join(at, 'fay')
    const others = await Promise.all([1, 2, 3].map(() => at.sessions.begin(fay.who.userId)))
    const tokens = await Promise.all(others.map(({ who }) => at.access.make(who)))
    await at.sessionList.endOthers(fay.who)
    expect(only(await at.sessionList.list(fay.who))).toMatchObject({ current: true })
    for (const { token } of tokens) expect((await withBearer(token)).who).toBeNull()
    expect(await at.sessions.stands(fay.who)).toBe(true)
  })
})

test('time sweeps logins that were left, sessions and tokens that are over', async () => {
  const gus = await join(at, 'gus')
  const call = { from: newPlace(), browser: { agent: null, cookies: null, origin: null }, kind: 'app' as const }
  const answer = await at.login.begin(gus, call)
  if (answer.state !== 'factor') throw new Error('no factor was asked for')
  await at.tokens.create(gus.who, { name: 'x', scopes: ['keys:read'], life: times.day })
  at.clock.pass(sessionLimits.life + 1)
  await at.cleanup.run()
  expect(await at.ground.store.attempts.get(plainHash(answer.attempt))).toBeNull()
  expect(await at.ground.store.sessions.ofUser(gus.who.userId)).toEqual([])
  expect(await at.ground.store.tokens.ofUser(gus.who.userId)).toEqual([])
})
