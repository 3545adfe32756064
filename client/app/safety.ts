/** How safe the open account is against loss, told from this device alone. */
import type { CryptoWorker } from '#client/crypto-worker/orders.ts'
import type { AccountRow } from '#client/db/schema.ts'
import { passkeyWrapsOf, recoveryWrapOf } from './key-bundle.ts'
import { type KeyNeed, keyUses } from './older-keys.ts'
import type { Safety, UnlockWays } from './safety-views.ts'

export function unlockWaysOf(row: AccountRow | undefined): UnlockWays {
  if (row === undefined) return { passkey: false, kit: false }
  return { passkey: passkeyWrapsOf(row.bundle).length > 0, kit: recoveryWrapOf(row.bundle) !== null }
}

export async function safetyOf(
  row: AccountRow,
  worker: Pick<CryptoWorker, 'olderKeys'>,
  use: { needs: readonly KeyNeed[]; now: number },
): Promise<Safety> {
  const { keys, deleteOlder } = await worker.olderKeys()
  const olderKeys = keyUses(keys, use.needs, use.now).map(({ kid: _, ...shown }) => shown)
  return { kit: kitOf(row), olderKeys, deleteOlder }
}

function kitOf(row: AccountRow): Safety['kit'] {
  const wrap = recoveryWrapOf(row.bundle)
  if (wrap === null) return { state: 'none' }
  const { madeAt, provenAt } = wrap
  if (provenAt !== null) return { state: 'proven', madeAt, provenAt }
  return { state: 'untried', madeAt, savedAt: row.kitSavedAt ?? null }
}
