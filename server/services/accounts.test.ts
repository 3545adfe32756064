import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeLimits } from '#shared/contract/limits.ts'
import { budgets } from './budgets.ts'
import { openGround, type TestGround } from './ground.testing.ts'
import { plainHash } from './ground.ts'
import { codeOf, codeOfProblem, newPlace, newSecret, signUp } from './people.testing.ts'

let at: TestGround
beforeAll(async () => {
  at = await openGround()
})
afterAll(() => at.close())

let count = 0
const newEmail = () => `somebody-${++count}@example.org`

async function begin(email = newEmail(), ground = at) {
  const from = newPlace()
  const kdf = await ground.accounts.params(email, from)
  const input = { name: 'Somebody', email, loginSecret: newSecret(), kdf }
  const { registrationId } = await ground.accounts.register(input, from)
  return { email, input, registrationId, from, code: await codeOf(ground, email).catch(() => '') }
}

const otherThan = (code: string) => (code === '00000000' ? '00000001' : '00000000')

describe('registering', () => {
  test('answers in one shape, and tells only the mailbox that the address is known', async () => {
    const known = await signUp(at, 'known')
    const [again, fresh] = [await begin(known.email), await begin()]
    expect(again.registrationId).toMatch(/^[A-Za-z0-9_-]{22}$/)
    expect(fresh.registrationId).toMatch(/^[A-Za-z0-9_-]{22}$/)
    const letters = await at.lettersTo(known.email)
    expect(letters.map(letter => /\b\d{8}\b/.test(letter.text))).toEqual([true, false])
    expect(letters.at(-1)?.text).toContain('log in')
    expect(at.delivered.filter(letter => letter.to === fresh.email)).toHaveLength(1)
  })

  test('no code fits a known address, and guessing looks the same as elsewhere', async () => {
    const known = await signUp(at, 'guessed')
    const { registrationId, from } = await begin(known.email)
    for (const triesLeft of [4, 3, 2, 1, 0]) {
      const guess = at.accounts.verify({ registrationId, code: '12345678' }, from)
      await expect(guess).rejects.toMatchObject({ code: 'wrong-code', data: { triesLeft } })
    }
    await expect(at.accounts.verify({ registrationId, code: '12345678' }, from)).rejects.toMatchObject({
      code: 'code-spent',
    })
  })

  test('refuses parameters that it did not announce', async () => {
    const email = newEmail()
    const kdf = await at.accounts.params(email, newPlace())
    for (const weaker of [
      { ...kdf, m: 8 },
      { ...kdf, t: 1 },
      { ...kdf, p: 2 },
      { ...kdf, salt: 'A'.repeat(22) },
    ]) {
      const input = { name: 'x', email, loginSecret: newSecret(), kdf: weaker }
      expect(await codeOfProblem(at.accounts.register(input, newPlace()))).toBe('bad-request')
    }
    expect(await at.lettersTo(email)).toEqual([])
  })

  test('keeps neither the code nor the id that the browser holds', async () => {
    const { registrationId, code } = await begin()
    const record = await at.ground.store.registrations.get(plainHash(registrationId))
    expect(await at.ground.store.registrations.get(registrationId)).toBeNull()
    const text = JSON.stringify(record)
    expect(text).not.toContain(code)
    expect(text).not.toContain(registrationId)
  })

  test('by invitation alone, or not at all', async () => {
    const invited = await openGround({ rules: { registration: 'invitation', invitationCodes: ['green', 'boat'] } })
    const closed = await openGround({ rules: { registration: 'closed' } })
    try {
      const ask = async (ground: TestGround, invitation?: string) => {
        const email = newEmail()
        const kdf = await ground.accounts.params(email, newPlace())
        const input = { name: 'x', email, loginSecret: newSecret(), kdf, invitation }
        return codeOfProblem(ground.accounts.register(input, newPlace()))
      }
      expect(await ask(invited)).toBe('invitation-needed')
      expect(await ask(invited, 'blue')).toBe('invitation-needed')
      expect(await ask(invited, '')).toBe('invitation-needed')
      expect(await ask(invited, 'boat')).toBe('went well')
      expect(await ask(closed, 'boat')).toBe('registration-closed')
      expect(closed.accounts.facts().registration).toBe('closed')
      expect(JSON.stringify(invited.accounts.facts())).not.toContain('green')
    } finally {
      await invited.close()
      await closed.close()
    }
  })
})

describe('parameters of an address', () => {
  test('are the same each time, and differ between addresses', async () => {
    const [one, other] = [newEmail(), newEmail()]
    const first = await at.accounts.params(one, newPlace())
    expect(await at.accounts.params(one, newPlace())).toEqual(first)
    expect((await at.accounts.params(other, newPlace())).salt).not.toBe(first.salt)
  })

  test('do not change when the address gets an account', async () => {
    const { email, registrationId, code, from } = await begin()
    const before = await at.accounts.params(email, from)
    await at.accounts.verify({ registrationId, code }, from)
    expect(await at.accounts.params(email, from)).toEqual(before)
  })

  test('are given out only so often', async () => {
    const from = newPlace()
    await at.ground.limits.spend(budgets.params, from, budgets.params.points)
    await expect(at.accounts.params(newEmail(), from)).rejects.toMatchObject({
      code: 'too-many-tries',
      data: { retryAfter: expect.any(Number) },
    })
  })
})

describe('the code', () => {
  test('makes the account once', async () => {
    const { email, registrationId, code, from } = await begin()
    const { account, cookie } = await at.accounts.verify({ registrationId, code }, from)
    expect(account).toMatchObject({ email, name: 'Somebody', keys: false })
    expect(cookie).toMatch(/^datacrypt=[^;]{20,}; .*HttpOnly.*SameSite=Strict/i)
    expect(await codeOfProblem(at.accounts.verify({ registrationId, code }, from))).toBe('code-spent')
  })

  test('counts wrong tries down, then is spent, the right one too', async () => {
    const { registrationId, code, from } = await begin()
    for (const triesLeft of [4, 3, 2, 1, 0]) {
      const guess = at.accounts.verify({ registrationId, code: otherThan(code) }, from)
      await expect(guess).rejects.toMatchObject({ code: 'wrong-code', data: { triesLeft } })
    }
    expect(await codeOfProblem(at.accounts.verify({ registrationId, code }, from))).toBe('code-spent')
  })

  test('shares one allowance among guesses made at once', async () => {
    const { registrationId, code, from } = await begin()
    const guesses = Array.from({ length: 50 }, () =>
      codeOfProblem(at.accounts.verify({ registrationId, code: otherThan(code) }, from)),
    )
    const outcomes = await Promise.all(guesses)
    expect(outcomes.filter(outcome => outcome === 'wrong-code')).toHaveLength(codeLimits.tries)
    expect(outcomes.filter(outcome => outcome === 'code-spent')).toHaveLength(50 - codeLimits.tries)
  })

  test('used a hundred times at once makes one account', async () => {
    const { email, registrationId, code, from } = await begin()
    const uses = Array.from({ length: 100 }, () => codeOfProblem(at.accounts.verify({ registrationId, code }, from)))
    const outcomes = await Promise.all(uses)
    expect(outcomes.filter(outcome => outcome === 'went well')).toHaveLength(1)
    expect(outcomes.filter(outcome => outcome === 'code-spent')).toHaveLength(99)
    expect(await at.ground.store.users.byEmail(email)).not.toBeNull()
  })

  test('of two registrations of one mailbox, one makes the account', async () => {
    const one = await begin()
    const other = await begin(one.email)
    await at.accounts.verify(other, other.from)
    expect(await codeOfProblem(at.accounts.verify(one, one.from))).toBe('code-spent')
  })

  test('works to the end of its ten minutes and no longer', async () => {
    const [early, late] = [await begin(), await begin()]
    at.clock.pass(codeLimits.life - 1)
    expect(await codeOfProblem(at.accounts.verify(early, early.from))).toBe('went well')
    at.clock.pass(1)
    expect(await codeOfProblem(at.accounts.verify(late, late.from))).toBe('code-spent')
  })

  test('of an unknown registration is spent, and nothing else is said', async () => {
    const verify = at.accounts.verify({ registrationId: 'A'.repeat(22), code: '12345678' }, newPlace())
    expect(await codeOfProblem(verify)).toBe('code-spent')
  })

  test('is replaced by a new letter, with new tries', async () => {
    const { email, registrationId, code, from } = await begin()
    for (let i = 0; i < codeLimits.tries; i += 1) {
      await codeOfProblem(at.accounts.verify({ registrationId, code: otherThan(code) }, from))
    }
    await at.accounts.resend(registrationId, from)
    const renewed = await codeOf(at, email)
    expect(renewed).not.toBe(code)
    expect(await codeOfProblem(at.accounts.verify({ registrationId, code }, from))).toBe('wrong-code')
    expect(await codeOfProblem(at.accounts.verify({ registrationId, code: renewed }, from))).toBe('went well')
  })

  test('is mailed to one address five times an hour, whoever asks', async () => {
    const { registrationId, email } = await begin()
    for (let i = 1; i < budgets.codesToAddress.points; i += 1) await at.accounts.resend(registrationId, newPlace())
    expect(await codeOfProblem(at.accounts.resend(registrationId, newPlace()))).toBe('too-many-tries')
    const kdf = await at.accounts.params(email, newPlace())
    const again = at.accounts.register({ name: 'x', email, loginSecret: newSecret(), kdf }, newPlace())
    expect(await codeOfProblem(again)).toBe('too-many-tries')
    expect(await at.lettersTo(email)).toHaveLength(budgets.codesToAddress.points)
  })

  test('asked for again for no registration mails nothing', async () => {
    const before = at.delivered.length
    await at.accounts.resend('A'.repeat(22), newPlace())
    await at.mailouts.run()
    expect(at.delivered).toHaveLength(before)
  })
})
