/** What an unlocked app stands on; made at unlocking, gone at locking. */
import type { Api } from '#client/api/trpc.ts'
import type { CryptoWorker } from '#client/crypto-worker/orders.ts'
import type { Database } from '#client/db/schema.ts'
import type { IdempotencyKey, UserId } from '#shared/contract/ids.ts'
import { idempotencyKey, makeId, randomBytes } from '#shared/contract/ids.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { Rows } from './rows.ts'
import type { Fault } from './views.ts'

export interface Core extends Rows {
  readonly db: Database
  readonly api: Api
  readonly worker: CryptoWorker
  readonly userId: UserId
  readonly now: () => number
  /** Aborted when the keys are locked. */
  readonly locked: AbortSignal
  /** One's own card is another one at the server. Rejects where it could not be looked at. */
  readonly onOwnCard: () => Promise<void>
}

export const newKey = (): IdempotencyKey => makeId(idempotencyKey, randomBytes)

/** Throws `own-identity-changed` while the server names another identity as one's own: nothing is sent then. */
export async function refuseAlarmed({ db }: Pick<Core, 'db'>): Promise<void> {
  const row = await db.account.get('me')
  if (row?.alarm === true) throw new Problem('own-identity-changed')
}

/** What a screen is told of a failure. */
export function faultOf(error: unknown): Fault {
  const problem = error instanceof Problem ? error : new Problem('internal', { cause: error })
  return problem.toJSON()
}

/** Whether a failure passes by itself once the server can be reached. */
export function isPassing(error: unknown): boolean {
  return error instanceof Problem && error.retry === 'later'
}
