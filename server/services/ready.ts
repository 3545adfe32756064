/** A transfer becomes ready: its envelope is looked at, each recipient gets a slot, both sides are told. */
import { type SlotId, slotId as slotIdSchema, type TransferId, type UserId } from '#shared/contract/ids.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { CompleteInput } from '#shared/contract/transfer.ts'
import { verifyCard } from '#shared/crypto/identity.ts'
import { encodeBase64 } from '#shared/format/base64.ts'
import { type Envelope, encodeEnvelope, parseEnvelope } from '#shared/format/envelope.ts'
import { stanzaJson } from '#shared/format/stanza.ts'
import type { PendingChange, SlotRecord, TransferRecord } from '../store/records.ts'
import { budgets } from './budgets.ts'
import { changeDocument } from './change.ts'
import type { Ground } from './ground.ts'
import { idFrom } from './ids-from-keys.ts'
import type { Mailouts } from './mailouts.ts'

export type Uploading = TransferRecord & { state: 'uploading' }
type Ready = TransferRecord & { state: 'ready' }

/** Stores the slots and makes the transfer ready; repeating it changes nothing. */
export async function makeReady(ground: Ground, transfer: Uploading, input: CompleteInput): Promise<TransferRecord> {
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

/** The id of the letter about a slot. */
export const letterOf = (slotId: SlotId) => `new-${slotId}`

/** Tells each recipient by mail, within the budgets of letters. */
export async function postLetters(ground: Ground, mailouts: Mailouts, transfer: Ready): Promise<void> {
  const users = await ground.store.users.byIds([transfer.sender, ...transfer.recipients])
  const from = users.find(user => user.userId === transfer.sender)?.email ?? ''
  for (const user of users) {
    if (user.userId === transfer.sender) continue
    const slotId = slotIdOf(transfer.transferId, user.userId)
    const mailId = letterOf(slotId)
    // A repeated completion posts nothing new, so that it costs nobody's budget.
    if ((await ground.store.mail.get(mailId)) !== null) continue
    if (!(await mayMail(ground, transfer.sender, user.email))) continue
    await mailouts.post(mailId, { kind: 'new-transfer', to: user.email, from, slotId })
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
