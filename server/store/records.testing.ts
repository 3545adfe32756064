/** Documents for tests: whole, of the newest shape, with an id of their own each time. */
import type { CardJson } from '#shared/contract/account.ts'
import { blobId, makeId, randomBytes, sessionId, slotId, tokenId, transferId, userId } from '#shared/contract/ids.ts'
import type {
  AnswerRecord,
  AttemptRecord,
  ChangeRecord,
  MailRecord,
  RegistrationRecord,
  SessionRecord,
  SlotRecord,
  TicketRecord,
  TokenRecord,
  TransferRecord,
  UserRecord,
} from './records.ts'

export const newUserId = () => makeId(userId, randomBytes)
export const newTransferId = () => makeId(transferId, randomBytes)
export const newSlotId = () => makeId(slotId, randomBytes)
export const newBlobId = () => makeId(blobId, randomBytes)
/** Where a test needs text that nobody else has. */
export const unique = (): string => newUserId()

const kdf = { salt: 'AAAAAAAAAAAAAAAAAAAAAA', m: 65_536, t: 3, p: 1 }

export function makeCard(seq: number): CardJson {
  const point = 'A'.repeat(160)
  return {
    format: 'datacrypt-card/1',
    sign: point,
    enc: point,
    seq,
    created: 1,
    prev: 'A'.repeat(43),
    sig: 'A'.repeat(128),
  }
}

export function makeUser(changes: Partial<UserRecord> = {}): UserRecord {
  const email = `${unique().toLowerCase()}@example.org`
  return {
    version: 1,
    userId: newUserId(),
    name: 'Bảo',
    email,
    loginHash: '$2b$10$x',
    kdf,
    createdAt: 1000,
    ...changes,
  }
}

export function makeRegistration(changes: Partial<RegistrationRecord> = {}): RegistrationRecord {
  const words = { name: 'Ada', email: 'ada@example.org', loginHash: 'h', codeHash: null }
  return { version: 1, idHash: unique(), ...words, kdf, tries: 0, codesSent: 1, expiresAt: 1000, ...changes }
}

export function makeSession(changes: Partial<SessionRecord> = {}): SessionRecord {
  const ids = { idHash: unique(), sessionId: makeId(sessionId, randomBytes), userId: newUserId() }
  const device = { browser: 'Firefox', system: 'Linux', installed: false }
  const times = { createdAt: 1000, lastUsedAt: 1000, confirmedAt: 1000, expiresAt: 2000 }
  const place = { kind: 'country', country: 'NO' } as const
  return { version: 1, ...ids, kind: 'app', scope: 'full', device, place, ...times, ...changes }
}

export type LoginAttempt = Extract<AttemptRecord, { kind: 'login' }>

export function makeAttempt(changes: Partial<LoginAttempt> = {}): LoginAttempt {
  const code = { codeHash: 'h', tries: 0, codesSent: 1, challenge: null }
  const base = { version: 1, idHash: unique(), userId: newUserId(), expiresAt: 1000 }
  return { ...base, ...code, kind: 'login', ways: ['mail'], session: 'app', ...changes }
}

export function makeToken(changes: Partial<TokenRecord> = {}): TokenRecord {
  const ids = { idHash: unique(), tokenId: makeId(tokenId, randomBytes), userId: newUserId() }
  const times = { createdAt: 1000, expiresAt: 2000, lastUsedAt: null }
  return { version: 1, ...ids, name: 'Backup', scopes: ['transfers:read'], ...times, ...changes }
}

const transferBase = () => ({
  version: 1,
  transferId: newTransferId(),
  sender: newUserId(),
  recipients: [newUserId()],
  blobId: newBlobId(),
  uploadId: unique(),
  length: 5_000_000_000,
  partSize: 8 * 1024 * 1024,
  life: 1000,
  downloads: null,
  createdAt: 1000,
  pending: [],
})

const finished = { completedAt: 1500, envelope: '{"a":1}', senderStanza: '{}', hiddenFromSender: false }

export type Uploading = Extract<TransferRecord, { state: 'uploading' }>
export type Ready = Extract<TransferRecord, { state: 'ready' }>

export function makeUploading(changes: Partial<Uploading> = {}): Uploading {
  return { ...transferBase(), state: 'uploading', sweepAt: 3000, ...changes }
}

export function makeReady(changes: Partial<Ready> = {}): Ready {
  return { ...transferBase(), ...finished, state: 'ready', expiresAt: 2500, ...changes }
}

export function makeRevoked(blobGone: boolean): TransferRecord {
  return { ...makeReady(), state: 'revoked', revokedAt: 1800, blobGone }
}

export function makeExpired(blobGone: boolean): TransferRecord {
  return { ...makeReady(), state: 'expired', blobGone }
}

export function makeAborted(blobGone: boolean): TransferRecord {
  return { ...transferBase(), state: 'aborted', blobGone }
}

export function makeSlot(changes: Partial<SlotRecord> = {}): SlotRecord {
  const ids = { slotId: newSlotId(), transferId: newTransferId(), owner: newUserId(), sender: newUserId() }
  const fresh = { limit: 3, leases: [], revokedAt: null, deletedAt: null, receipt: null, pending: [] }
  return { version: 1, ...ids, stanza: '{}', createdAt: 1000, expiresAt: 2000, ...fresh, ...changes }
}

export function makeChange(changes: Partial<ChangeRecord> = {}): ChangeRecord {
  const subject = { kind: 'inbox', slotId: newSlotId() } as const
  return { userId: newUserId(), seq: 1, changeId: unique(), subject, ...changes }
}

export function makeMail(changes: Partial<MailRecord> = {}): MailRecord {
  const letter = { kind: 'known-address', to: 'ada@example.org' } as const
  return { version: 1, mailId: unique(), letter, tries: 0, nextAt: 1000, queuedAt: 900, ...changes }
}

export function makeTicket(changes: Partial<TicketRecord> = {}): TicketRecord {
  return { idHash: unique(), userId: newUserId(), sessionHash: unique(), expiresAt: 1000, ...changes }
}

export function makeAnswer(changes: Partial<AnswerRecord> = {}): AnswerRecord {
  return { userId: newUserId(), key: unique(), call: 'create:h', answer: '{"x":1}', keepUntil: 1000, ...changes }
}
