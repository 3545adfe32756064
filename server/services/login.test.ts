import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeLimits, times } from '#shared/contract/limits.ts'
import { ladders } from './budgets.ts'
import { noBrowser } from './devices.ts'
import { openGround, type TestGround } from './ground.testing.ts'
import { plainHash } from './ground.ts'
import type { FactorAsked, LoginCall } from './login.ts'
import { browserWith, codeOf, codeOfProblem, logIn, newPlace, newSecret, signUp } from './people.testing.ts'

let at: TestGround
beforeAll(async () => {
  at = await openGround()
})
afterAll(() => at.close())

type Member = Awaited<ReturnType<typeof signUp>>

const callFrom = (changes: Partial<LoginCall> = {}): LoginCall => ({
  from: newPlace(),
  browser: noBrowser,
  kind: 'app',
  ...changes,
})
const otherThan = (code: string) => (code === '00000000' ? '00000001' : '00000000')
const subjects = async (email: string) => (await at.lettersTo(email)).map(letter => letter.subject)

/** A login whose password was right, in a browser that nobody knows. */
async function begin(person: Member, call = callFrom()): Promise<FactorAsked & { call: LoginCall }> {
  const answer = await at.login.begin(person, call)
  if (answer.state !== 'factor') throw new Error('no factor was asked for')
  return { ...answer, call }
}

/** The same, with a code in the mailbox. */
async function beginWithCode(person: Member) {
  const begun = await begin(person)
  await at.login.sendCode(begun.attempt)
  return { ...begun, code: await codeOf(at, person.email) }
}

const byMail = (code: string) => ({ kind: 'mail', code }) as const

describe('logging in elsewhere', () => {
  test('takes the password and a mailed code, and gives a session of its own', async () => {
    const person = await signUp(at, 'back')
    const { attempt, ways, call, code } = await beginWithCode(person)
    expect(ways).toEqual(['mail'])
    const { account, session } = await at.login.finish({ attempt, proof: byMail(code) }, call)
    expect(account.userId).toBe(person.who.userId)
    const who = await at.sessions.whoIs(session.cookie.split(';')[0])
    expect(who?.userId).toBe(person.who.userId)
    expect(who?.sessionHash).not.toBe(person.who.sessionHash)
  })

  test('is told by letter, and makes the browser known', async () => {
    const person = await signUp(at, 'moved')
    const { device, session } = await logIn(at, person)
    expect(await subjects(person.email)).toContain('A new device uses your DataCrypt account')
    expect(device).toMatch(/^datacrypt-device=[A-Za-z0-9_-]{43}; Max-Age=31536000; Path=\/; HttpOnly; SameSite=Strict$/)
    const again = await at.login.begin(person, callFrom({ browser: browserWith(device) }))
    expect(again).toMatchObject({ state: 'done', device: null })
    expect(again.state === 'done' && again.session.bearer).not.toBe(session.bearer)
    const record = await at.ground.store.users.get(person.who.userId)
    expect(JSON.stringify(record)).not.toContain(device?.split(/[=;]/)[1])
  })

  test('by https has a device cookie that no other host can plant', async () => {
    const secure = await openGround({ secure: true })
    try {
      const { device } = await logIn(secure, await signUp(secure, 'safe'))
      expect(device).toMatch(/^__Host-datacrypt-device=.*Path=\/.*Secure/)
      expect(device).not.toContain('Domain')
    } finally {
      await secure.close()
    }
  })

  test.each([null, '', 'datacrypt-device=', 'datacrypt-device=short', `datacrypt-device=${'A'.repeat(43)}`])(
    'is not spared by the device cookie %s',
    async cookies => {
      const person = await signUp(at, 'plain')
      const call = callFrom({ browser: { ...noBrowser, cookies } })
      expect(await at.login.begin(person, call)).toMatchObject({ state: 'factor' })
    },
  )

  test("is not spared by another person's device", async () => {
    const [one, other] = [await signUp(at, 'one'), await signUp(at, 'other')]
    expect(await at.login.begin(one, callFrom({ browser: other.browser }))).toMatchObject({ state: 'factor' })
  })

  test('keeps twenty devices, the newest', async () => {
    const person = await signUp(at, 'many')
    for (let i = 0; i < 20; i += 1) {
      const { user } = at.devices.remember(await userOf(person), noBrowser)
      await at.ground.store.users.swap(user)
    }
    expect((await userOf(person)).devices).toHaveLength(20)
    expect(await at.login.begin(person, callFrom({ browser: person.browser }))).toMatchObject({ state: 'factor' })
  })
})

async function userOf(person: Member) {
  const user = await at.ground.store.users.get(person.who.userId)
  if (user === null) throw new Error('nobody')
  return user
}

describe('an unknown address (T18)', () => {
  test('is answered as a wrong password is', async () => {
    const { email } = await signUp(at, 'locked')
    const asProblem = (email: string) =>
      at.login.begin({ email, loginSecret: newSecret() }, callFrom()).catch(error => JSON.stringify(error))
    expect(await asProblem(email)).toBe(await asProblem('nobody@example.org'))
    expect(await asProblem(email)).toContain('wrong-login')
  })

  test('is made to wait as a known one is', async () => {
    const { email } = await signUp(at, 'paced')
    const outcomes = async (email: string) => {
      const call = callFrom()
      const list: unknown[] = []
      for (let i = 0; i < 12; i += 1) {
        const problem = await at.login.begin({ email, loginSecret: newSecret() }, call).catch(error => error)
        list.push(problem.toJSON())
        at.clock.pass(700)
      }
      return list
    }
    expect(await outcomes(email)).toEqual(await outcomes('nobody-at-all@example.org'))
  })
})

describe('the mailed code', () => {
  test('used a hundred times at once gives one session (T12)', async () => {
    const person = await signUp(at, 'single')
    const { attempt, call, code } = await beginWithCode(person)
    const before = (await at.ground.store.sessions.ofUser(person.who.userId)).length
    const uses = Array.from({ length: 100 }, () =>
      codeOfProblem(at.login.finish({ attempt, proof: byMail(code) }, call)),
    )
    const outcomes = await Promise.all(uses)
    expect(outcomes.filter(outcome => outcome === 'went well')).toHaveLength(1)
    expect(new Set(outcomes)).toEqual(new Set(['went well', 'code-spent', 'too-many-tries']))
    expect(await at.ground.store.sessions.ofUser(person.who.userId)).toHaveLength(before + 1)
  })

  test('counts wrong tries down, then is spent, the right one too', async () => {
    const person = await signUp(at, 'guessed')
    const { attempt, call, code } = await beginWithCode(person)
    for (const triesLeft of [4, 3, 2, 1, 0]) {
      const guess = at.login.finish({ attempt, proof: byMail(otherThan(code)) }, call)
      await expect(guess).rejects.toMatchObject({ code: 'wrong-code', data: { triesLeft } })
    }
    at.clock.pass(times.minute)
    expect(await codeOfProblem(at.login.finish({ attempt, proof: byMail(code) }, call))).toBe('code-spent')
  })

  test('works to the end of its ten minutes and no longer', async () => {
    const person = await signUp(at, 'slow')
    const [early, late] = [await beginWithCode(person), await beginWithCode(person)]
    at.clock.pass(codeLimits.life - 1)
    expect(
      await codeOfProblem(at.login.finish({ attempt: early.attempt, proof: byMail(early.code) }, early.call)),
    ).toBe('went well')
    at.clock.pass(1)
    expect(await codeOfProblem(at.login.finish({ attempt: late.attempt, proof: byMail(late.code) }, late.call))).toBe(
      'code-spent',
    )
  })

  test('of one login does not fit another', async () => {
    const person = await signUp(at, 'mixed')
    const [one, other] = [await beginWithCode(person), await beginWithCode(person)]
    expect(await codeOfProblem(at.login.finish({ attempt: other.attempt, proof: byMail(one.code) }, other.call))).toBe(
      'wrong-code',
    )
  })

  test('is not asked for before it was mailed, and mailed five times an hour', async () => {
    const person = await signUp(at, 'eager')
    const { attempt, call } = await begin(person)
    expect(await codeOfProblem(at.login.finish({ attempt, proof: byMail('12345678') }, call))).toBe('wrong-code')
    for (let i = 0; i < 5; i += 1) await at.login.sendCode(attempt)
    expect(await codeOfProblem(at.login.sendCode(attempt))).toBe('too-many-tries')
  })

  test('is kept as a keyed hash, its attempt as a hash', async () => {
    const person = await signUp(at, 'hashed')
    const { attempt, code } = await beginWithCode(person)
    const record = await at.ground.store.attempts.get(plainHash(attempt))
    expect(JSON.stringify(record)).not.toMatch(new RegExp(`${code}|${attempt}`))
  })

  test('cannot be turned into a program’s session, or the other way round', async () => {
    const person = await signUp(at, 'kinds')
    const { attempt, call, code } = await beginWithCode(person)
    const asProgram = at.login.finish({ attempt, proof: byMail(code) }, { ...call, kind: 'api' })
    expect(await codeOfProblem(asProgram)).toBe('code-spent')
  })

  test('of an unknown attempt is spent, and nothing is mailed', async () => {
    const attempt = 'A'.repeat(43)
    expect(await codeOfProblem(at.login.sendCode(attempt))).toBe('code-spent')
    expect(await codeOfProblem(at.login.askPasskey(attempt))).toBe('code-spent')
    expect(await codeOfProblem(at.login.finish({ attempt, proof: byMail('12345678') }, callFrom()))).toBe('code-spent')
  })
})

describe('failures in a row (T17)', () => {
  const guessFrom = (email: string, call: LoginCall) =>
    codeOfProblem(at.login.begin({ email, loginSecret: newSecret() }, call))

  test('cost nothing five times, then a second, two, four, up to a quarter of an hour', async () => {
    const { email } = await signUp(at, 'delayed')
    const call = callFrom()
    for (let i = 0; i < ladders.login.free; i += 1) expect(await guessFrom(email, call)).toBe('wrong-login')
    for (const wait of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
      at.clock.pass(wait * times.second - 1)
      expect(await guessFrom(email, call)).toBe('too-many-tries')
      at.clock.pass(1)
      expect(await guessFrom(email, call)).toBe('wrong-login')
    }
  })

  test('stop after a hundred for a day, and tell the owner by letter once', async () => {
    const { email } = await signUp(at, 'hunted')
    const call = callFrom()
    for (let i = 0; i < ladders.login.stop; i += 1) {
      expect(await guessFrom(email, call)).toBe('wrong-login')
      at.clock.pass(15 * times.minute)
    }
    expect(await guessFrom(email, call)).toBe('too-many-tries')
    at.clock.pass(times.day - 16 * times.minute)
    expect(await guessFrom(email, call)).toBe('too-many-tries')
    at.clock.pass(2 * times.minute)
    expect(await guessFrom(email, call)).toBe('wrong-login')
    for (let i = 0; i < 10; i += 1) expect(await guessFrom(email, callFrom())).toBe('wrong-login')
    const told = (await subjects(email)).filter(subject => subject.startsWith('Many wrong passwords'))
    expect(told).toHaveLength(1)
  })

  test('made at once share one ladder', async () => {
    const { email } = await signUp(at, 'stormed')
    const call = callFrom()
    const outcomes = await Promise.all(Array.from({ length: 50 }, () => guessFrom(email, call)))
    expect(outcomes.filter(outcome => outcome === 'wrong-login')).toHaveLength(ladders.login.free)
    expect(outcomes.filter(outcome => outcome === 'too-many-tries')).toHaveLength(50 - ladders.login.free)
  })

  test('of a stranger on the same network leave the owner in, from a known device', async () => {
    const person = await signUp(at, 'besieged')
    const from = newPlace()
    for (let i = 0; i < ladders.login.stop; i += 1) {
      await guessFrom(person.email, callFrom({ from }))
      at.clock.pass(15 * times.minute)
    }
    expect(await codeOfProblem(at.login.begin(person, callFrom({ from })))).toBe('too-many-tries')
    expect(await at.login.begin(person, callFrom({ from, browser: person.browser }))).toMatchObject({ state: 'done' })
    expect(await at.login.begin(person, callFrom())).toMatchObject({ state: 'factor' })
  })

  test('are forgotten by a success', async () => {
    const person = await signUp(at, 'clumsy')
    const call = callFrom()
    for (let round = 0; round < 3; round += 1) {
      for (let i = 1; i < ladders.login.free; i += 1) expect(await guessFrom(person.email, call)).toBe('wrong-login')
      expect(await codeOfProblem(at.login.begin(person, call))).toBe('went well')
    }
  })

  test('at the second factor delay it for strangers, and not on a known device', async () => {
    const person = await signUp(at, 'halfway')
    for (let round = 0; round < 2; round += 1) {
      const { attempt, call, code } = await beginWithCode(person)
      for (let i = 0; i < codeLimits.tries; i += 1) {
        await codeOfProblem(at.login.finish({ attempt, proof: byMail(otherThan(code)) }, call))
      }
    }
    const { attempt, call, code } = await beginWithCode(person)
    expect(await codeOfProblem(at.login.finish({ attempt, proof: byMail(code) }, call))).toBe('too-many-tries')
    const known = { ...call, browser: person.browser }
    expect(await codeOfProblem(at.login.finish({ attempt, proof: byMail(code) }, known))).toBe('went well')
  })
})

describe('the password once more', () => {
  test('counts for ten minutes, as a fresh login does', async () => {
    const { who, loginSecret } = await signUp(at, 'asked')
    expect(await at.sessions.isConfirmed(who)).toBe(true)
    at.clock.pass(10 * times.minute)
    expect(await at.sessions.isConfirmed(who)).toBe(false)
    await at.login.confirm(who, loginSecret)
    expect(await at.sessions.isConfirmed(who)).toBe(true)
  })

  test('is refused when wrong, and made to wait, in this session alone', async () => {
    const person = await signUp(at, 'snooped')
    const other = (await logIn(at, person)).session.who
    at.clock.pass(10 * times.minute)
    for (let i = 0; i < ladders.confirm.free; i += 1) {
      expect(await codeOfProblem(at.login.confirm(person.who, newSecret()))).toBe('wrong-login')
    }
    expect(await codeOfProblem(at.login.confirm(person.who, person.loginSecret))).toBe('too-many-tries')
    expect(await at.sessions.isConfirmed(person.who)).toBe(false)
    expect(await codeOfProblem(at.login.confirm(other, person.loginSecret))).toBe('went well')
  })
})
