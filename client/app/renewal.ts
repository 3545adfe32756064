/** Password or device stolen: a new account key, password, recovery kit and encryption key, under the same identity. */
import { ask } from '#client/api/trpc.ts'
import type { KdfParams } from '#shared/contract/account.ts'
import { Problem } from '#shared/contract/problems.ts'
import { newKey, refuseAlarmed } from './core.ts'
import type { Holder } from './holder.ts'
import { alone, dropNextWhere, type Keyring } from './keyring.ts'
import { checkPassword } from './registration.ts'
import { resealedPeople, resealRows, storeResealed } from './sealed-rows.ts'

export interface RenewalParts {
  readonly holder: Holder
  readonly keyring: Pick<Keyring, 'checkOwn'>
}

/**
 * Gives the new recovery key. Throws `conflict` (data `outbox`) while something waits to be sent: its row could not be
 * fetched anew after a crash. The keys stay as they are where it fails.
 */
export async function renewEverything(parts: RenewalParts, newPassword: string): Promise<string> {
  const { holder, keyring } = parts
  const row = await holder.row()
  const password = await checkPassword(newPassword, row.email)
  if ((await holder.db.outbox.count()) > 0) throw new Problem('conflict', { data: { reason: 'outbox' } })
  await keyring.checkOwn()
  await refuseAlarmed(holder)
  const kdf = await ask(holder.api.account.params.query({ email: row.email }))
  // Nothing may be sealed under the old account key while its rows are sealed anew.
  holder.pause()
  try {
    return await alone(holder, () => renew(parts, { password, kdf }))
  } finally {
    if (holder.openWorker() !== null) await holder.reopen()
  }
}

async function renew({ holder }: RenewalParts, typed: { password: string; kdf: KdfParams }): Promise<string> {
  const { api, db, now } = holder
  const worker = holder.worker()
  const { bundle, loginSecret, recoveryKey } = await worker.renewKeys({ ...typed, now: now() })
  const tables = await resealRows(db, cells => worker.resealCells(cells))
  await holder.change(row => ({ ...row, next: { bundle, reason: 'renewal', people: resealedPeople(tables) } }))
  const input = { idempotencyKey: newKey(), bundle, loginSecret, kdf: typed.kdf }
  await dropNextWhere(holder, () => askTwice(() => ask(api.keys.renew.mutate(input))))
  const facts = await worker.adoptRenewed()
  const { next: _, kitSavedAt: __, ...row } = await holder.row()
  const renewed = { ...row, bundle }
  await storeResealed(db, tables, renewed)
  holder.refresh(renewed, facts)
  holder.onReplaced()
  return recoveryKey
}

/**
 * An answer that was lost on the way comes at the second try: the call's key makes the two one. Whatever the second
 * says then, it is not known what became of the first.
 */
async function askTwice(call: () => Promise<unknown>): Promise<void> {
  try {
    await call()
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'network')) throw error
    await call().catch(() => {
      throw error
    })
  }
}
