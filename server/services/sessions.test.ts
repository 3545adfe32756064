import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sessionLimits, ticketLife } from '#shared/contract/limits.ts'
import { openGround, type TestGround } from './ground.testing.ts'
import { plainHash } from './ground.ts'
import { logIn, signUp } from './people.testing.ts'
import { sessionEndedTopic } from './sessions.ts'

let at: TestGround
beforeAll(async () => {
  at = await openGround()
})
afterAll(() => at.close())

describe('a session', () => {
  test('is kept by its hash alone', async () => {
    const { cookie, who } = await signUp(at, 'kept')
    const id = cookie.split('=')[1] ?? ''
    const records = await at.ground.store.sessions.ofUser(who.userId)
    expect(records.map(record => record.idHash)).toEqual([plainHash(id)])
    expect(JSON.stringify(records)).not.toContain(id)
    expect(await at.ground.store.sessions.get(id)).toBeNull()
  })

  test('ends, tells its feeds, and leaves the others', async () => {
    const person = await signUp(at, 'leaving')
    const { cookie } = (await logIn(at, person)).session
    const told: string[] = []
    const stop = await at.ground.bus.subscribe(sessionEndedTopic, hash => told.push(hash))
    const cleared = await at.sessions.end(person.who)
    stop()
    expect(cleared.cookie).toMatch(/^datacrypt=;.*Max-Age=0/)
    expect(told).toEqual([person.who.sessionHash])
    expect(await at.sessions.whoIs(person.cookie)).toBeNull()
    expect(await at.sessions.stands(person.who)).toBe(false)
    expect(await at.sessions.whoIs(cookie.split(';')[0])).toMatchObject({ userId: person.who.userId })
  })

  test('lives thirty days by the server clock, used or not', async () => {
    const person = await signUp(at, 'steady')
    at.clock.pass(sessionLimits.life - 1)
    expect(await at.sessions.whoIs(person.cookie)).toEqual(person.who)
    expect(await at.sessions.stands(person.who)).toBe(true)
    at.clock.pass(1)
    expect(await at.sessions.whoIs(person.cookie)).toBeNull()
    expect(await at.sessions.stands(person.who)).toBe(false)
  })

  test.each([
    undefined,
    '',
    'datacrypt=',
    'datacrypt=nonsense',
    'other=1',
    'datacrypt=%00',
    '=;;=',
    'datacrypt=%E0%A4%A',
  ])('is not in the cookie %s', async cookie => {
    expect(await at.sessions.whoIs(cookie)).toBeNull()
  })

  test('is found beside what other programs of the host have planted', async () => {
    const { cookie, who } = await signUp(at, 'crowded')
    expect(await at.sessions.whoIs(`theirs=%E0%A4%A; ${cookie}; more=%`)).toEqual(who)
  })

  test('by https has a cookie that no other host can plant', async () => {
    const secure = await openGround({ secure: true })
    try {
      const { cookie } = await secure.sessions.begin((await signUp(at, 'anybody')).who.userId)
      expect(cookie).toMatch(/^__Host-datacrypt=/)
      expect(cookie).toMatch(/Secure/)
      expect(cookie).toMatch(/Path=\//)
      expect(cookie).not.toMatch(/Domain/)
    } finally {
      await secure.close()
    }
  })
})

describe('a ticket', () => {
  test('works once, of many at once too', async () => {
    const { who } = await signUp(at, 'once')
    const ticket = await at.sessions.makeTicket(who)
    const taken = await Promise.all(Array.from({ length: 20 }, () => at.sessions.takeTicket(ticket)))
    expect(taken.filter(one => one !== null)).toEqual([who])
  })

  test('works for thirty seconds', async () => {
    const { who } = await signUp(at, 'slow')
    const [early, late] = [await at.sessions.makeTicket(who), await at.sessions.makeTicket(who)]
    at.clock.pass(ticketLife - 1)
    expect(await at.sessions.takeTicket(early)).toEqual(who)
    at.clock.pass(1)
    expect(await at.sessions.takeTicket(late)).toBeNull()
  })

  test('does not outlive its session', async () => {
    const { who } = await signUp(at, 'gone')
    const ticket = await at.sessions.makeTicket(who)
    await at.sessions.end(who)
    expect(await at.sessions.takeTicket(ticket)).toBeNull()
  })
})
