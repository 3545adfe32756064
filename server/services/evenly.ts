/** Work whose length would tell something. */
import { setTimeout as pass } from 'node:timers/promises'

/**
 * Does `work`, and answers or fails no sooner than `milliseconds` after it began: longer than it ever takes, so that how
 * long it took does not show (THREATS T18).
 */
export async function evenly<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  const [outcome] = await Promise.allSettled([work(), pass(milliseconds)])
  if (outcome.status === 'rejected') throw outcome.reason
  return outcome.value
}
