/**
 * The change list: what each person can see, numbered without gaps. A document carries its changes until they are
 * listed; listing is repeatable and mended after a crash, so no transaction is needed.
 */
import type { SlotId, TransferId, UserId } from '#shared/contract/ids.ts'
import type { PendingChange, SlotRecord, TransferRecord } from '../store/records.ts'
import { changeDocument } from './change.ts'
import type { Ground } from './ground.ts'

/** Where a person's feed listens. */
export const changesTopic = (userId: UserId) => `changes.${userId}`

export interface Changes {
  /** Lists what a transfer carries, tells its readers, and lets the transfer forget it. */
  flushTransfer(transferId: TransferId): Promise<void>
  flushSlot(slotId: SlotId): Promise<void>
  /** Lists what a crash left behind; answers how many documents were mended. */
  mend(): Promise<number>
}

const mendPage = 200

export function makeChanges(ground: Ground): Changes {
  const { store } = ground
  const flush = async (doc: TransferRecord | SlotRecord | null, forget: (ids: Set<string>) => Promise<unknown>) => {
    if (doc === null || doc.pending.length === 0) return
    const told = new Set<UserId>()
    for (const change of doc.pending) {
      await list(ground, change)
      told.add(change.userId)
    }
    await forget(new Set(doc.pending.map(change => change.changeId)))
    for (const userId of told) await ground.bus.publish(changesTopic(userId), '')
  }
  const flushTransfer = async (transferId: TransferId) =>
    flush(await store.transfers.get(transferId), ids => changeDocument(store.transfers, transferId, without(ids)))
  const flushSlot = async (slotId: SlotId) =>
    flush(await store.slots.get(slotId), ids => changeDocument(store.slots, slotId, without(ids)))
  return {
    flushTransfer,
    flushSlot,
    async mend() {
      const transfers = await store.transfers.withPending(mendPage)
      for (const { transferId } of transfers) await flushTransfer(transferId)
      const slots = await store.slots.withPending(mendPage)
      for (const { slotId } of slots) await flushSlot(slotId)
      return transfers.length + slots.length
    },
  }
}

const without =
  (ids: Set<string>) =>
  <Doc extends { readonly pending: readonly PendingChange[] }>(doc: Doc): Doc => ({
    ...doc,
    pending: doc.pending.filter(change => !ids.has(change.changeId)),
  })

/** Takes the next free number; whoever was faster has it, and we take the one after. */
async function list(ground: Ground, change: PendingChange): Promise<void> {
  const { changes } = ground.store
  for (let seq = (await changes.head(change.userId)) + 1; ; seq += 1) {
    if ((await changes.insert({ ...change, seq })) !== 'taken') return
  }
}
