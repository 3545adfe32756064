/** One's own card, as the server has it, against the one that is held here (THREATS A2, T2). */
import type { CryptoWorker } from '#client/crypto-worker/orders.ts'
import type { AccountRow } from '#client/db/schema.ts'
import type { KeyBundle } from '#shared/contract/account.ts'
import { Problem } from '#shared/contract/problems.ts'
import { mergeWraps, recoveryWrapOf } from './key-bundle.ts'

/**
 * `same`: what is held stands. `adopt`: the identity was rotated, here before a crash or on another device. `alarm`: the
 * server has another identity, another chain, or less than it had confirmed.
 */
export type OwnVerdict = 'same' | 'adopt' | 'alarm'

/** Judges the server's card by the held one; a card that is not even signed is an alarm. */
export async function judgeOwn(
  worker: Pick<CryptoWorker, 'judgeCard'>,
  held: Pick<KeyBundle, 'card'>,
  own: Pick<KeyBundle, 'card'>,
): Promise<OwnVerdict> {
  try {
    const verdict = await worker.judgeCard(held.card, own.card)
    if (verdict === 'same') return 'same'
    return verdict === 'rotation' ? 'adopt' : 'alarm'
  } catch (error) {
    if (error instanceof Problem && error.code !== 'internal') return 'alarm'
    throw error
  }
}

/**
 * The row after a look at the server's copy. What was stored before it was published (`next`) is of no use once the
 * server has said which card stands: its keys lie there too, sealed. `bundle` is what was opened and adopted.
 */
export function settledRow(row: AccountRow, settled: { verdict: OwnVerdict; own: KeyBundle }): AccountRow {
  if (settled.verdict === 'alarm') return { ...row, alarm: true }
  const { next: _, alarm: __, ...rest } = row
  const { card, keys } = settled.verdict === 'adopt' ? settled.own : row.bundle
  const bundle = mergeWraps({ ...row.bundle, card, keys }, settled.own)
  return forKit({ ...rest, bundle }, row)
}

/** A kit that another device made has not been printed by this one. */
function forKit(row: AccountRow, before: AccountRow): AccountRow {
  const same = recoveryWrapOf(row.bundle)?.sealed === recoveryWrapOf(before.bundle)?.sealed
  const { kitSavedAt: _, ...rest } = row
  return same ? row : rest
}
