/** What every keeper of budgets must do; each adapter's test runs this suite against its real service. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeId, randomBytes, userId } from '#shared/contract/ids.ts'
import type { Budget, Limits } from './limits.ts'

export interface LimitsUnderTest {
  readonly limits: Limits
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
  })
}

async function passes(limits: Limits, budget: Budget, key: string): Promise<boolean> {
  return limits.spend(budget, key).then(
    () => true,
    () => false,
  )
}

const newKey = () => makeId(userId, randomBytes)
const newBudget = (): Budget => ({ name: `test-${newKey()}`, points: 5, seconds: 60 })
