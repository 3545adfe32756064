/** Budgets in this process's memory: right where the server is one process, and forgotten when it ends. */
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { Problem } from '#shared/contract/problems.ts'
import type { Budget, Limits } from './limits.ts'
import { openMemoryDistinct } from './memory-distinct.ts'
import { openMemoryLadders } from './memory-ladders.ts'

/** Opens budgets that count from nothing. A budget's window begins with its first point spent. `now`: for ladders, and budgets of different things. */
export function openMemoryLimits(now: () => number = Date.now): Limits {
  const limiters = new Map<string, RateLimiterMemory>()
  const limiterOf = (budget: Budget) => {
    const name = `${budget.name}/${budget.points}/${budget.seconds}`
    const limiter = limiters.get(name) ?? new RateLimiterMemory({ points: budget.points, duration: budget.seconds })
    limiters.set(name, limiter)
    return limiter
  }
  return {
    ...openMemoryLadders(now),
    ...openMemoryDistinct(now),
    spend: async (budget, key, points = 1) => {
      await limiterOf(budget).consume(key, points).catch(refuse)
    },
    reset: async (budget, key) => {
      await limiterOf(budget).delete(key)
    },
  }
}

/** The package rejects with its count where the budget is spent, with an Error where it fails. */
function refuse(reason: unknown): never {
  if (!(reason instanceof RateLimiterRes)) throw new Problem('unavailable', { cause: reason })
  throw new Problem('too-many-tries', { data: { retryAfter: Math.max(1, Math.ceil(reason.msBeforeNext / 1000)) } })
}
