/** Sending: a transfer begins and its parts arrive; with its envelope it becomes ready (ready.ts). */
import {
  type BlobId,
  blobId as blobIdSchema,
  type TransferId,
  transferId as transferIdSchema,
  type UserId,
} from '#shared/contract/ids.ts'
import { transferLimits } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { CompleteInput, Created, CreateInput, Grant, Part, UploadState } from '#shared/contract/transfer.ts'
import type { TransferRecord } from '../store/records.ts'
import { budgets } from './budgets.ts'
import { changeDocument } from './change.ts'
import type { Changes } from './changes.ts'
import type { Ground } from './ground.ts'
import { idFrom } from './ids-from-keys.ts'
import type { Mailouts } from './mailouts.ts'
import { once } from './once.ts'
import { makeReady, postLetters, type Uploading } from './ready.ts'
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
        const ready = transfer.state === 'uploading' ? await makeReady(ground, transfer, input) : transfer
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
