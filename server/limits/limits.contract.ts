/** What every keeper of budgets must do; each adapter's test runs this suite against its real service. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeId, randomBytes, userId } from '#shared/contract/ids.ts'
import type { Budget, Ladder, Limits } from './limits.ts'

export interface LimitsUnderTest {
  readonly limits: Limits
  /** Moves the adapter's clock, or waits. */
  readonly pass: (milliseconds: number) => Promise<void>
  readonly close: () => Promise<void>
}

const spent = { code: 'too-many-tries' }

export function describeLimits(name: string, open: () => Promise<LimitsUnderTest>): void {
  describe(`limits: ${name}`, () => {
    let subject: LimitsUnderTest
    let limits: Limits
    beforeAll(async () => {
      subject = await open()
      limits = subject.limits
    })
    afterAll(async () => subject.close())

    it('lets the points through and no more, and says when to come back', async () => {
      const [budget, key] = [newBudget(), newKey()]
      for (let i = 0; i < budget.points; i++) await limits.spend(budget, key)
      const refusal = await limits.spend(budget, key).catch((error: unknown) => error)
      expect(refusal).toMatchObject({ ...spent, data: { retryAfter: expect.any(Number) } })
      const { retryAfter } = (refusal as { data: { retryAfter: number } }).data
      expect(retryAfter).toBeGreaterThanOrEqual(1)
      expect(retryAfter).toBeLessThanOrEqual(budget.seconds)
    })

    it('lets exactly the points through of 100 at once', async () => {
      const [budget, key] = [newBudget(), newKey()]
      const tries = await Promise.allSettled(Array.from({ length: 100 }, () => limits.spend(budget, key)))
      expect(tries.filter(one => one.status === 'fulfilled')).toHaveLength(budget.points)
    })

    it('spends several points at once, and none that are not there', async () => {
      const [budget, key] = [newBudget(), newKey()]
      await limits.spend(budget, key, budget.points)
      await expect(limits.spend(budget, key)).rejects.toMatchObject(spent)
      await expect(limits.spend(budget, newKey(), budget.points + 1)).rejects.toMatchObject(spent)
    })

    it('keeps keys and budgets apart', async () => {
      const [budget, other, key] = [newBudget(), newBudget(), newKey()]
      await limits.spend(budget, key, budget.points)
      await limits.spend(budget, newKey())
      await limits.spend(other, key)
      await expect(limits.spend(budget, key)).rejects.toMatchObject(spent)
    })

    it('gives the whole budget back', async () => {
      const [budget, key] = [newBudget(), newKey()]
      await limits.reset(budget, key)
      await limits.spend(budget, key, budget.points)
      await limits.reset(budget, key)
      await limits.spend(budget, key, budget.points)
    })

    it('begins anew when the time is over', async () => {
      const [budget, key] = [{ ...newBudget(), seconds: 1 }, newKey()]
      await limits.spend(budget, key, budget.points)
      await expect(limits.spend(budget, key)).rejects.toMatchObject(spent)
      await expect.poll(() => passes(limits, budget, key), { timeout: 10_000, interval: 100 }).toBe(true)
    })

    it('counts different things: each costs once, and those that were paid for pass when the budget is spent', async () => {
      const [budget, key] = [newBudget(), newKey()]
      const members = Array.from({ length: budget.points }, newKey)
      for (const member of [...members, ...members]) await limits.spendOn(budget, key, member)
      expect(await retryAfterOf(limits.spendOn(budget, key, newKey()))).toBe(budget.seconds)
      for (const member of members) await limits.spendOn(budget, key, member)
      await limits.spendOn(budget, newKey(), newKey())
      await subject.pass(budget.seconds * 1000)
      for (const member of Array.from({ length: budget.points }, newKey)) await limits.spendOn(budget, key, member)
      expect(await retryAfterOf(limits.spendOn(budget, key, members[0] ?? ''))).toBe(budget.seconds)
    })

    it('counts exactly as many different things as there are points, of 100 at once, each asked for twice', async () => {
      const [budget, key] = [newBudget(), newKey()]
      const members = Array.from({ length: 50 }, newKey)
      const tries = await Promise.allSettled([...members, ...members].map(one => limits.spendOn(budget, key, one)))
      expect(tries.filter(one => one.status === 'fulfilled')).toHaveLength(2 * budget.points)
    })

    it('climbs: free steps, then waits that double up to the most', async () => {
      const [ladder, key] = [newLadder(), newKey()]
      for (let i = 0; i < ladder.free; i++) await limits.climb(ladder, key)
      for (const wait of [1, 2, 3, 3]) {
        expect(await retryAfterOf(limits.climb(ladder, key))).toBe(wait)
        await subject.pass(wait * 1000 - 400)
        expect(await retryAfterOf(limits.climb(ladder, key))).toBe(1)
        await subject.pass(400)
        await limits.climb(ladder, key)
      }
    })

    it('climbs the free steps and no more of 100 at once', async () => {
      const [ladder, key] = [newLadder(), newKey()]
      const tries = await Promise.allSettled(Array.from({ length: 100 }, () => limits.climb(ladder, key)))
      expect(tries.filter(one => one.status === 'fulfilled')).toHaveLength(ladder.free)
    })

    it('stops at the top, rests, and begins anew', async () => {
      const [ladder, key] = [{ ...newLadder(), free: 4, stop: 4, rest: 5 }, newKey()]
      for (let round = 0; round < 2; round++) {
        for (let i = 0; i < ladder.stop; i++) await limits.climb(ladder, key)
        expect(await retryAfterOf(limits.climb(ladder, key))).toBe(5)
        await subject.pass(5000)
      }
    })

    it('forgives all steps of one key, and keeps keys and ladders apart', async () => {
      const [ladder, other, key] = [newLadder(), newLadder(), newKey()]
      for (let i = 0; i < ladder.free; i++) await limits.climb(ladder, key)
      await limits.climb(ladder, newKey())
      await limits.climb(other, key)
      await limits.forgive(other, key)
      expect(await retryAfterOf(limits.climb(ladder, key))).toBe(1)
      await limits.forgive(ladder, key)
      for (let i = 0; i < ladder.free; i++) await limits.climb(ladder, key)
    })
  })
}

async function passes(limits: Limits, budget: Budget, key: string): Promise<boolean> {
  return limits.spend(budget, key).then(
    () => true,
    () => false,
  )
}

/** Seconds that the refusal names; 0 where there was none. */
async function retryAfterOf(climbing: Promise<void>): Promise<unknown> {
  const refusal = await climbing.then(
    () => null,
    (error: { data: { retryAfter: number } }) => error,
  )
  return refusal?.data.retryAfter ?? 0
}

const newLadder = (): Ladder => ({ name: `test-${newKey()}`, free: 3, first: 1, most: 3, stop: 100, rest: 60 })
const newKey = () => makeId(userId, randomBytes)
const newBudget = (): Budget => ({ name: `test-${newKey()}`, points: 5, seconds: 60 })
