/** What somebody tries who has got hold of a session, and does not know the password (THREATS T12, T17, T19). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { budgets, ladders } from './budgets.ts'
import { changeDocument } from './change.ts'
import { openGround, type TestGround } from './ground.testing.ts'
import { cardOf, codeOfProblem, join, logIn, newKey, newPlace, newSecret } from './people.testing.ts'
import { newPassword, paramsOf, renewal } from './people-later.testing.ts'

let at: TestGround
beforeAll(async () => {
  at = await openGround({ seed: 'thief' })
})
afterAll(() => at.close())

const start = { from: newPlace() }

describe('renewing', () => {
  test('takes no card that stands already: no new session comes of it, and no letter', async () => {
    const ann = await join(at, 'ann')
    const { input } = await renewal(ann.identity, await paramsOf(at, ann))
    const same = { ...input, bundle: { ...input.bundle, card: cardOf(ann.identity) } }
    expect(await codeOfProblem(at.keys.renew(ann.who, same, start))).toBe('card-refused')
    expect(await at.sessions.stands(ann.who)).toBe(true)
    expect((await at.lettersTo(ann.email)).map(letter => letter.subject)).not.toContain(
      'Your DataCrypt keys have been renewed',
    )
    await at.keys.renew(ann.who, input, start)
    const again = { ...input, idempotencyKey: newKey() }
    expect(await codeOfProblem(at.keys.renew(ann.who, again, start))).toBe('went well')
  })
})

describe('guessing the password in a session', () => {
  test('has one ladder, however often the session’s id is renewed (T17)', async () => {
    const ann = await join(at, 'ann')
    let { session } = await logIn(at, ann, { kind: 'api' })
    const outcomes: unknown[] = []
    for (let i = 0; i < 3 * ladders.confirm.free; i += 1) {
      outcomes.push(await codeOfProblem(at.login.confirm(session.who, newSecret())))
      const renewed = await at.sessions.renew(session.bearer)
      if (renewed === null) throw new Error('not renewed')
      session = renewed
    }
    expect(outcomes.filter(outcome => outcome === 'wrong-login')).toHaveLength(ladders.confirm.free)
    expect(await codeOfProblem(at.login.confirm(ann.who, ann.loginSecret))).toBe('went well')
  })

  test('the right one, too, is judged within a budget: each is a hash that costs (T19)', async () => {
    const ann = await join(at, 'ann')
    const times = budgets.confirms.points
    for (let i = 0; i < times; i += 1) await at.login.confirm(ann.who, ann.loginSecret)
    expect(await codeOfProblem(at.login.confirm(ann.who, ann.loginSecret))).toBe('too-many-tries')
    const other = await logIn(at, ann)
    expect(await codeOfProblem(at.login.confirm(other.session.who, ann.loginSecret))).toBe('went well')
  })
})

test('at the door a known device has a budget, too (T19)', async () => {
  const ann = await join(at, 'ann')
  const here = { from: newPlace(), browser: ann.browser, kind: 'app' as const }
  for (let i = 0; i < budgets.loginFrom.points; i += 1) await at.login.begin(ann, here)
  expect(await codeOfProblem(at.login.begin(ann, here))).toBe('too-many-tries')
})

test('new passwords are set within a budget (T19)', async () => {
  const ann = await join(at, 'ann')
  const kdf = await paramsOf(at, ann)
  const change = () => codeOfProblem(at.accountChanges.changePassword(ann.who, newPassword(kdf)))
  for (let i = 0; i < budgets.newPasswords.points; i += 1) expect(await change()).toBe('went well')
  expect(await change()).toBe('too-many-tries')
})

test('a program’s refresh token is no cookie', async () => {
  const ann = await join(at, 'ann')
  const { session } = await logIn(at, ann, { kind: 'api' })
  const cookie = `datacrypt=${session.bearer}`
  expect(await at.callers.of({ cookie }, newPlace())).toEqual({ who: null, recovering: null })
  const authorization = `Bearer ${(await at.access.make(session.who)).token}`
  expect((await at.callers.of({ authorization }, newPlace())).who).toEqual(session.who)
})

test('first codes of an app that its owner has begun to set up are guessed on a ladder (T17)', async () => {
  const ann = await join(at, 'ann')
  await at.factorSettings.beginApp(ann.who)
  const { session } = await logIn(at, ann)
  const guesses = Array.from({ length: 50 }, () => codeOfProblem(at.factorSettings.confirmApp(session.who, '000000')))
  const outcomes = await Promise.all(guesses)
  expect(outcomes.filter(outcome => outcome === 'wrong-code')).toHaveLength(ladders.setUp.free)
})

test('letters of one kind stop where they would only fill a mailbox (A28)', async () => {
  const ann = await join(at, 'ann')
  for (let i = 0; i < 2 * budgets.notices.points; i += 1) {
    at.clock.pass(1)
    await at.factorSettings.removeApp(ann.who)
  }
  const told = (await at.lettersTo(ann.email)).filter(
    letter => letter.subject === 'How you log in to DataCrypt has changed',
  )
  expect(told).toHaveLength(budgets.notices.points)
})

test('recovery codes end with the last passkey, in a renewal too', async () => {
  const ann = await join(at, 'ann')
  await changeDocument(at.ground.store.users, ann.who.userId, user => ({
    ...user,
    factors: { recoveryCodes: ['hash'], passkeys: [] },
  }))
  const { input } = await renewal(ann.identity, await paramsOf(at, ann))
  const fresh = await at.keys.renew(ann.who, input, start)
  expect(await at.factorSettings.view(fresh.who)).toEqual({ app: null, recoveryCodesLeft: 0, passkeys: [] })
})
