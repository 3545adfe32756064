/** What somebody tries who has got hold of a session, and does not know the password (THREATS T12, T17, T19). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openGround, type TestGround } from './ground.testing.ts'
import { cardOf, codeOfProblem, join, newKey, newPlace } from './people.testing.ts'
import { paramsOf, renewal } from './people-later.testing.ts'

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
