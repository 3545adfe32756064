/** A store that fails at a chosen call, before or after the call took effect: what a crash leaves behind. */
import type { Store } from '../store/store.ts'

export interface Failing {
  readonly around: (store: Store) => Store
  /** Counts from now, and fails at the `at`-th call; 0 for never. */
  arm(at: number, when?: 'before' | 'after'): void
  /** Calls since it was armed. */
  calls(): number
}

export class Crash extends Error {
  override readonly name = 'Crash'
}

/** Only calls on collections count: what a document's life consists of. */
export function failingStore(): Failing {
  let [count, failAt, when]: [number, number, 'before' | 'after'] = [0, 0, 'before']
  const guarded =
    (call: (...given: unknown[]) => Promise<unknown>) =>
    async (...given: unknown[]): Promise<unknown> => {
      count += 1
      const fails = count === failAt
      if (fails && when === 'before') throw new Crash('the store is away: canary-5417')
      const answer = await call(...given)
      if (fails) throw new Crash('the store is away: canary-5417')
      return answer
    }
  return {
    around: store => {
      const collection = (inner: object): object =>
        Object.fromEntries(Object.entries(inner).map(([name, call]) => [name, guarded(call)]))
      const entries = Object.entries(store).map(([name, inner]) =>
        typeof inner === 'function' ? [name, inner] : [name, collection(inner)],
      )
      return Object.fromEntries(entries) as Store
    },
    arm(at, moment = 'before') {
      count = 0
      failAt = at
      when = moment
    },
    calls: () => count,
  }
}
