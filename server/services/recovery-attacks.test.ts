/** What somebody tries who reads another's mail, and has neither password nor recovery key (THREATS A12, T12, T17). */
import { decodeBase32IgnorePadding } from '@oslojs/encoding'
import { generateHOTP } from '@oslojs/otp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openGround, type TestGround } from './ground.testing.ts'
import { cardOf, codeOfProblem, join, newPlace, newSecret, type Person } from './people.testing.ts'
import { paramsOf, recoverySession, startingOver } from './people-later.testing.ts'

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

async function _withApp(person: Person): Promise<void> {
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
