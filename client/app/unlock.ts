/** Opening the keys that lie locked on this device: by the password, a passkey or the recovery key. */
import { ask } from '#client/api/trpc.ts'
import type { CryptoWorker, IdentityFacts } from '#client/crypto-worker/orders.ts'
import type { AccountRow } from '#client/db/schema.ts'
import type { KeyBundle } from '#shared/contract/account.ts'
import { Problem } from '#shared/contract/problems.ts'
import { takeServersBundle } from './arrival.ts'
import { passkeys } from './factor-proof.ts'
import type { Holder } from './holder.ts'
import { passkeyWrapsOf, passwordWrapOf } from './key-bundle.ts'
import type { LoginRoom } from './login.ts'
import { judgeOwn } from './own-card.ts'
import type { SafetyActions } from './safety-views.ts'
import type { App } from './views.ts'

type UnlockActions = Pick<App, 'unlock'> & Pick<SafetyActions, 'unlockWithPasskey' | 'unlockWithRecoveryKey'>

export function makeUnlocking(holder: Holder, login: Pick<LoginRoom, 'logInAgain'>): UnlockActions {
  return {
    async unlock(password) {
      const row = await holder.row()
      const worker = holder.candidate()
      const opened = await openWithPassword(holder, worker, { row, password })
      const online = await login.logInAgain(worker, opened.row, password).catch(() => 'logged-in' as const)
      await holder.open(worker, opened.row, opened.facts, { online })
    },

    async unlockWithPasskey() {
      const row = await settled(holder, await holder.row())
      const wraps = passkeyWrapsOf(row.bundle)
      if (wraps.length === 0) throw new Problem('passkey-unsupported')
      const { askPasskey } = await passkeys()
      const shown = await askPasskey(wraps)
      const worker = holder.candidate()
      const facts = await worker.unlockWithPasskey({ userId: row.userId, bundle: row.bundle, ...shown })
      await enter(holder, worker, { row, facts })
    },

    async unlockWithRecoveryKey(recoveryKey) {
      const row = await settled(holder, await holder.row())
      const worker = holder.candidate()
      const { userId, bundle } = row
      await enter(holder, worker, { row, facts: await worker.unlockWithRecoveryKey({ userId, bundle, recoveryKey }) })
    },
  }
}

interface Opened {
  readonly row: AccountRow
  readonly facts: IdentityFacts
}

async function enter(holder: Holder, worker: CryptoWorker, { row, facts }: Opened): Promise<void> {
  await keep(holder, worker, row)
  await holder.open(worker, row, facts)
}

/** Stores the bundle that was opened, where it is not the one that is stored. */
async function keep(holder: Holder, worker: CryptoWorker, row: AccountRow): Promise<void> {
  const held = await holder.row()
  if (held.bundle !== row.bundle && held.bundle.card.sig !== row.bundle.card.sig) {
    await takeServersBundle(holder, worker, { held, row })
  }
}

/**
 * After a crash in the middle of a renewal the server says which of the two bundles counts; while it cannot be asked,
 * the older one does.
 */
async function settled({ api }: Holder, row: AccountRow): Promise<AccountRow> {
  if (row.next?.reason !== 'renewal') return row
  const own = await ask(api.keys.own.query()).catch(() => null)
  const { next, kitSavedAt: _, ...rest } = row
  return own?.card.sig === next.bundle.card.sig ? { ...rest, bundle: next.bundle } : row
}

/** The held bundle, or the server's where the password was changed on another device and the session here still stands. */
export async function openWithPassword(
  holder: Holder,
  worker: CryptoWorker,
  { row: held, password }: { row: AccountRow; password: string },
): Promise<Opened> {
  const row = await settled(holder, held)
  const { userId, bundle } = row
  try {
    const facts = await worker.unlock({ userId, bundle, password })
    await keep(holder, worker, row)
    return { row, facts }
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'wrong-password')) throw error
    const elsewhere = await openServers(holder, worker, { row, password })
    if (elsewhere === null) throw error
    return elsewhere
  }
}

async function openServers(
  holder: Holder,
  worker: CryptoWorker,
  { row: held, password }: { row: AccountRow; password: string },
): Promise<Opened | null> {
  const own: KeyBundle | null = await ask(holder.api.keys.own.query()).catch(() => null)
  if (own === null || passwordWrapOf(own)?.sealed === passwordWrapOf(held.bundle)?.sealed) return null
  if ((await judgeOwn(worker, held.bundle, own)) === 'alarm') {
    await holder.change(row => ({ ...row, alarm: true }))
    return null
  }
  const facts = await worker.unlock({ userId: held.userId, bundle: own, password })
  const { next: _, alarm: __, ...rest } = held
  const row = { ...rest, bundle: own }
  await takeServersBundle(holder, worker, { held: await holder.row(), row })
  return { row, facts }
}
