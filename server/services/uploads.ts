/** Sending: a transfer begins, its parts arrive, and with its envelope it becomes ready for its recipients. */
import { createHash } from 'node:crypto'
import {
  type BlobId,
  blobId as blobIdSchema,
  type SlotId,
  slotId as slotIdSchema,
  type TransferId,
  transferId as transferIdSchema,
  type UserId,
} from '#shared/contract/ids.ts'
import { transferLimits } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { CompleteInput, Created, CreateInput, Grant, Part, UploadState } from '#shared/contract/transfer.ts'
import { verifyCard } from '#shared/crypto/identity.ts'
import { encodeBase64 } from '#shared/format/base64.ts'
import { type Envelope, encodeEnvelope, parseEnvelope } from '#shared/format/envelope.ts'
import { stanzaJson } from '#shared/format/stanza.ts'
import type { PendingChange, SlotRecord, TransferRecord } from '../store/records.ts'
import { budgets } from './budgets.ts'
import { changeDocument } from './change.ts'
import type { Changes } from './changes.ts'
import type { Ground } from './ground.ts'
import type { Mailouts } from './mailouts.ts'
import { once } from './once.ts'
import type { Who } from './sessions.ts'

export interface Uploads {
  /** Throws `too-large`, `quota-full`, `unknown-address` (a recipient without keys), `only-yourself`. */
  create(who: Who, input: CreateInput): Promise<Created>
  /** Where to put these parts. Throws `not-found`, `part-refused`. */
  grants(who: Who, input: { transferId: TransferId; parts: readonly Part[] }): Promise<readonly Grant[]>
  /** What lies at the server: the single truth for going on. */
  state(who: Who, transferId: TransferId): Promise<UploadState>
  /** Makes the transfer ready; repeating it changes nothing. Throws `parts-missing`, `envelope-damaged`, `bad-request`. */
  complete(who: Who, input: CompleteInput): Promise<{ transferId: TransferId; expiresAt: number }>
  /** Forgets an unfinished upload. */
  abort(who: Who, transferId: TransferId): Promise<void>
}

type Uploading = TransferRecord & { state: 'uploading' }
type Ready = TransferRecord & { state: 'ready' }

export function makeUploads(ground: Ground, parts: { changes: Changes; mailouts: Mailouts }): Uploads {
  const own = async (who: Who, transferId: TransferId): Promise<TransferRecord> => {
    const transfer = await ground.store.transfers.get(transferId)
    if (transfer === null || transfer.sender !== who.userId) throw new Problem('not-found')
    return transfer
  }
  const ownUploading = async (who: Who, transferId: TransferId): Promise<Uploading> => {
    const transfer = await own(who, transferId)
    if (transfer.state !== 'uploading') throw new Problem('not-found')
    return transfer
  }
  return {
    create: (who, input) =>
      once(ground, { userId: who.userId, key: input.idempotencyKey, call: 'uploads.create', input }, () =>
        create(ground, who, input),
      ),

    async grants(who, input) {
      const transfer = await ownUploading(who, input.transferId)
      for (const part of input.parts) checkPart(transfer, part)
      return ground.blobs.grants(transfer, input.parts)
    },

    async state(who, transferId) {
      const transfer = await own(who, transferId)
      if (transfer.state === 'ready') return { state: 'ready', expiresAt: transfer.expiresAt }
      if (transfer.state !== 'uploading') return { state: 'gone' }
      const { partSize, length } = transfer
      return { state: 'uploading', partSize, length, parts: [...(await ground.blobs.parts(transfer))] }
    },

    complete: (who, input) =>
      once(ground, { userId: who.userId, key: input.idempotencyKey, call: 'uploads.complete', input }, async () => {
        const transfer = await own(who, input.transferId)
        const ready = transfer.state === 'uploading' ? await complete(ground, transfer, input) : transfer
        if (ready.state !== 'ready') throw new Problem('not-found')
        await parts.changes.flushTransfer(ready.transferId)
        await postLetters(ground, parts.mailouts, ready)
        return { transferId: ready.transferId, expiresAt: ready.expiresAt }
      }),

    async abort(who, transferId) {
      const transfer = await own(who, transferId)
      if (transfer.state !== 'uploading') return
      const aborted = await changeDocument(ground.store.transfers, transferId, (doc): TransferRecord | null =>
        doc.state === 'uploading' ? { ...doc, state: 'aborted', blobGone: false } : null,
      )
      if (aborted?.state === 'aborted') await ground.blobs.abort(transfer)
    },
  }
}

/** Ids follow from the key, so that a repeated call after a crash finds what the first one made. */
function idFrom<Id>(schema: { parse(text: unknown): Id }, ...parts: string[]): Id {
  return schema.parse(createHash('sha256').update(parts.join('\0')).digest().subarray(0, 16).toString('base64url'))
}

async function create(ground: Ground, who: Who, input: CreateInput): Promise<Created> {
  const { store, rules } = ground
  await ground.limits.spend(budgets.creates, who.userId)
  const recipients = [...new Set(input.recipients)].filter(userId => userId !== who.userId)
  if (recipients.length === 0) throw new Problem('only-yourself')
  if (input.length > rules.maxTransferBytes) throw new Problem('too-large', { data: { most: rules.maxTransferBytes } })
  if (input.life < rules.expiryMin || input.life > rules.expiryMax) throw new Problem('bad-request')
  await checkRecipients(ground, recipients)
  const transferId = idFrom(transferIdSchema, 'transfer', who.userId, input.idempotencyKey)
  const held = await store.transfers.get(transferId)
  if (held !== null) return { transferId, partSize: held.partSize }
  const used = await store.transfers.bytesOf(who.userId)
  if (used + input.length > rules.quotaBytes)
    throw new Problem('quota-full', { data: { free: rules.quotaBytes - used } })
  const blobId = idFrom<BlobId>(blobIdSchema, 'blob', transferId)
  const partSize = partSizeFor(input.length)
  const { uploadId } = await ground.blobs.create(blobId, { length: input.length, partSize })
  const now = ground.now()
  const inserted = await store.transfers.insert({
    version: 0,
    state: 'uploading',
    transferId,
    sender: who.userId,
    recipients,
    blobId,
    uploadId,
    length: input.length,
    partSize,
    life: input.life,
    downloads: input.downloads ?? null,
    createdAt: now,
    sweepAt: now + transferLimits.unfinishedLife,
    pending: [],
  })
  // Of the same call made twice at once the other one's upload stands. Calls made at once may pass the look above together.
  const tooMuch = inserted && (await store.transfers.bytesOf(who.userId)) > rules.quotaBytes
  if (tooMuch) await store.transfers.delete(transferId)
  if (tooMuch || !inserted) await ground.blobs.abort({ blobId, uploadId, length: input.length, partSize })
  if (tooMuch) throw new Problem('quota-full', { data: { free: Math.max(0, rules.quotaBytes - used) } })
  return { transferId, partSize }
}

async function checkRecipients(ground: Ground, recipients: readonly UserId[]): Promise<void> {
  const users = await ground.store.users.byIds(recipients)
  if (users.filter(user => user.keys !== undefined).length < recipients.length) throw new Problem('unknown-address')
}

/** 8 MiB, or as much more (whole MiB) as 10,000 parts need. */
export function partSizeFor(length: number): number {
  const mebibyte = 1024 * 1024
  return Math.max(transferLimits.partSize, Math.ceil(length / transferLimits.parts / mebibyte) * mebibyte)
}

function checkPart(transfer: Uploading, part: Part): void {
  const count = Math.ceil(transfer.length / transfer.partSize)
  const due = part.n === count ? transfer.length - (count - 1) * transfer.partSize : transfer.partSize
  if (part.n > count || part.length !== due) throw new Problem('part-refused', { data: { part: part.n } })
}

async function complete(ground: Ground, transfer: Uploading, input: CompleteInput): Promise<TransferRecord> {
  const envelope = await checkEnvelope(ground, transfer, input.envelope)
  const stanzas = stanzasByPerson(transfer, envelope, input)
  await ground.blobs.complete(transfer)
  const now = ground.now()
  const expiresAt = now + transfer.life
  for (const owner of transfer.recipients) {
    await putSlot(ground, newSlot(transfer, { owner, stanza: stanzas.get(owner) ?? '', now, expiresAt }))
  }
  const ready = await changeDocument(ground.store.transfers, transfer.transferId, doc =>
    doc.state === 'uploading'
      ? toReady(doc, { envelope, senderStanza: stanzas.get(doc.sender) ?? '', now, expiresAt })
      : null,
  )
  if (ready === null) throw new Problem('not-found')
  return ready
}

/** The server cannot read a transfer, but it can see that the envelope is of this sender and for these bytes. */
async function checkEnvelope(ground: Ground, transfer: Uploading, text: string): Promise<Envelope> {
  const envelope = parseEnvelope(new TextEncoder().encode(text))
  const sender = await ground.store.users.get(transfer.sender)
  const mine = sender?.keys?.card.sign === encodeBase64(envelope.sender.sign)
  if (!mine || !(await verifyCard(envelope.sender))) throw new Problem('sender-unproven')
  if (envelope.length !== transfer.length) throw new Problem('bad-request')
  return envelope
}

function stanzasByPerson(transfer: Uploading, envelope: Envelope, input: CompleteInput): Map<UserId, string> {
  const stanzas = new Map<UserId, string>()
  for (const { userId, index } of input.stanzas) {
    const stanza = envelope.stanzas[index]
    if (stanza?.type === 'p384') stanzas.set(userId, JSON.stringify(stanzaJson(stanza)))
  }
  const missing = [...transfer.recipients, transfer.sender].filter(userId => !stanzas.has(userId))
  if (missing.length > 0) throw new Problem('bad-request', { data: { stanzasMissing: missing.length } })
  return stanzas
}

interface SlotInput {
  readonly owner: UserId
  readonly stanza: string
  readonly now: number
  readonly expiresAt: number
}

function newSlot(transfer: Uploading, input: SlotInput): SlotRecord {
  return {
    version: 0,
    slotId: slotIdOf(transfer.transferId, input.owner),
    transferId: transfer.transferId,
    owner: input.owner,
    sender: transfer.sender,
    stanza: input.stanza,
    createdAt: input.now,
    expiresAt: input.expiresAt,
    limit: transfer.downloads,
    leases: [],
    revokedAt: null,
    deletedAt: null,
    receipt: null,
    pending: [],
  }
}

/** A slot that a call left behind before the transfer became ready is brought up to this call's envelope and time. */
async function putSlot({ store }: Ground, slot: SlotRecord): Promise<void> {
  if (await store.slots.insert(slot)) return
  const { stanza, createdAt, expiresAt } = slot
  await changeDocument(store.slots, slot.slotId, held =>
    held.stanza === stanza && held.expiresAt === expiresAt ? null : { ...held, stanza, createdAt, expiresAt },
  )
}

const slotIdOf = (transferId: TransferId, owner: UserId): SlotId => idFrom(slotIdSchema, 'slot', transferId, owner)

function toReady(
  doc: Uploading,
  done: { envelope: Envelope; senderStanza: string; now: number; expiresAt: number },
): Ready {
  const { sweepAt: _, ...rest } = doc
  return {
    ...rest,
    state: 'ready',
    completedAt: done.now,
    expiresAt: done.expiresAt,
    envelope: encodeEnvelope({ ...done.envelope, stanzas: [] }),
    senderStanza: done.senderStanza,
    hiddenFromSender: false,
    pending: [...doc.pending, ...readyChanges(doc)],
  }
}

function readyChanges(doc: Uploading): PendingChange[] {
  const { transferId } = doc
  const toSender: PendingChange = {
    changeId: `${transferId}.ready`,
    userId: doc.sender,
    subject: { kind: 'sent', transferId },
  }
  const toOwners = doc.recipients.map((userId): PendingChange => {
    const slotId = slotIdOf(transferId, userId)
    return { changeId: `${slotId}.ready`, userId, subject: { kind: 'inbox', slotId } }
  })
  return [toSender, ...toOwners]
}

async function postLetters(ground: Ground, mailouts: Mailouts, transfer: Ready): Promise<void> {
  const users = await ground.store.users.byIds([transfer.sender, ...transfer.recipients])
  const from = users.find(user => user.userId === transfer.sender)?.email ?? ''
  for (const user of users) {
    if (user.userId === transfer.sender) continue
    if (!(await mayMail(ground, transfer.sender, user.email))) continue
    const slotId = slotIdOf(transfer.transferId, user.userId)
    await mailouts.post(`new-${slotId}`, { kind: 'new-transfer', to: user.email, from, slotId })
  }
}

/** A transfer without its letter is still in the inbox; a mailbox is nobody's to flood (THREATS A28). */
async function mayMail(ground: Ground, sender: UserId, to: string): Promise<boolean> {
  try {
    await ground.limits.spend(budgets.lettersFromPair, `${sender} ${to}`)
    await ground.limits.spend(budgets.lettersToAddress, to)
    return true
  } catch (error) {
    if (error instanceof Problem && error.code === 'too-many-tries') return false
    throw error
  }
}
