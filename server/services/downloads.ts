/** Receiving: envelopes, leases, URLs, receipts; and taking back. */

import type { IdempotencyKey, LeaseId } from '#shared/contract/ids.ts'
import { leaseId as leaseIdSchema, makeId, type SlotId, type TransferId } from '#shared/contract/ids.ts'
import { leaseLimits } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { DownloadGrant, Leased, ReceiptJson } from '#shared/contract/transfer.ts'
import { identityHash } from '#shared/crypto/identity.ts'
import { checkReceipt } from '#shared/crypto/receipt.ts'
import { parseCard } from '#shared/format/card.ts'
import { parseEnvelope } from '#shared/format/envelope.ts'
import { parseReceipt } from '#shared/format/receipt.ts'
import type { LeaseRecord, PendingChange, SlotRecord, TransferRecord } from '../store/records.ts'
import { changeDocument } from './change.ts'
import type { Changes } from './changes.ts'
import type { Ground } from './ground.ts'
import { once } from './once.ts'
import type { Who } from './sessions.ts'
import { leasesCounted, openLease } from './views.ts'

type Live = TransferRecord & { state: 'ready' }

export interface Downloads {
  /** The envelope with the asker's own stanza alone: a recipient's by slot, the sender's by transfer. */
  envelopeOfSlot(who: Who, slotId: SlotId): Promise<string>
  envelopeOfTransfer(who: Who, transferId: TransferId): Promise<string>
  /** Takes a lease, or gives the one that is held. Throws `expired`, `revoked`, `limit-reached`. */
  lease(who: Who, input: { idempotencyKey: IdempotencyKey; slotId: SlotId }): Promise<Leased>
  /** A URL under a lease; it lives five minutes at most, and from now on the lease counts. */
  grant(who: Who, input: { slotId: SlotId; leaseId: LeaseId }): Promise<DownloadGrant>
  /** Takes the recipient's signed receipt; throws `receipt-invalid`. */
  receipt(who: Who, input: ReceiptOrder): Promise<void>
  /** Takes the whole transfer back, or one recipient's share. */
  revoke(who: Who, input: { transferId: TransferId; slotId?: SlotId | undefined }): Promise<void>
  removeReceived(who: Who, slotId: SlotId): Promise<void>
  removeSent(who: Who, transferId: TransferId): Promise<void>
}

export interface ReceiptOrder {
  readonly idempotencyKey: IdempotencyKey
  readonly slotId: SlotId
  readonly leaseId: LeaseId
  readonly receipt: ReceiptJson
}

export function makeDownloads(ground: Ground, parts: { changes: Changes }): Downloads {
  const { store } = ground

  const ownSlot = async (who: Who, slotId: SlotId): Promise<SlotRecord> => {
    const slot = await store.slots.get(slotId)
    if (slot === null || slot.owner !== who.userId || slot.deletedAt !== null) throw new Problem('not-found')
    return slot
  }
  const sentTransfer = async (who: Who, transferId: TransferId): Promise<TransferRecord> => {
    const transfer = await store.transfers.get(transferId)
    if (transfer === null || transfer.sender !== who.userId) throw new Problem('not-found')
    return transfer
  }
  /** What a slot opens, while it may be opened. */
  const liveTransfer = async (slot: SlotRecord): Promise<Live> => {
    const transfer = await store.transfers.get(slot.transferId)
    if (transfer === null) throw new Problem('not-found')
    if (slot.revokedAt !== null || transfer.state === 'revoked') throw new Problem('revoked')
    if (transfer.state === 'expired' || slot.expiresAt <= ground.now()) {
      throw new Problem('expired', { data: { at: slot.expiresAt } })
    }
    if (transfer.state !== 'ready') throw new Problem('not-found')
    return transfer
  }
  const changeSlot = async (slotId: SlotId, next: (slot: SlotRecord) => SlotRecord | null) => {
    const slot = await changeDocument(store.slots, slotId, next)
    await parts.changes.flushSlot(slotId)
    return slot
  }

  return {
    async envelopeOfSlot(who, slotId) {
      const slot = await ownSlot(who, slotId)
      return joinStanza((await liveTransfer(slot)).envelope, slot.stanza)
    },

    async envelopeOfTransfer(who, transferId) {
      const transfer = await sentTransfer(who, transferId)
      if (transfer.state === 'uploading' || transfer.state === 'aborted') throw new Problem('not-found')
      return joinStanza(transfer.envelope, transfer.senderStanza)
    },

    lease: (who, input) =>
      once(ground, { userId: who.userId, key: input.idempotencyKey, call: 'downloads.lease', input }, async () => {
        const transfer = await liveTransfer(await ownSlot(who, input.slotId))
        const now = ground.now()
        const leaseId = makeId(leaseIdSchema, ground.random)
        const slot = await changeSlot(input.slotId, doc => withLease(doc, { leaseId, now }))
        const lease = slot === null ? null : openLease(slot, now)
        if (lease === null) throw new Problem('limit-reached')
        return { leaseId: lease.leaseId, expiresAt: lease.endsAt, length: transfer.length }
      }),

    async grant(who, input) {
      const slot = await ownSlot(who, input.slotId)
      const transfer = await liveTransfer(slot)
      const now = ground.now()
      if (!hasOpenLease(slot, input.leaseId, now)) throw new Problem('not-found')
      await changeSlot(input.slotId, doc => markServed(doc, input.leaseId, now))
      const expiresAt = Math.min(now + leaseLimits.urlLife, slot.expiresAt)
      return ground.blobs.downloadGrant(transfer.blobId, { expiresAt })
    },

    receipt: (who, input) =>
      once(ground, { userId: who.userId, key: input.idempotencyKey, call: 'downloads.receipt', input }, async () => {
        const slot = await ownSlot(who, input.slotId)
        if (!slot.leases.some(lease => lease.leaseId === input.leaseId)) throw new Problem('not-found')
        await verifyReceipt(ground, slot, input.receipt)
        await changeSlot(input.slotId, doc => withReceipt(doc, input, ground.now()))
        return null
      }).then(() => undefined),

    async revoke(who, input) {
      const transfer = await sentTransfer(who, input.transferId)
      if (input.slotId === undefined) return revokeAll(ground, parts.changes, transfer)
      const slot = await store.slots.get(input.slotId)
      if (slot === null || slot.transferId !== transfer.transferId) throw new Problem('not-found')
      await changeSlot(slot.slotId, doc =>
        doc.revokedAt === null ? { ...doc, revokedAt: ground.now(), pending: tellBoth(doc, 'revoked') } : null,
      )
    },

    async removeReceived(who, slotId) {
      await ownSlot(who, slotId)
      await changeSlot(slotId, doc => ({ ...doc, deletedAt: ground.now(), pending: tellBoth(doc, 'deleted') }))
    },

    async removeSent(who, transferId) {
      await sentTransfer(who, transferId)
      await changeDocument(store.transfers, transferId, doc =>
        doc.state === 'uploading' || doc.state === 'aborted'
          ? null
          : { ...doc, hiddenFromSender: true, pending: [...doc.pending, tellSender(doc, 'deleted')] },
      )
      await parts.changes.flushTransfer(transferId)
    },
  }
}

/** Both are our own JSON: the envelope was stored with an empty list of stanzas, at its end. */
function joinStanza(envelope: string, stanza: string): string {
  return envelope.replace(/"recipients":\[\]\}$/, `"recipients":[${stanza}]}`)
}

const hasOpenLease = (slot: SlotRecord, leaseId: LeaseId, now: number) => openLease(slot, now)?.leaseId === leaseId

/** One lease at a time: whoever holds one resumes under it. Null leaves the slot as it is. */
function withLease(slot: SlotRecord, ask: { leaseId: LeaseId; now: number }): SlotRecord | null {
  if (openLease(slot, ask.now) !== null) return null
  if (slot.limit !== null && leasesCounted(slot, ask.now) >= slot.limit) return null
  const lease: LeaseRecord = {
    leaseId: ask.leaseId,
    takenAt: ask.now,
    endsAt: ask.now + leaseLimits.life,
    servedAt: null,
    state: 'open',
  }
  return { ...slot, leases: [...slot.leases, lease], pending: tellBoth(slot, `lease.${ask.leaseId}`) }
}

function changeLease(slot: SlotRecord, leaseId: LeaseId, change: Partial<LeaseRecord>): readonly LeaseRecord[] {
  return slot.leases.map(lease => (lease.leaseId === leaseId ? { ...lease, ...change } : lease))
}

function markServed(slot: SlotRecord, leaseId: LeaseId, now: number): SlotRecord | null {
  const lease = slot.leases.find(held => held.leaseId === leaseId)
  if (lease === undefined || lease.servedAt !== null) return null
  return { ...slot, leases: changeLease(slot, leaseId, { servedAt: now }) }
}

function withReceipt(slot: SlotRecord, input: ReceiptOrder, now: number): SlotRecord {
  const leases = changeLease(slot, input.leaseId, { state: 'verified' })
  const receipt = slot.receipt ?? { at: now, receipt: input.receipt }
  return { ...slot, leases, receipt, pending: tellBoth(slot, `receipt.${input.leaseId}`) }
}

async function verifyReceipt(ground: Ground, slot: SlotRecord, json: ReceiptJson): Promise<void> {
  const [transfer, owner] = [
    await ground.store.transfers.get(slot.transferId),
    await ground.store.users.get(slot.owner),
  ]
  // Of a sender who is gone there is no envelope left.
  const envelopeText = transfer !== null && 'envelope' in transfer ? transfer.envelope : ''
  if (envelopeText === '' || owner?.keys === undefined) throw new Problem('not-found')
  const encoder = new TextEncoder()
  const receipt = parseReceipt(encoder.encode(JSON.stringify(json)))
  const envelope = parseEnvelope(encoder.encode(joinStanza(envelopeText, slot.stanza)))
  await checkReceipt(receipt, envelope, { recipient: await identityHash(parseCard(owner.keys.card)) })
}

async function revokeAll(ground: Ground, changes: Changes, transfer: TransferRecord): Promise<void> {
  const slots = await ground.store.slots.ofTransfer(transfer.transferId)
  const revoked = await changeDocument(ground.store.transfers, transfer.transferId, (doc): TransferRecord | null => {
    if (doc.state !== 'ready') return null
    const pending = [...doc.pending, tellSender(doc, 'revoked'), ...slots.map(slot => tellOwner(slot, 'revoked'))]
    return { ...doc, state: 'revoked', revokedAt: ground.now(), blobGone: false, pending }
  })
  await changes.flushTransfer(transfer.transferId)
  if (revoked?.state === 'revoked') await deleteBlob(ground, revoked)
}

/** Deletes the ciphertext of a transfer that has ended, then notes it; a crash between the two repeats a deletion. */
export async function deleteBlob(ground: Ground, transfer: TransferRecord): Promise<void> {
  if (transfer.state === 'aborted') await ground.blobs.abort(transfer)
  await ground.blobs.delete(transfer.blobId)
  await changeDocument(ground.store.transfers, transfer.transferId, doc =>
    'blobGone' in doc ? { ...doc, blobGone: true } : null,
  )
}

/** Change ids name the event, so that a repeated call is listed once. */
export const tellOwner = (slot: SlotRecord, event: string): PendingChange => ({
  changeId: `${slot.slotId}.${event}`,
  userId: slot.owner,
  subject: { kind: 'inbox', slotId: slot.slotId },
})

export const tellSender = (
  of: { transferId: TransferId; sender: PendingChange['userId'] },
  event: string,
): PendingChange => ({
  changeId: `${of.transferId}.${event}`,
  userId: of.sender,
  subject: { kind: 'sent', transferId: of.transferId },
})

const tellBoth = (slot: SlotRecord, event: string): readonly PendingChange[] => [
  ...slot.pending,
  tellOwner(slot, event),
  tellSender(slot, `${slot.slotId}.${event}`),
]
