/** The records as schemas: what a database hands back is parsed, since another version may have written it. */
import * as z from 'zod/mini'
import { cardJson, kdfParams, sealedKeys, wrap } from '#shared/contract/account.ts'
import { blobId, leaseId, slotId, transferId, userId } from '#shared/contract/ids.ts'
import type { Letter } from '#shared/contract/letter.ts'
import { receiptJson } from '#shared/contract/transfer.ts'
import type {
  AnswerRecord,
  ChangeRecord,
  LeaseRecord,
  MailRecord,
  PendingChange,
  RegistrationRecord,
  SessionRecord,
  SlotRecord,
  TicketRecord,
  TransferRecord,
  UserRecord,
} from './records.ts'

const whole = z.number().check(z.int())
const text = z.string()

export const userRecord = z.object({
  version: whole,
  userId,
  name: text,
  email: text,
  loginHash: text,
  kdf: kdfParams,
  createdAt: whole,
  keys: z.exactOptional(z.object({ card: cardJson, sealed: sealedKeys, wraps: z.array(wrap) })),
}) satisfies z.ZodMiniType<UserRecord>

export const registrationRecord = z.object({
  version: whole,
  idHash: text,
  name: text,
  email: text,
  loginHash: text,
  kdf: kdfParams,
  codeHash: z.nullable(text),
  tries: whole,
  codesSent: whole,
  expiresAt: whole,
}) satisfies z.ZodMiniType<RegistrationRecord>

export const sessionRecord = z.object({
  idHash: text,
  userId,
  createdAt: whole,
  expiresAt: whole,
}) satisfies z.ZodMiniType<SessionRecord>

const changeSubject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('inbox'), slotId }),
  z.object({ kind: z.literal('sent'), transferId }),
])

const pendingChange = z.object({
  changeId: text,
  userId,
  subject: changeSubject,
}) satisfies z.ZodMiniType<PendingChange>

export const changeRecord = z.object({
  userId,
  seq: whole,
  changeId: text,
  subject: changeSubject,
}) satisfies z.ZodMiniType<ChangeRecord>

const transferBase = {
  version: whole,
  transferId,
  sender: userId,
  recipients: z.array(userId),
  blobId,
  uploadId: text,
  length: whole,
  partSize: whole,
  life: whole,
  downloads: z.nullable(whole),
  createdAt: whole,
  pending: z.array(pendingChange),
}

const finished = {
  ...transferBase,
  completedAt: whole,
  expiresAt: whole,
  envelope: text,
  senderStanza: text,
  hiddenFromSender: z.boolean(),
}

export const transferRecord = z.discriminatedUnion('state', [
  z.object({ ...transferBase, state: z.literal('uploading'), sweepAt: whole }),
  z.object({ ...finished, state: z.literal('ready') }),
  z.object({ ...finished, state: z.literal('revoked'), revokedAt: whole, blobGone: z.boolean() }),
  z.object({ ...finished, state: z.literal('expired'), blobGone: z.boolean() }),
  z.object({ ...transferBase, state: z.literal('aborted'), blobGone: z.boolean() }),
]) satisfies z.ZodMiniType<TransferRecord>

const leaseRecord = z.object({
  leaseId,
  takenAt: whole,
  endsAt: whole,
  servedAt: z.nullable(whole),
  state: z.enum(['open', 'verified', 'ended']),
}) satisfies z.ZodMiniType<LeaseRecord>

export const slotRecord = z.object({
  version: whole,
  slotId,
  transferId,
  owner: userId,
  sender: userId,
  stanza: text,
  createdAt: whole,
  expiresAt: whole,
  limit: z.nullable(whole),
  leases: z.array(leaseRecord),
  revokedAt: z.nullable(whole),
  deletedAt: z.nullable(whole),
  receipt: z.nullable(z.object({ at: whole, receipt: receiptJson })),
  pending: z.array(pendingChange),
}) satisfies z.ZodMiniType<SlotRecord>

const letter = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('code'), to: text, code: text, minutes: whole }),
  z.object({ kind: z.literal('known-address'), to: text }),
  z.object({ kind: z.literal('new-transfer'), to: text, from: text, slotId }),
]) satisfies z.ZodMiniType<Letter>

export const mailRecord = z.object({
  version: whole,
  mailId: text,
  letter,
  tries: whole,
  nextAt: whole,
  queuedAt: whole,
  acceptedAt: z.exactOptional(whole),
}) satisfies z.ZodMiniType<MailRecord>

export const ticketRecord = z.object({
  idHash: text,
  userId,
  sessionHash: text,
  expiresAt: whole,
}) satisfies z.ZodMiniType<TicketRecord>

export const answerRecord = z.object({
  userId,
  key: text,
  call: text,
  answer: text,
  keepUntil: whole,
}) satisfies z.ZodMiniType<AnswerRecord>
