/** Transfers and slots: inputs, answers and states. Sizes are bytes, times epoch milliseconds. */
import * as z from 'zod/mini'
import { base64UrlOf } from './account.ts'
import { person } from './contact.ts'
import { idempotencyKey, leaseId, slotId, transferId, userId } from './ids.ts'
import { transferLimits } from './limits.ts'

const size = z.number().check(z.int(), z.minimum(0), z.maximum(Number.MAX_SAFE_INTEGER))
const time = size

/** CRC-32 of a part (IEEE 802.3, as S3's x-amz-checksum-crc32), as an unsigned number. */
export const crc32 = z.number().check(z.int(), z.minimum(0), z.maximum(0xffff_ffff))

/** One upload unit, counted from 1. All parts are `partSize` long but the last. */
export const part = z.object({
  n: z.number().check(z.int(), z.minimum(1), z.maximum(transferLimits.parts)),
  length: size,
  crc32,
})
export type Part = z.infer<typeof part>

export const createInput = z.object({
  idempotencyKey,
  /** Bytes of the whole `.enc`; known before sealing starts, since sizes are arithmetic. */
  length: size.check(z.minimum(1)),
  recipients: z.array(userId).check(z.minLength(1), z.maxLength(transferLimits.recipients)),
  /** How long the server keeps it once it is complete. */
  life: z.number().check(z.int(), z.minimum(transferLimits.expiryMin), z.maximum(transferLimits.expiryMax)),
  /** Completed downloads that each recipient may have. */
  downloads: z.optional(z.number().check(z.int(), z.minimum(1), z.maximum(1000))),
})
export type CreateInput = z.infer<typeof createInput>

export const created = z.object({ transferId, partSize: size })
export type Created = z.infer<typeof created>

export const grantInput = z.object({
  transferId,
  parts: z.array(part).check(z.minLength(1), z.maxLength(transferLimits.grantsPerCall)),
})

/** Where to put a part: any HTTP store that takes a PUT. `url` may be relative to the API's origin. */
export const grant = z.object({ n: part.shape.n, url: z.string(), headers: z.record(z.string(), z.string()) })
export type Grant = z.infer<typeof grant>

/** Where to get ciphertext: a URL that answers ranged GETs until `expiresAt`. */
export const downloadGrant = z.object({ url: z.string(), headers: z.record(z.string(), z.string()), expiresAt: time })
export type DownloadGrant = z.infer<typeof downloadGrant>

/** The envelope as text, FORMAT.md's `.key`; shared/format parses it. */
export const envelopeText = z.string().check(z.minLength(1), z.maxLength(transferLimits.envelope))

export const completeInput = z.object({
  idempotencyKey,
  transferId,
  /** With all stanzas; the server hands each recipient only its own. */
  envelope: envelopeText,
  /** Which stanza (by place in the envelope) is whose; the sender's own too. */
  stanzas: z
    .array(z.object({ userId, index: z.number().check(z.int(), z.minimum(0), z.maximum(999)) }))
    .check(z.minLength(1), z.maxLength(transferLimits.recipients + 1)),
})
export type CompleteInput = z.infer<typeof completeInput>

export const transferInput = z.object({ transferId })
export const revokeInput = z.object({ transferId, slotId: z.optional(slotId) })
export const slotInput = z.object({ slotId })

/** A receipt as FORMAT.md writes it. */
export const receiptJson = z.object({
  format: z.literal('datacrypt-receipt/1'),
  transfer: base64UrlOf(32),
  sender: base64UrlOf(32),
  recipient: z.record(z.string(), z.unknown()),
  received: time,
  sig: base64UrlOf(96),
})
export type ReceiptJson = z.infer<typeof receiptJson>

export const receiptInput = z.object({ idempotencyKey, slotId, leaseId, receipt: receiptJson })

export const leaseInput = z.object({ idempotencyKey, slotId })
export const leased = z.object({ leaseId, expiresAt: time, length: size })
export type Leased = z.infer<typeof leased>
/** Asks for a fresh URL under a lease that is held. */
export const leaseGrantInput = z.object({ slotId, leaseId })

const receivedShape = {
  slotId,
  transferId,
  from: person,
  length: size,
  createdAt: time,
  expiresAt: time,
  downloadedAt: z.optional(time),
}

/** A slot as its owner's inbox shows it. */
export const inboxItem = z.discriminatedUnion('state', [
  z.object({ state: z.literal('ready'), ...receivedShape }),
  z.object({ state: z.literal('revoked'), ...receivedShape, revokedAt: time }),
  z.object({ state: z.literal('expired'), ...receivedShape }),
  z.object({ state: z.literal('deleted'), slotId }),
])
export type InboxItem = z.infer<typeof inboxItem>

/** One recipient's share as the sender's list shows it. */
export const sentSlot = z.discriminatedUnion('state', [
  z.object({ state: z.literal('waiting'), slotId, to: person }),
  z.object({ state: z.literal('downloading'), slotId, to: person, since: time }),
  z.object({ state: z.literal('downloaded'), slotId, to: person, at: time, receipt: receiptJson }),
  z.object({ state: z.literal('revoked'), slotId, to: person, at: time }),
])
export type SentSlot = z.infer<typeof sentSlot>

const sentShape = { transferId, length: size, createdAt: time, expiresAt: time, slots: z.array(sentSlot) }

/** A transfer as its sender's list shows it. */
export const sentItem = z.discriminatedUnion('state', [
  z.object({ state: z.literal('ready'), ...sentShape }),
  z.object({ state: z.literal('revoked'), ...sentShape, revokedAt: time }),
  z.object({ state: z.literal('expired'), ...sentShape }),
  z.object({ state: z.literal('deleted'), transferId }),
])
export type SentItem = z.infer<typeof sentItem>

/** What an open transfer's upload looks like to its sender. */
export const uploadState = z.discriminatedUnion('state', [
  z.object({ state: z.literal('uploading'), partSize: size, length: size, parts: z.array(part) }),
  z.object({ state: z.literal('ready'), expiresAt: time }),
  z.object({ state: z.literal('gone') }),
])
export type UploadState = z.infer<typeof uploadState>
