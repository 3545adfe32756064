/**
 * What lies in IndexedDB: ids, times and states in clear, for indexes; everything else in one sealed cell a row.
 * Versions only ever go up; each keeps the code that brings an older one forward.
 */
import Dexie, { type Table } from 'dexie'
import type { KeyBundle } from '#shared/contract/account.ts'
import type { IdempotencyKey, SlotId, StoreEpoch, TransferId, UserId } from '#shared/contract/ids.ts'

/** A row's sealed part and the number of its last change, which its seal is bound to. */
export interface Celled {
  readonly cell: Uint8Array<ArrayBuffer>
  readonly version: number
}

/** A bundle that is kept here before the server hears of it; which of the two counts is what the server says. */
export interface NextBundle {
  readonly bundle: KeyBundle
  readonly reason: 'rotation' | 'renewal'
  /** Pins under the renewed account key; everything else can be fetched anew. */
  readonly people: readonly PersonRow[]
}

/** The account of this device. Name and address stand in clear: the unlock screen names them. */
export interface AccountRow {
  readonly id: 'me'
  readonly userId: UserId
  readonly name: string
  readonly email: string
  readonly fingerprint: string
  readonly bundle: KeyBundle
  /** Whether the card has been taken by the server: a card is kept here before it is published. */
  readonly published: boolean
  readonly publishKey: IdempotencyKey
  readonly next?: NextBundle
  /** When the recovery kit of the bundle was printed or saved. */
  readonly kitSavedAt?: number
  /** The server named another identity, or another chain, as this person's own. */
  readonly alarm?: true
}

/** A registration whose code is awaited. */
export interface RegistrationRow {
  readonly id: 'me'
  readonly registrationId: string
  readonly email: string
}

export interface PersonRow extends Celled {
  readonly userId: UserId
  readonly firstSeen: number
  readonly changed: boolean
}

export interface ReceivedRow extends Celled {
  readonly slotId: SlotId
  readonly sender: UserId
  readonly createdAt: number
  readonly expiresAt: number
  readonly length: number
  readonly state: 'ready' | 'expired' | 'revoked'
  readonly seen: boolean
  /** base64url of SHA-256(transcript), '' before the envelope was opened. */
  readonly transfer: string
}

export interface SentRow extends Celled {
  readonly transferId: TransferId
  readonly createdAt: number
  readonly expiresAt: number
  readonly length: number
  readonly state: 'ready' | 'expired' | 'revoked'
}

export interface OutboxRow extends Celled {
  readonly id: string
  readonly createdAt: number
  readonly state: 'sealing' | 'sealed' | 'failed'
  readonly paused: boolean
  readonly createKey: IdempotencyKey
  readonly completeKey: IdempotencyKey
  readonly transferId: TransferId | null
  readonly partSize: number
  readonly length: number
}

/** Where this device stands in the change list. */
export interface CursorRow {
  readonly id: 'me'
  readonly epoch: StoreEpoch | null
  readonly seq: number
  readonly levelAt: number
  readonly wentBack: boolean
}

export interface Database extends Dexie {
  account: Table<AccountRow, string>
  registration: Table<RegistrationRow, string>
  people: Table<PersonRow, string>
  received: Table<ReceivedRow, string>
  sent: Table<SentRow, string>
  outbox: Table<OutboxRow, string>
  cursor: Table<CursorRow, string>
}

/** Opens the device's database. `strict` durability: what was acknowledged survives a loss of power. */
export function openDatabase(name = 'datacrypt'): Database {
  const db = new Dexie(name, { chromeTransactionDurability: 'strict' }) as Database
  db.version(1).stores({
    account: 'id',
    registration: 'id',
    people: 'userId',
    received: 'slotId, createdAt, transfer',
    sent: 'transferId, createdAt',
    outbox: 'id, createdAt',
    cursor: 'id',
  })
  // Another tab brings a newer version: this one lets go of the database, so that it is not held up.
  db.on('versionchange', () => db.close())
  return db
}
