/** How records look to the people who may see them. */
import type { Person } from '#shared/contract/contact.ts'
import type { UserId } from '#shared/contract/ids.ts'
import { leaseLimits } from '#shared/contract/limits.ts'
import type { InboxItem, SentItem, SentSlot } from '#shared/contract/transfer.ts'
import type { LeaseRecord, SlotRecord, TransferRecord } from '../store/records.ts'
import type { Store } from '../store/store.ts'

export type People = ReadonlyMap<UserId, Person>

/** Names and addresses for ids; somebody whose account is gone is left out. */
export async function readPeople(store: Store, ids: Iterable<UserId>): Promise<People> {
  const users = await store.users.byIds([...new Set(ids)])
  const here = users.filter(user => user.leaving === undefined)
  return new Map(here.map(({ userId, name, email }) => [userId, { userId, name, email }]))
}

const somebody = (people: People, userId: UserId): Person => people.get(userId) ?? { userId, name: '', email: '' }

/** A slot as its owner sees it; null for one whose transfer never became ready. */
export function inboxView(
  slot: SlotRecord,
  transfer: TransferRecord | null,
  view: { people: People; now: number },
): InboxItem | null {
  const { slotId, transferId, createdAt, expiresAt } = slot
  if (slot.deletedAt !== null) return { state: 'deleted', slotId }
  if (transfer === null) return { state: 'deleted', slotId }
  if (transfer.state === 'uploading' || transfer.state === 'aborted') return null
  const from = somebody(view.people, slot.sender)
  const downloadedAt = slot.receipt === null ? {} : { downloadedAt: slot.receipt.at }
  const seen = { slotId, transferId, from, length: transfer.length, createdAt, expiresAt, ...downloadedAt }
  const revokedAt = slot.revokedAt ?? (transfer.state === 'revoked' ? transfer.revokedAt : null)
  if (revokedAt !== null) return { state: 'revoked', ...seen, revokedAt }
  if (transfer.state === 'expired' || expiresAt <= view.now) return { state: 'expired', ...seen }
  return { state: 'ready', ...seen }
}

/** A transfer as its sender sees it; null while it is not complete. */
export function sentView(
  transfer: TransferRecord,
  slots: readonly SlotRecord[],
  view: { people: People; now: number },
): SentItem | null {
  const { transferId, length, createdAt } = transfer
  if (transfer.state === 'uploading' || transfer.state === 'aborted') return null
  if (transfer.hiddenFromSender) return { state: 'deleted', transferId }
  const order = new Map(transfer.recipients.map((userId, index) => [userId, index]))
  const sorted = [...slots].sort((a, b) => (order.get(a.owner) ?? 0) - (order.get(b.owner) ?? 0))
  const shown = { transferId, length, createdAt, expiresAt: transfer.expiresAt }
  const parts = { ...shown, slots: sorted.map(slot => slotView(slot, view)) }
  if (transfer.state === 'revoked') return { state: 'revoked', ...parts, revokedAt: transfer.revokedAt }
  if (transfer.state === 'expired' || transfer.expiresAt <= view.now) return { state: 'expired', ...parts }
  return { state: 'ready', ...parts }
}

function slotView(slot: SlotRecord, view: { people: People; now: number }): SentSlot {
  const { slotId } = slot
  const to = somebody(view.people, slot.owner)
  if (slot.receipt !== null)
    return { state: 'downloaded', slotId, to, at: slot.receipt.at, receipt: slot.receipt.receipt }
  if (slot.revokedAt !== null) return { state: 'revoked', slotId, to, at: slot.revokedAt }
  const open = openLease(slot, view.now)
  return open === null ? { state: 'waiting', slotId, to } : { state: 'downloading', slotId, to, since: open.takenAt }
}

/** The lease under which the owner may go on downloading, if there is one. */
export function openLease(slot: SlotRecord, now: number): LeaseRecord | null {
  return slot.leases.find(lease => lease.state === 'open' && leaseEnd(lease) > now) ?? null
}

/** A lease whose bytes were never asked for ends early. */
export function leaseEnd(lease: LeaseRecord): number {
  return lease.servedAt === null ? lease.takenAt + leaseLimits.idleLife : lease.endsAt
}

/** How many downloads of a slot's limit are spent or spoken for: verified, run out after bytes were served, or open. */
export function leasesCounted(slot: SlotRecord, now: number): number {
  return slot.leases.filter(lease => lease.state === 'verified' || lease.servedAt !== null || leaseEnd(lease) > now)
    .length
}
