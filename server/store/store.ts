/**
 * Port: where documents live. Correctness rests on single-document compare-and-swap and unique keys alone, so that a
 * database without transactions serves as well. Adapters are proven by store.contract.ts.
 */

import type { CardJson } from '#shared/contract/account.ts'
import type { BlobId, SlotId, StoreEpoch, TokenId, TransferId, UserId } from '#shared/contract/ids.ts'
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
  Versioned,
} from './records.ts'

/** Documents of one kind that are changed in place. `insert` and `swap` say whether they took effect. */
export interface Documents<Key, Doc extends Versioned> {
  get(key: Key): Promise<Doc | null>
  /** False where the key, or another unique field, is taken. */
  insert(doc: Doc): Promise<boolean>
  /**
   * Replaces the document whose version is `doc.version`, storing `doc` with `version + 1`. False where it has moved on,
   * is gone, or where another document holds one of its unique fields.
   */
  swap(doc: Doc): Promise<boolean>
  delete(key: Key): Promise<void>
}

export interface Users extends Documents<UserId, UserRecord> {
  byEmail(email: string): Promise<UserRecord | null>
  byIds(ids: readonly UserId[]): Promise<readonly UserRecord[]>
  /** Those whose acquaintances are still to be told of a card, and those who are leaving. */
  withNews(limit: number): Promise<readonly UserRecord[]>
}

export interface Registrations extends Documents<string, RegistrationRecord> {
  /** Deletes those that ended before `now` (`expiresAt < now`); answers how many. */
  sweep(now: number): Promise<number>
}

/** What is begun and has to be finished within minutes. */
export interface Attempts extends Documents<string, AttemptRecord> {
  /** Deletes those that ended before `now` (`expiresAt < now`); answers how many. */
  sweep(now: number): Promise<number>
  deleteOfUser(userId: UserId): Promise<void>
}

export interface Sessions extends Documents<string, SessionRecord> {
  /** Oldest first. */
  ofUser(userId: UserId): Promise<readonly SessionRecord[]>
  deleteOfUser(userId: UserId): Promise<void>
  sweep(now: number): Promise<number>
}

export interface Tokens extends Documents<string, TokenRecord> {
  byTokenId(tokenId: TokenId): Promise<TokenRecord | null>
  /** Oldest first. */
  ofUser(userId: UserId): Promise<readonly TokenRecord[]>
  deleteOfUser(userId: UserId): Promise<void>
  sweep(now: number): Promise<number>
}

/** Every card that a person ever published; (userId, chain, seq) is unique. A chain is one identity's. */
export interface Cards {
  insert(userId: UserId, card: CardJson, chain: number): Promise<boolean>
  /** By chain, then by number. */
  ofUser(userId: UserId): Promise<readonly CardJson[]>
  deleteOfUser(userId: UserId): Promise<void>
}

export interface Transfers extends Documents<TransferId, TransferRecord> {
  byBlob(blobId: BlobId): Promise<TransferRecord | null>
  /** Every one that a person sent, oldest first. */
  ofSender(sender: UserId): Promise<readonly TransferRecord[]>
  /** Bytes that the person's uploading and ready transfers take. */
  bytesOf(sender: UserId): Promise<number>
  /** Ready ones whose `expiresAt`, and uploading ones whose `sweepAt`, is not after `now`; oldest first. */
  due(now: number, limit: number): Promise<readonly TransferRecord[]>
  /** Revoked, expired and aborted ones whose ciphertext is not known to be deleted. */
  withBlobToDelete(limit: number): Promise<readonly TransferRecord[]>
  /** Those that carry changes not listed yet. */
  withPending(limit: number): Promise<readonly TransferRecord[]>
}

export interface Slots extends Documents<SlotId, SlotRecord> {
  ofTransfer(transferId: TransferId): Promise<readonly SlotRecord[]>
  /** Every one that a person received, in any order. */
  ofOwner(owner: UserId): Promise<readonly SlotRecord[]>
  /** Everybody who ever sent to this person, or was sent to. */
  peersOf(userId: UserId): Promise<readonly UserId[]>
  withPending(limit: number): Promise<readonly SlotRecord[]>
}

export interface Changes {
  /** `taken`: another change has this number, take the next. `listed`: this change stands in the list already. */
  insert(change: ChangeRecord): Promise<'inserted' | 'taken' | 'listed'>
  head(userId: UserId): Promise<number>
  after(userId: UserId, seq: number, limit: number): Promise<readonly ChangeRecord[]>
  /** For a person who leaves. */
  deleteOfUser(userId: UserId): Promise<void>
}

export interface MailQueue extends Documents<string, MailRecord> {
  due(now: number, limit: number): Promise<readonly MailRecord[]>
  count(): Promise<number>
  /** Deletes every letter to this address, and those that name it as a sender. */
  deleteOfAddress(address: string): Promise<void>
}

export interface Tickets {
  insert(ticket: TicketRecord): Promise<boolean>
  /** Gives the ticket and removes it, at once: of two callers one gets null. */
  take(idHash: string): Promise<TicketRecord | null>
  sweep(now: number): Promise<number>
}

export interface Answers {
  get(userId: UserId, key: string): Promise<AnswerRecord | null>
  /** False where the key has an answer. */
  insert(answer: AnswerRecord): Promise<boolean>
  deleteOfUser(userId: UserId): Promise<void>
  sweep(now: number): Promise<number>
}

/**
 * Every method rejects with a `Problem`: `server-full` where the disk is, `unavailable` where the store is busy or away
 * (both may be tried again), `bad-request` where a key holds NUL or half a character, `internal` for a damaged document.
 */
export interface Store {
  /** This life of the store; the same until it is restored from a backup. */
  epoch(): Promise<StoreEpoch>
  readonly users: Users
  readonly registrations: Registrations
  readonly attempts: Attempts
  readonly sessions: Sessions
  readonly tokens: Tokens
  readonly cards: Cards
  readonly transfers: Transfers
  readonly slots: Slots
  readonly changes: Changes
  readonly mail: MailQueue
  readonly tickets: Tickets
  readonly answers: Answers
  /** Resolves where the store answers, rejects where it does not. */
  ping(): Promise<void>
  close(): Promise<void>
}
