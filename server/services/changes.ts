/**
 * The change list: what each person can see, numbered without gaps. A document carries its changes until they are
 * listed; listing is repeatable and mended after a crash, so no transaction is needed.
 */
import type { SlotId, TransferId, UserId } from '#shared/contract/ids.ts'
import type { PendingChange, SlotRecord, TransferRecord, UserRecord } from '../store/records.ts'
import { changeDocument } from './change.ts'
import type { Ground } from './ground.ts'

/** Where a person's feed listens. */
export const changesTopic = (userId: UserId) => `changes.${userId}`

export interface Changes {
  /** Lists what a transfer carries, tells its readers, and lets the transfer forget it. */
  flushTransfer(transferId: TransferId): Promise<void>
  flushSlot(slotId: SlotId): Promise<void>
  /**
   * Keeps a person's new card and tells everybody who ever sent to them or was sent to, and their own devices; once for
   * each card. Nothing where its owner's record carries no news.
   */
  flushCard(userId: UserId): Promise<void>
  /** Lists what a crash left behind; answers how many documents were mended. */
  mend(): Promise<number>
}

const mendPage = 200

export function makeChanges(ground: Ground): Changes {
  const { store } = ground
  const flush = async (doc: TransferRecord | SlotRecord | null, forget: (ids: Set<string>) => Promise<unknown>) => {
    if (doc === null || doc.pending.length === 0) return
    const told = await stillHere(
      ground,
      doc.pending.map(change => change.userId),
    )
    for (const change of doc.pending) if (told.has(change.userId)) await list(ground, change)
    await forget(new Set(doc.pending.map(change => change.changeId)))
    for (const userId of told) await ground.bus.publish(changesTopic(userId), '')
  }
  const flushTransfer = async (transferId: TransferId) =>
    flush(await store.transfers.get(transferId), ids => changeDocument(store.transfers, transferId, without(ids)))
  const flushSlot = async (slotId: SlotId) =>
    flush(await store.slots.get(slotId), ids => changeDocument(store.slots, slotId, without(ids)))
  const flushCard = async (userId: UserId) => {
    const user = await store.users.get(userId)
    if (user?.news === undefined || user.keys === undefined) return
    const { changeId } = user.news
    await store.cards.insert(userId, user.keys.card, user.chain ?? 0)
    const told = await stillHere(ground, [userId, ...(await store.slots.peersOf(userId))])
    for (const reader of told) await list(ground, { changeId, userId: reader, subject: { kind: 'card', of: userId } })
    await changeDocument(store.users, userId, doc => (doc.news?.changeId === changeId ? withoutNews(doc) : null))
    for (const reader of told) await ground.bus.publish(changesTopic(reader), '')
  }
  return {
    flushTransfer,
    flushSlot,
    flushCard,
    async mend() {
      const transfers = await store.transfers.withPending(mendPage)
      for (const { transferId } of transfers) await flushTransfer(transferId)
      const slots = await store.slots.withPending(mendPage)
      for (const { slotId } of slots) await flushSlot(slotId)
      const people = await store.users.withNews(mendPage)
      for (const { userId } of people) await flushCard(userId)
      return transfers.length + slots.length + people.length
    },
  }
}

const without =
  (ids: Set<string>) =>
  <Doc extends { readonly pending: readonly PendingChange[] }>(doc: Doc): Doc => ({
    ...doc,
    pending: doc.pending.filter(change => !ids.has(change.changeId)),
  })

function withoutNews(user: UserRecord): UserRecord {
  const { news: _, ...rest } = user
  return rest
}

/** Who of these has an account: nobody reads the list of somebody who is gone. */
async function stillHere({ store }: Ground, ids: readonly UserId[]): Promise<Set<UserId>> {
  const users = await store.users.byIds([...new Set(ids)])
  return new Set(users.filter(user => user.leaving === undefined).map(user => user.userId))
}

/** Takes the next free number; whoever was faster has it, and we take the one after. */
async function list(ground: Ground, change: PendingChange): Promise<void> {
  const { changes } = ground.store
  for (let seq = (await changes.head(change.userId)) + 1; ; seq += 1) {
    if ((await changes.insert({ ...change, seq })) !== 'taken') return
  }
}
