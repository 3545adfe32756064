import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ChangeEmailInput } from '#shared/contract/account.ts'
import { codeLimits } from '#shared/contract/limits.ts'
import { noBrowser } from './devices.ts'
import { openGround, type TestGround } from './ground.testing.ts'
import { codeOf, codeOfProblem, join, logIn, newPlace, signUp } from './people.testing.ts'
import { callFrom, mailedReset, newPassword, paramsOf, recoveryWrap } from './people-later.testing.ts'

let at: TestGround
beforeAll(async () => {
  at = await openGround({ seed: 'account-changes' })
})
afterAll(() => at.close())

const subjects = async (email: string) => (await at.lettersTo(email)).map(letter => letter.subject)
let count = 0
const newAddress = () => {
  count += 1
  return `new-${count}@example.org`
}
const otherThan = (code: string) => (code === '00000000' ? '00000001' : '00000000')

describe('a new password', () => {
  test('takes the old one’s place, with its wrap, and leaves the other wraps', async () => {
    const ann = await join(at, 'ann')
    await at.keys.setRecoveryWrap(ann.who, recoveryWrap())
    const before = await at.keys.own(ann.who)
    const input = newPassword(await paramsOf(at, ann))
    await at.accountChanges.changePassword(ann.who, input)
    const after = await at.keys.own(ann.who)
    expect(after.wraps).toEqual([input.wrap, ...before.wraps.filter(wrap => wrap.kind !== 'password')])
    expect(after).toMatchObject({ card: before.card, keys: before.keys })
    expect(await codeOfProblem(logIn(at, ann))).toBe('wrong-login')
    expect(await codeOfProblem(logIn(at, { ...ann, loginSecret: input.loginSecret }))).toBe('went well')
    expect(await subjects(ann.email)).toContain('Your DataCrypt password has changed')
  })

  test('ends other sessions, known devices, API tokens, logins and resets under way; this session stays', async () => {
    const ann = await join(at, 'ann')
    const other = await logIn(at, ann)
    const halfway = await at.login.begin(ann, { ...callFrom(), kind: 'app' })
    const reset = await mailedReset(at, ann)
    const { token } = await at.tokens.create(ann.who, { name: 'x', scopes: ['keys:read'], life: 3_600_000 })
    await at.accountChanges.changePassword(ann.who, newPassword(await paramsOf(at, ann)))
    expect(await at.sessions.stands(ann.who)).toBe(true)
    expect(await at.sessions.stands(other.session.who)).toBe(false)
    expect(await at.tokens.whoIs(token)).toBeNull()
    expect((await at.ground.store.users.get(ann.who.userId))?.devices).toBeUndefined()
    if (halfway.state !== 'factor') throw new Error('no factor')
    expect(await codeOfProblem(at.login.sendCode(halfway.attempt))).toBe('code-spent')
    expect(await codeOfProblem(at.recovery.prove(reset, callFrom()))).toBe('code-spent')
  })

  test('of two at once one stands', async () => {
    const ann = await join(at, 'ann')
    const kdf = await paramsOf(at, ann)
    const inputs = [newPassword(kdf), newPassword(kdf)]
    const outcomes = await Promise.all(
      inputs.map(input => codeOfProblem(at.accountChanges.changePassword(ann.who, input))),
    )
    expect(outcomes.toSorted()).toEqual(['conflict', 'went well'])
    const winner = inputs[outcomes.indexOf('went well')]
    expect((await at.keys.own(ann.who)).wraps).toEqual([winner?.wrap])
  })

  test('is refused under other parameters than the address’s, and without keys', async () => {
    const [ann, bare] = [await join(at, 'ann'), await signUp(at, 'bare')]
    const kdf = await paramsOf(at, ann)
    const weaker = newPassword({ ...kdf, m: 8 })
    expect(await codeOfProblem(at.accountChanges.changePassword(ann.who, weaker))).toBe('bad-request')
    const mixed = { ...newPassword(kdf), wrap: weaker.wrap }
    expect(await codeOfProblem(at.accountChanges.changePassword(ann.who, mixed))).toBe('bad-request')
    const none = at.accountChanges.changePassword(bare.who, newPassword(await paramsOf(at, bare)))
    expect(await codeOfProblem(none)).toBe('keys-missing')
    expect(await codeOfProblem(logIn(at, ann))).toBe('went well')
  })
})

test('a new name is seen by oneself and by others', async () => {
  const [ann, bob] = [await join(at, 'ann'), await join(at, 'bob')]
  expect(await at.accountChanges.changeName(ann.who, 'Anna')).toMatchObject({ name: 'Anna', email: ann.email })
  expect((await at.keys.lookUp(bob.who, ann.email)).name).toBe('Anna')
})

describe('a new address', () => {
  async function inputFor(email: string): Promise<ChangeEmailInput> {
    return { email, ...newPassword(await at.accounts.params(email, newPlace())) }
  }

  test('takes over with its code: login, salt and wrap at once, and the old address is told', async () => {
    const ann = await join(at, 'ann')
    const [email, reset] = [newAddress(), await mailedReset(at, ann)]
    const input = await inputFor(email)
    await at.accountChanges.beginEmailChange(ann.who, input)
    expect(await at.accounts.me(ann.who)).toMatchObject({ email: ann.email })
    const account = await at.accountChanges.confirmEmailChange(ann.who, await codeOf(at, email))
    expect(account).toMatchObject({ email, userId: ann.who.userId, keys: true })
    expect(await at.accounts.params(email, newPlace())).toEqual(input.kdf)
    expect((await at.keys.own(ann.who)).wraps).toEqual([input.wrap])
    expect(await codeOfProblem(logIn(at, { email, loginSecret: input.loginSecret }))).toBe('went well')
    expect(await codeOfProblem(logIn(at, ann))).toBe('wrong-login')
    expect((await at.lettersTo(ann.email)).at(-1)?.text).toContain(email)
    expect(await codeOfProblem(at.recovery.prove(reset, callFrom()))).toBe('code-spent')
  })

  test('leaves the old one free, with the same salt as ever', async () => {
    const ann = await join(at, 'ann')
    const [email, kdf] = [newAddress(), await paramsOf(at, ann)]
    await at.accountChanges.beginEmailChange(ann.who, await inputFor(email))
    await at.accountChanges.confirmEmailChange(ann.who, await codeOf(at, email))
    expect(await paramsOf(at, ann)).toEqual(kdf)
    const { loginSecret } = newPassword(kdf)
    const order = { name: 'New', email: ann.email, loginSecret, kdf }
    const { registrationId } = await at.accounts.register(order, newPlace())
    const code = await codeOf(at, ann.email)
    const { account } = await at.accounts.verify({ registrationId, code }, newPlace(), noBrowser)
    expect(account.userId).not.toBe(ann.who.userId)
  })

  test('that somebody has is answered alike, and its owner is told (T18)', async () => {
    const [ann, bob] = [await join(at, 'ann'), await join(at, 'bob')]
    const [taken, free] = [await inputFor(bob.email), await inputFor(newAddress())]
    expect(await at.accountChanges.beginEmailChange(ann.who, taken)).toBe(
      await at.accountChanges.beginEmailChange(ann.who, free),
    )
    await at.accountChanges.beginEmailChange(ann.who, taken)
    const last = (await at.lettersTo(bob.email)).at(-1)
    expect(last?.subject).toBe('You already have an account with DataCrypt')
    expect(last?.text).not.toMatch(/\d{8}/)
    expect(await codeOfProblem(at.accountChanges.confirmEmailChange(ann.who, '12345678'))).toBe('wrong-code')
    expect(await at.accounts.me(bob.who)).toMatchObject({ email: bob.email })
  })

  test('that somebody takes meanwhile stays theirs', async () => {
    const ann = await join(at, 'ann')
    const email = newAddress()
    await at.accountChanges.beginEmailChange(ann.who, await inputFor(email))
    const code = await codeOf(at, email)
    const user = await at.ground.store.users.get((await join(at, 'bob')).who.userId)
    if (user === null) throw new Error('nobody')
    await at.ground.store.users.swap({ ...user, email })
    expect(await codeOfProblem(at.accountChanges.confirmEmailChange(ann.who, code))).toBe('code-spent')
    expect(await at.accounts.me(ann.who)).toMatchObject({ email: ann.email })
  })

  test('of ten people who want the same one, one gets it', async () => {
    const email = newAddress()
    const people = await Promise.all(Array.from({ length: 5 }, (_, i) => join(at, `wanting-${i}`)))
    const codes = new Map<string, string>()
    for (const person of people) {
      await at.accountChanges.beginEmailChange(person.who, await inputFor(email))
      codes.set(person.who.userId, await codeOf(at, email))
    }
    const outcomes = await Promise.all(
      people.map(({ who }) => codeOfProblem(at.accountChanges.confirmEmailChange(who, codes.get(who.userId) ?? ''))),
    )
    expect(outcomes.toSorted()).toEqual([...Array(4).fill('code-spent'), 'went well'])
  })

  test('takes its code once, of 100 at the same time too, within five tries and ten minutes (T12)', async () => {
    const ann = await join(at, 'ann')
    const email = newAddress()
    await at.accountChanges.beginEmailChange(ann.who, await inputFor(email))
    const code = await codeOf(at, email)
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, () => codeOfProblem(at.accountChanges.confirmEmailChange(ann.who, code))),
    )
    expect(outcomes.filter(outcome => outcome === 'went well')).toHaveLength(1)
    const next = newAddress()
    await at.accountChanges.beginEmailChange(ann.who, await inputFor(next))
    const wrong = otherThan(await codeOf(at, next))
    for (let i = 0; i < codeLimits.tries; i += 1) {
      // The budget of codes is by person: a hundred were typed just now.
      const tried = await codeOfProblem(at.accountChanges.confirmEmailChange(ann.who, wrong))
      expect(['wrong-code', 'too-many-tries']).toContain(tried)
    }
    at.clock.pass(codeLimits.life)
    const late = await codeOf(at, next)
    expect(await codeOfProblem(at.accountChanges.confirmEmailChange(ann.who, late))).not.toBe('went well')
  })

  test('is off once the password has changed', async () => {
    const ann = await join(at, 'ann')
    const email = newAddress()
    await at.accountChanges.beginEmailChange(ann.who, await inputFor(email))
    await at.accountChanges.changePassword(ann.who, newPassword(await paramsOf(at, ann)))
    const attempt = at.accountChanges.confirmEmailChange(ann.who, await codeOf(at, email))
    expect(await codeOfProblem(attempt)).toBe('code-spent')
  })

  test('takes the parameters of that address, and is another one', async () => {
    const ann = await join(at, 'ann')
    const wrong = { email: newAddress(), ...newPassword(await paramsOf(at, ann)) }
    expect(await codeOfProblem(at.accountChanges.beginEmailChange(ann.who, wrong))).toBe('bad-request')
    const same = await inputFor(ann.email)
    expect(await codeOfProblem(at.accountChanges.beginEmailChange(ann.who, same))).toBe('bad-request')
  })

  test('is asked for five times an hour by one account, and mailed five times to one address', async () => {
    const ann = await join(at, 'ann')
    for (let i = 0; i < 5; i += 1) await at.accountChanges.beginEmailChange(ann.who, await inputFor(newAddress()))
    const sixth = at.accountChanges.beginEmailChange(ann.who, await inputFor(newAddress()))
    expect(await codeOfProblem(sixth)).toBe('too-many-tries')
  })
})
