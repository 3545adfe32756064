/** Looking for a person takes as long where there is none (THREATS T18). */
import { setTimeout as pass } from 'node:timers/promises'
import type { UserRecord } from '../store/records.ts'
import type { Ground } from './ground.ts'

/** In milliseconds: longer than reading the largest record takes. */
const patience = 12

/** The person of an address, or null, after the same time: a record that is there has to be read, and that would show. */
export const findEvenly = (ground: Ground, email: string): Promise<UserRecord | null> =>
  evenly(patience, () => ground.store.users.byEmail(email))

/** Does `work`, and answers or fails no sooner than `milliseconds` after it began. */
async function evenly<T>(milliseconds: number, work: () => Promise<T>): Promise<T> {
  // The clock runs first: work that never waits would otherwise be done before it.
  const over = pass(milliseconds)
  const [outcome] = await Promise.allSettled([work(), over])
  if (outcome.status === 'rejected') throw outcome.reason
  return outcome.value
}
