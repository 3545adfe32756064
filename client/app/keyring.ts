/** The keys over time: the server's copy of one's own card, rotation, and older keys that nothing needs any more. */
import { ask } from '#client/api/trpc.ts'
import type { AccountRow } from '#client/db/schema.ts'
import type { KeyBundle, SealedKeys } from '#shared/contract/account.ts'
import { Problem } from '#shared/contract/problems.ts'
import { isPassing, newKey, refuseAlarmed } from './core.ts'
import type { Holder } from './holder.ts'
import { recoveryWrapOf } from './key-bundle.ts'
import { readNeeds } from './needs.ts'
import { type KeyNeed, keyUses, spentKeys } from './older-keys.ts'
import { judgeOwn, settledRow } from './own-card.ts'

export interface Keyring {
  /** Judges the server's copy of one's own card by the local one, and takes over what another device did. */
  checkOwn(): Promise<void>
  /** Another tab of this browser stored another bundle: this one takes it up. */
  adoptStored(): Promise<void>
  rotateKey(): Promise<void>
  setDeleteOlder(on: boolean): Promise<void>
  /** Deletes what nothing needs, where the person wants that. Call it when the lists are level with the server. */
  tidy(): Promise<void>
}

export interface KeyringParts {
  readonly holder: Holder
  /** The bundle of this device has changed: other tabs take it up. */
  readonly onChanged: () => void
  /** A renewal reached the server before a crash here: only the new password opens what counts now. */
  readonly onRenewed: () => void
}

export function makeKeyring(parts: KeyringParts): Keyring {
  const { holder } = parts
  return {
    checkOwn: () => alone(holder, () => checkOwn(parts)),
    adoptStored: () =>
      alone(holder, async () => {
        if (holder.openWorker() === null) return
        await takeUp(holder, await holder.row())
      }),
    rotateKey: () => alone(holder, () => rotate(parts)),
    setDeleteOlder: on => alone(holder, () => resealKeys(parts, { drop: [], deleteOlder: on })),
    async tidy() {
      const { keys, deleteOlder } = await holder.worker().olderKeys()
      const spent = (needs: readonly KeyNeed[]) => spentKeys(keyUses(keys, needs, holder.now()), holder.now())
      if (!deleteOlder || spent([]).length === 0) return
      const drop = spent(await readNeeds({ db: holder.db, cells: () => holder.worker() }))
      if (drop.length > 0) await alone(holder, () => resealKeys(parts, { drop, deleteOlder }))
    },
  }
}

/** One change of the keys at a time, over all tabs of this browser (Web Locks §2). */
export function alone<T>({ db }: Pick<Holder, 'db'>, work: () => Promise<T>): Promise<T> {
  return navigator.locks.request(`datacrypt-keys-${db.name}`, work) as Promise<T>
}

async function checkOwn({ holder, onChanged, onRenewed }: KeyringParts): Promise<void> {
  const { api } = holder
  const row = await holder.row()
  if (!row.published) return
  const own = await ask(api.keys.own.query())
  if (row.next?.reason === 'renewal' && row.next.bundle.card.sig === own.card.sig) return onRenewed()
  const verdict = await judgeOwn(holder.worker(), row.bundle, own)
  const settled = settledRow(row, { verdict, own })
  if (verdict === 'adopt') await adopt(holder, row, settled)
  else {
    const kept = verdict === 'same' ? await takeResealed(holder, settled, own.keys) : settled
    await holder.change(held => (held.bundle.card.sig === row.bundle.card.sig ? kept : held))
  }
  if (!sameBundle(row.bundle, settled.bundle)) onChanged()
  await tellProof(holder, settled, own)
}

/** Another device sealed the same keys anew, without those that it deleted. Where the server's copy is older, ours stays. */
async function takeResealed(holder: Holder, row: AccountRow, keys: SealedKeys): Promise<AccountRow> {
  if (keys.sealed === row.bundle.keys.sealed) return row
  const resealed = { ...row, bundle: { ...row.bundle, keys } }
  try {
    await takeUp(holder, resealed)
    return resealed
  } catch (error) {
    if (error instanceof Problem && error.code === 'card-refused') return row
    throw error
  }
}

/** Keys that do not open, under a card of one's own: nothing of it is taken. */
async function adopt(holder: Holder, row: AccountRow, settled: AccountRow): Promise<void> {
  try {
    await takeUp(holder, settled)
    await holder.change(() => settled)
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'card-refused')) throw error
    await holder.change(() => ({ ...row, alarm: true }))
  }
}

async function takeUp(holder: Holder, row: AccountRow): Promise<void> {
  holder.refresh(row, await holder.worker().adoptKeys({ bundle: row.bundle }))
}

const sameBundle = (a: KeyBundle, b: KeyBundle) => JSON.stringify(a) === JSON.stringify(b)

/** A drill that worked while the server was out of reach is told when it is back. */
async function tellProof({ api }: Holder, { bundle }: AccountRow, own: KeyBundle): Promise<void> {
  const [kit, known] = [recoveryWrapOf(bundle), recoveryWrapOf(own)]
  const untold = kit !== null && kit.provenAt !== null && known?.sealed === kit.sealed && known.provenAt === null
  if (untold) await ask(api.keys.proveRecovery.mutate({ sealed: kit.sealed }))
}

/** The next card is kept here before the server hears of it, so that a published key always has its owner. */
async function rotate(parts: KeyringParts): Promise<void> {
  const { holder, onChanged } = parts
  await checkOwn(parts)
  await refuseAlarmed(holder)
  const { card, keys } = await holder.worker().rotateKeys({ now: holder.now() })
  await holder.change(row => {
    const bundle = { ...row.bundle, card, keys }
    return { ...row, next: { bundle, reason: 'rotation', people: [] } }
  })
  await dropNextWhere(holder, () => ask(holder.api.keys.rotate.mutate({ idempotencyKey: newKey(), card, keys })))
  await takeOver(holder, held => ({ ...held, card, keys }))
  onChanged()
}

/** What the server refuses for good is forgotten; where its answer is missing, the next look at its card tells. */
export async function dropNextWhere(holder: Holder, publish: () => Promise<unknown>): Promise<void> {
  try {
    await publish()
  } catch (error) {
    if (!isPassing(error)) await holder.change(({ next: _, ...row }) => row)
    throw error
  }
}

async function takeOver(holder: Holder, next: (bundle: KeyBundle) => KeyBundle): Promise<void> {
  const row = await holder.change(({ next: _, ...held }) => ({ ...held, bundle: next(held.bundle) }))
  await takeUp(holder, row)
}

async function resealKeys(
  parts: KeyringParts,
  order: { drop: readonly string[]; deleteOlder: boolean },
): Promise<void> {
  const { holder, onChanged } = parts
  const reseal = async (): Promise<SealedKeys> => {
    await refuseAlarmed(holder)
    const row = await holder.row()
    const keys = await holder.worker().resealKeys(order)
    const signature = await holder.worker().signReseal(keys)
    const input = { idempotencyKey: newKey(), cardSig: row.bundle.card.sig, keys, signature }
    await ask(holder.api.keys.reseal.mutate(input))
    return keys
  }
  const keys = await reseal().catch(async error => {
    if (!(error instanceof Problem && error.code === 'conflict')) throw error
    // Another device has rotated meanwhile: its keys first, then these.
    await checkOwn(parts)
    return reseal()
  })
  await takeOver(holder, bundle => ({ ...bundle, keys }))
  onChanged()
}
