/** The records as schemas: what a database hands back is parsed, since another version may have written it. */
import * as z from 'zod/mini'
import { cardJson, kdfParams, passwordWrap, sealedKeys, wrap } from '#shared/contract/account.ts'
import { factorWay } from '#shared/contract/factors.ts'
import { blobId, leaseId, sessionId, slotId, tokenId, transferId, userId } from '#shared/contract/ids.ts'
import { accountNotice, type Letter } from '#shared/contract/letter.ts'
import { tokenScope } from '#shared/contract/sessions.ts'
import { receiptJson } from '#shared/contract/transfer.ts'
import type {
  AnswerRecord,
  AttemptRecord,
  ChangeRecord,
  LeaseRecord,
  MailRecord,
  PendingChange,
  RegistrationRecord,
  SessionRecord,
  SlotRecord,
  TicketRecord,
  TokenRecord,
  TransferRecord,
  UserRecord,
} from './records.ts'

const whole = z.number().check(z.int())
const text = z.string()

const passkey = z.object({
  credentialId: text,
  publicKey: text,
  counter: whole,
  transports: z.array(text),
  name: text,
  createdAt: whole,
  lastUsedAt: z.nullable(whole),
})

const factors = z.object({
  app: z.exactOptional(z.object({ secretSealed: text, since: whole, lastCounter: whole })),
  appAwaited: z.exactOptional(z.object({ secretSealed: text, since: whole })),
  recoveryCodes: z.array(text),
  passkeys: z.array(passkey),
})

export const userRecord = z.object({
  version: whole,
  userId,
  name: text,
  email: text,
  loginHash: text,
  kdf: kdfParams,
  createdAt: whole,
  keys: z.exactOptional(z.object({ card: cardJson, sealed: sealedKeys, wraps: z.array(wrap) })),
  chain: z.exactOptional(whole),
  factors: z.exactOptional(factors),
  devices: z.exactOptional(z.array(z.object({ idHash: text, since: whole }))),
  news: z.exactOptional(z.object({ changeId: text })),
  leaving: z.exactOptional(z.object({ email: text })),
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

const place = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('this-machine') }),
  z.object({ kind: z.literal('local-network') }),
  z.object({ kind: z.literal('country'), country: text }),
  z.object({ kind: z.literal('unknown') }),
])

export const sessionRecord = z.object({
  version: whole,
  idHash: text,
  sessionId,
  userId,
  kind: z.enum(['app', 'api']),
  scope: z.enum(['full', 'recovery']),
  device: z.object({ browser: z.nullable(text), system: z.nullable(text), installed: z.boolean() }),
  place,
  createdAt: whole,
  lastUsedAt: whole,
  confirmedAt: whole,
  expiresAt: whole,
}) satisfies z.ZodMiniType<SessionRecord>

export const tokenRecord = z.object({
  version: whole,
  idHash: text,
  tokenId,
  userId,
  name: text,
  scopes: z.array(tokenScope),
  createdAt: whole,
  expiresAt: whole,
  lastUsedAt: z.nullable(whole),
}) satisfies z.ZodMiniType<TokenRecord>

const attempt = { version: whole, idHash: text, expiresAt: whole }
const coded = { codeHash: z.nullable(text), tries: whole, codesSent: whole }

export const attemptRecord = z.discriminatedUnion('kind', [
  z.object({
    ...attempt,
    ...coded,
    kind: z.literal('login'),
    userId,
    ways: z.array(factorWay),
    challenge: z.nullable(text),
    session: z.enum(['app', 'api']),
  }),
  z.object({
    ...attempt,
    ...coded,
    kind: z.literal('reset'),
    email: text,
    userId: z.nullable(userId),
    challenge: z.nullable(text),
  }),
  z.object({
    ...attempt,
    ...coded,
    kind: z.literal('address'),
    userId,
    email: text,
    loginHash: text,
    kdf: kdfParams,
    wrap: passwordWrap,
  }),
  z.object({ ...attempt, kind: z.literal('passkey'), userId, challenge: text }),
]) satisfies z.ZodMiniType<AttemptRecord>

const changeSubject = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('inbox'), slotId }),
  z.object({ kind: z.literal('sent'), transferId }),
  z.object({ kind: z.literal('card'), of: userId }),
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

const mailedCode = { to: text, code: text, minutes: whole }

const letter = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('code'), ...mailedCode }),
  z.object({ kind: z.literal('login-code'), ...mailedCode }),
  z.object({ kind: z.literal('reset-code'), ...mailedCode }),
  z.object({ kind: z.literal('address-code'), ...mailedCode }),
  z.object({ kind: z.literal('known-address'), to: text }),
  z.object({ kind: z.literal('unknown-address'), to: text }),
  z.object({ kind: z.literal('address-changed'), to: text, next: text }),
  z.object({ kind: z.literal('account-notice'), to: text, what: accountNotice }),
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
