/** What somebody tries who reads another's mail, and has neither password nor recovery key (THREATS A12, T12, T17). */
import { decodeBase32IgnorePadding } from '@oslojs/encoding'
import { generateHOTP } from '@oslojs/otp'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { times } from '#shared/contract/limits.ts'
import { openGround, type TestGround } from './ground.testing.ts'
import { cardOf, codeOf, codeOfProblem, join, newPlace, newSecret, type Person } from './people.testing.ts'
import { callFrom, mailedReset, newPassword, paramsOf, recoverySession, startingOver } from './people-later.testing.ts'

let at: TestGround
beforeAll(async () => {
  at = await openGround({ seed: 'recovery-attacks' })
})
afterAll(() => at.close())

const start = { from: newPlace() }

const shown = (secret: string) => {
  at.clock.pass(30_000)
  return generateHOTP(decodeBase32IgnorePadding(secret), BigInt(Math.floor(at.clock.now() / 30_000)), 6)
}

async function withApp(person: Person): Promise<void> {
  const { secret } = await at.factorSettings.beginApp(person.who)
  await at.factorSettings.confirmApp(person.who, shown(secret))
}

test('the card that stands already is no new identity: it opens no session, and ends none', async () => {
  const ann = await join(at, 'ann')
  const { who } = await recoverySession(at, ann)
  const { input } = await startingOver(await paramsOf(at, ann))
  const same = { ...input, bundle: { ...input.bundle, card: cardOf(ann.identity) } }
  expect(await codeOfProblem(at.recovery.startOver(who, same, start))).toBe('card-refused')
  expect(await at.sessions.stands(ann.who)).toBe(true)
  expect(await at.keys.own(ann.who)).not.toEqual(same.bundle)
})

test('the same call again, of who did start over, is taken as that one', async () => {
  const ann = await join(at, 'ann')
  const { who } = await recoverySession(at, ann)
  const { input } = await startingOver(await paramsOf(at, ann))
  await at.recovery.startOver(who, input, start)
  expect(await codeOfProblem(at.recovery.startOver(who, input, start))).toBe('went well')
  const other = { ...input, loginSecret: newSecret() }
  expect(await codeOfProblem(at.recovery.startOver(who, other, start))).toBe('card-refused')
})

describe('a session from a reset', () => {
  test('ends when the account moves to another address', async () => {
    const ann = await join(at, 'ann')
    const { who } = await recoverySession(at, ann)
    const email = `moved-${ann.email}`
    await at.accountChanges.beginEmailChange(ann.who, { email, ...newPassword(await paramsOf(at, { email })) })
    expect(await at.sessions.stands(who)).toBe(true)
    await at.accountChanges.confirmEmailChange(ann.who, await codeOf(at, email))
    expect(await at.sessions.stands(who)).toBe(false)
    expect(await at.sessions.stands(ann.who)).toBe(true)
  })

  test('that a mailbox alone opened ends when an app is set up', async () => {
    const ann = await join(at, 'ann')
    const { who } = await recoverySession(at, ann)
    await withApp(ann)
    expect(await at.sessions.stands(who)).toBe(false)
    expect(await at.sessions.stands(ann.who)).toBe(true)
  })
})

describe('an app’s codes beside a reset’s', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date', 'setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  /** Guesses that were judged in a day: each reset from five networks that have not been seen before. */
  async function guess(person: Person): Promise<number> {
    let judged = 0
    for (let hour = 0; hour < 24; hour += 1) {
      for (let letter = 0; letter < 5; letter += 1) {
        const reset = await mailedReset(at, person)
        for (let i = 0; i < 5; i += 1) {
          const proof = { kind: 'app', code: '000000' } as const
          if ((await codeOfProblem(at.recovery.prove({ ...reset, proof }, callFrom()))) === 'wrong-code') judged += 1
        }
      }
      at.clock.pass(times.hour)
      vi.advanceTimersByTime(times.hour)
    }
    return judged
  }

  test('are guessed a hundred times a day at most, from however many networks; the owner is let in (T17)', async () => {
    const ann = await join(at, 'ann')
    await withApp(ann)
    expect(await guess(ann)).toBeLessThanOrEqual(100)
    const { secret } = await at.factorSettings.beginApp(ann.who)
    await at.factorSettings.confirmApp(ann.who, shown(secret))
    const call = { ...callFrom(), browser: ann.browser, kind: 'app' as const }
    const begun = await at.login.begin(ann, call)
    if (begun.state !== 'factor') throw new Error('no factor was asked for')
    const proof = { kind: 'app', code: shown(secret) } as const
    expect(await codeOfProblem(at.login.finish({ attempt: begun.attempt, proof }, call))).toBe('went well')
  })
})
