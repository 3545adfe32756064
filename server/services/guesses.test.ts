/** THREATS T17: how far a day of guessing gets, counted by driving the services and moving every clock they read. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { codeLimits, times } from '#shared/contract/limits.ts'
import type { Problem } from '#shared/contract/problems.ts'
import { noBrowser } from './devices.ts'
import { openGround, type TestGround } from './ground.testing.ts'
import type { LoginCall } from './login.ts'
import { codeOf, codeOfProblem, newPlace, type Person, signUp } from './people.testing.ts'

let at: TestGround
let victim: Omit<Person, 'identity'>
beforeAll(async () => {
  at = await openGround()
})
afterAll(() => at.close())
// Budgets run on the machine's clock and timers, ladders on the server's: a day passes on both.
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  victim = await signUp(at, 'victim')
})
afterEach(() => {
  vi.useRealTimers()
})

const callFrom = (from = newPlace()): LoginCall => ({ from, browser: noBrowser, kind: 'app' })

function pass(milliseconds: number): void {
  at.clock.pass(milliseconds)
  vi.advanceTimersByTime(milliseconds)
}

async function start(call: LoginCall): Promise<string> {
  const answer = await at.login.begin(victim, call)
  if (answer.state !== 'factor') throw new Error('no factor was asked for')
  return answer.attempt
}

/** Guesses that were judged in `span`, by somebody who knows the password and waits no longer than they are told. */
async function guessMailedCodes(span: number): Promise<number> {
  const end = at.clock.now() + span
  let judged = 0
  while (at.clock.now() < end) {
    // Each time from another network: there is nothing to gain by it.
    const call = callFrom()
    const attempt = await start(call)
    await at.login.sendCode(attempt).catch(() => undefined)
    const guess = (): Promise<Problem> =>
      at.login.finish({ attempt, proof: { kind: 'mail', code: '00000000' } }, call).then(
        () => Promise.reject(new Error('a lucky guess')),
        (error: Problem) => error,
      )
    let problem = await guess()
    while (problem.code === 'wrong-code') {
      judged += 1
      problem = await guess()
    }
    pass(Number(problem.data.retryAfter ?? 0) * times.second)
  }
  return judged
}

describe('a day of guessing by somebody who has the password', () => {
  test('at mailed codes succeeds once in 160,000 days at most', async () => {
    const judged = await guessMailedCodes(times.day)
    expect(judged).toBeGreaterThan(50)
    expect(judged).toBeLessThanOrEqual(100)
    expect(judged / 10 ** codeLimits.digits).toBeLessThanOrEqual(6e-6)
  })

  test('leaves the owner in, on the device that they know', async () => {
    await guessMailedCodes(2 * times.hour)
    const known = { ...callFrom(), browser: victim.browser }
    expect(await at.login.begin(victim, known)).toMatchObject({ state: 'done' })
    // Even one who was asked for the factor again gets through from there.
    const call = callFrom()
    const attempt = await start(call)
    pass(times.hour)
    await expect(at.login.sendCode(attempt)).rejects.toMatchObject({ code: 'code-spent' })
    const fresh = await start(call)
    await at.login.sendCode(fresh)
    const proof = { kind: 'mail', code: await codeOf(at, victim.email) } as const
    expect(await codeOfProblem(at.login.finish({ attempt: fresh, proof }, known))).toBe('went well')
  })
})

test('registration codes of one address are guessed six hundred times a day at most', async () => {
  const email = 'newcomer@example.org'
  const kdf = await at.accounts.params(email, newPlace())
  const loginSecret = 'A'.repeat(43)
  let judged = 0
  for (let hour = 0; hour < 24; hour += 1) {
    for (let letter = 0; letter < 6; letter += 1) {
      const from = newPlace()
      const registering = at.accounts.register({ name: 'x', email, loginSecret, kdf }, from)
      const begun = await registering.catch(() => null)
      for (let i = 0; begun !== null && i <= codeLimits.tries; i += 1) {
        const { registrationId } = begun
        const guess = codeOfProblem(at.accounts.verify({ registrationId, code: '00000000' }, from))
        if ((await guess) === 'wrong-code') judged += 1
      }
    }
    pass(times.hour)
  }
  expect(judged).toBe(600)
  expect(judged / 10 ** codeLimits.digits).toBeLessThanOrEqual(6e-6)
})
