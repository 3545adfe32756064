/** Port: how often somebody may do something. */

/** A budget: `points` in `seconds`. `name` keeps budgets of different doors apart. */
export interface Budget {
  readonly name: string
  readonly points: number
  readonly seconds: number
}

/**
 * Waits that grow with failures in a row: none for the first `free` of them, then `first` seconds, twice as long after
 * each, `most` at most. After `stop` failures nothing is let through for `rest` seconds, and then it begins anew, as it
 * does after `rest` seconds without a try.
 */
export interface Ladder {
  readonly name: string
  readonly free: number
  readonly first: number
  readonly most: number
  readonly stop: number
  readonly rest: number
}

export interface Limits {
  /** Spends points of `key`'s budget; throws `too-many-tries` with `retryAfter` seconds where there are too few. */
  spend(budget: Budget, key: string, points?: number): Promise<void>
  /**
   * Spends a point of `key`'s budget on `member`, once in a window: what was paid for costs nothing until the window ends,
   * also where the budget is spent. Throws as {@link spend}.
   */
  spendOn(budget: Budget, key: string, member: string): Promise<void>
  /** Gives `key` its whole budget back; not one of {@link spendOn}. */
  reset(budget: Budget, key: string): Promise<void>
  /**
   * Counts a try as failed before it is made, so that parallel tries share one ladder; {@link forgive} takes it back.
   * Throws `too-many-tries` with `retryAfter` seconds, and counts nothing, while `key` has to wait.
   */
  climb(ladder: Ladder, key: string): Promise<void>
  /** The try went well: `key` has not failed at all. */
  forgive(ladder: Ladder, key: string): Promise<void>
}
