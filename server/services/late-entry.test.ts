/** Doors that were opening while a person shut all of them (THREATS T12): whatever comes in late is turned away. */
import { afterEach, expect, test } from 'vitest'
import { times } from '#shared/contract/limits.ts'
import type { UserRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { changeDocument } from './change.ts'
import { noBrowser } from './devices.ts'
import { openGround, type TestGround } from './ground.testing.ts'
import { codeOf, codeOfProblem, newPlace, signUp } from './people.testing.ts'
import type { Who } from './sessions.ts'

const app = { secretSealed: '', since: 0, lastCounter: 0 }

/** What happens right after the next document of this kind was stored. */
type Then = { attempts: () => Promise<unknown>; sessions: () => Promise<unknown>; tokens: () => Promise<unknown> }
let then: Partial<Then> = {}
const grounds: TestGround[] = []
afterEach(async () => {
  then = {}
  await Promise.all(grounds.splice(0).map(at => at.close()))
})

/** A store in which somebody else acts just after a document was put there. */
function interrupted(store: Store): Store {
  const after = async (kind: keyof Then, inserted: boolean) => {
    const act = then[kind]
    delete then[kind]
    await act?.()
    return inserted
  }
  return {
    ...store,
    attempts: { ...store.attempts, insert: async doc => after('attempts', await store.attempts.insert(doc)) },
    sessions: { ...store.sessions, insert: async doc => after('sessions', await store.sessions.insert(doc)) },
    tokens: { ...store.tokens, insert: async doc => after('tokens', await store.tokens.insert(doc)) },
  }
}

async function open() {
  const at = await openGround({ around: interrupted })
  grounds.push(at)
  const person = await signUp(at, 'owner')
  const { userId } = person.who
  /** The password becomes another, which ends what was there. */
  const changePassword = async () => {
    await changeDocument(at.ground.store.users, userId, user => ({ ...user, loginHash: 'another' }))
    await at.ground.store.attempts.deleteOfUser(userId)
    await at.ground.store.tokens.deleteOfUser(userId)
    await at.sessions.endAll(userId)
  }
  const left = async () => [
    (await at.ground.store.sessions.ofUser(userId)).length,
    (await at.ground.store.tokens.ofUser(userId)).length,
  ]
  return { at, person, changePassword, left, call: { from: newPlace(), browser: noBrowser, kind: 'app' as const } }
}

test('a login whose password was changed while it was checked gets no further', async () => {
  const { at, person, changePassword, call } = await open()
  then.attempts = changePassword
  expect(await codeOfProblem(at.login.begin(person, call))).toBe('wrong-login')
})

test('a login whose password was changed before its factor came is over', async () => {
  const { at, person, changePassword, call } = await open()
  const begun = await at.login.begin(person, call)
  if (begun.state !== 'factor') throw new Error('no factor was asked for')
  await at.login.sendCode(begun.attempt)
  const proof = { kind: 'mail' as const, code: await codeOf(at, person.email) }
  await changePassword()
  expect(await codeOfProblem(at.login.finish({ attempt: begun.attempt, proof }, call))).toBe('code-spent')
})

test('a login whose password was changed while it was let in has no session, and no known device', async () => {
  const { at, person, changePassword, left, call } = await open()
  const begun = await at.login.begin(person, call)
  if (begun.state !== 'factor') throw new Error('no factor was asked for')
  await at.login.sendCode(begun.attempt)
  const proof = { kind: 'mail' as const, code: await codeOf(at, person.email) }
  then.sessions = async () => {
    await changeDocument(at.ground.store.users, person.who.userId, user => ({ ...user, loginHash: 'another' }))
  }
  expect(await codeOfProblem(at.login.finish({ attempt: begun.attempt, proof }, call))).toBe('wrong-login')
  await changePassword()
  expect(await left()).toEqual([0, 0])
  expect((await at.ground.store.users.get(person.who.userId))?.devices).toHaveLength(1)
})

test('a token made while everything ended is none', async () => {
  const { at, person, changePassword, left } = await open()
  then.tokens = changePassword
  const making = at.tokens.create(person.who, { name: 'x', scopes: ['keys:read'], life: times.day })
  expect(await codeOfProblem(making)).toBe('logged-out')
  expect(await left()).toEqual([0, 0])
})

test.each([
  ['all are ended', (at: TestGround, who: Who) => at.sessions.endAll(who.userId)],
  [
    'it is ended by its name',
    async (at: TestGround, who: Who) => {
      const [session] = (await at.ground.store.sessions.ofUser(who.userId)).filter(one => one.kind === 'api')
      if (session !== undefined) await at.sessions.endNamed(who.userId, session.sessionId)
    },
  ],
])('a session that is renewed while %s ends', async (_, end) => {
  const { at, person } = await open()
  const { bearer } = await at.sessions.begin(person.who.userId, { kind: 'api' })
  then.sessions = () => end(at, person.who)
  await at.sessions.renew(bearer)
  const sessions = await at.ground.store.sessions.ofUser(person.who.userId)
  expect(sessions.filter(session => session.kind === 'api')).toEqual([])
})

test.each([
  ['another address', (user: UserRecord) => ({ ...user, email: `moved-${user.email}` })],
  ['another password', (user: UserRecord) => ({ ...user, loginHash: 'another' })],
  ['an app', (user: UserRecord) => ({ ...user, factors: { app, recoveryCodes: [], passkeys: [] } })],
])('a reset that was proven while the account got %s opens no session', async (_, change) => {
  const { at, person, left, call } = await open()
  const { resetId } = await at.recovery.begin(person.email, call)
  const reset = { resetId, code: await codeOf(at, person.email) }
  then.sessions = () => changeDocument(at.ground.store.users, person.who.userId, change)
  expect(await codeOfProblem(at.recovery.prove(reset, call))).toBe('code-spent')
  expect(await left()).toEqual([1, 0])
})
