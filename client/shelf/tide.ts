/** How far a job's `.enc` lies on the shelf without a gap, and who waits for more. */

export interface Tide {
  /** A range lies there; ranges may come in any order. */
  rise(offset: number, length: number): void
  /** Resolves once everything before `end` lies there. */
  reaches(end: number, signal: AbortSignal): Promise<void>
  /** Everybody who waits, now or later, gets this. */
  fail(reason: unknown): void
  readonly level: number
}

interface Waiter {
  readonly end: number
  readonly resolve: () => void
  readonly reject: (reason: unknown) => void
}

export function makeTide(): Tide {
  const ahead = new Map<number, number>()
  const waiters = new Set<Waiter>()
  let level = 0
  let failure: { readonly reason: unknown } | null = null

  function rise(offset: number, length: number): void {
    ahead.set(offset, length)
    for (let next = ahead.get(level); next !== undefined; next = ahead.get(level)) {
      ahead.delete(level)
      level += next
    }
    for (const waiter of waiters) if (waiter.end <= level) settle(waiter, waiter.resolve)
  }

  function settle(waiter: Waiter, how: () => void): void {
    waiters.delete(waiter)
    how()
  }

  function reaches(end: number, signal: AbortSignal): Promise<void> {
    // First: what failed is cleared away, so that nothing of it lies there any more.
    if (failure !== null) return Promise.reject(failure.reason)
    if (end <= level) return Promise.resolve()
    if (signal.aborted) return Promise.reject(signal.reason)
    return new Promise((resolve, reject) => {
      const abort = () => settle(waiter, () => reject(signal.reason))
      const done = (how: () => void) => {
        signal.removeEventListener('abort', abort)
        how()
      }
      const waiter = { end, resolve: () => done(resolve), reject: (reason: unknown) => done(() => reject(reason)) }
      signal.addEventListener('abort', abort, { once: true })
      waiters.add(waiter)
    })
  }

  function fail(reason: unknown): void {
    failure = { reason }
    for (const waiter of waiters) settle(waiter, () => waiter.reject(reason))
  }

  return {
    rise,
    reaches,
    fail,
    get level() {
      return level
    },
  }
}
