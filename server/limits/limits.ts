/** Port: how often somebody may do something. */

/** A budget: `points` in `seconds`. `name` keeps budgets of different doors apart. */
export interface Budget {
  readonly name: string
  readonly points: number
  readonly seconds: number
}

export interface Limits {
  /** Spends points of `key`'s budget; throws `too-many-tries` with `retryAfter` seconds where there are too few. */
  spend(budget: Budget, key: string, points?: number): Promise<void>
  /** Gives `key` its whole budget back. */
  reset(budget: Budget, key: string): Promise<void>
}
