/** The documents that a store keeps. Each change of one goes through its `version` (compare and swap). */
import type { CardJson, KdfParams, PasswordWrap, SealedKeys, Wrap } from '#shared/contract/account.ts'
import type { FactorWay } from '#shared/contract/factors.ts'
import type { BlobId, LeaseId, SessionId, SlotId, TokenId, TransferId, UserId } from '#shared/contract/ids.ts'
import type { Letter } from '#shared/contract/letter.ts'
import type { Place, TokenScope } from '#shared/contract/sessions.ts'
import type { ReceiptJson } from '#shared/contract/transfer.ts'

/** Every document that is changed after it was made carries the number of its last change. */
export interface Versioned {
  readonly version: number
}

/** A person whose address is verified. */
export interface UserRecord extends Versioned {
  readonly userId: UserId
  readonly name: string
  /** Normalised; unique. */
  readonly email: string
  /** bcrypt of the base64 login secret. */
  readonly loginHash: string
  readonly kdf: KdfParams
  readonly createdAt: number
  /** Absent until the browser has made and published an identity. */
  readonly keys?: { readonly card: CardJson; readonly sealed: SealedKeys; readonly wraps: readonly Wrap[] }
  /** Counts identities: 0 for the first, one more after each reset without a recovery key. Absent: 0. */
  readonly chain?: number
  readonly factors?: FactorsRecord
  /** Browsers that have passed a second factor, newest last. */
  readonly devices?: readonly KnownDevice[]
  /** The person's card is another one, and the people who know them are still to be told. */
  readonly news?: CardNews
  /** The account is being deleted: everything else of this record is empty, and `news` keeps it findable. */
  readonly leaving?: Leaving
}

/** Second factors that a person has set up. */
export interface FactorsRecord {
  readonly app?: AppRecord
  /** An authenticator app whose first code is awaited. */
  readonly appAwaited?: { readonly secretSealed: string; readonly since: number }
  /** Keyed hashes of those that are left. */
  readonly recoveryCodes: readonly string[]
  readonly passkeys: readonly PasskeyRecord[]
}

export interface AppRecord {
  /** The TOTP secret under the server's own key: a leaked table shows no code. */
  readonly secretSealed: string
  readonly since: number
  /** Counter of the last code that was taken; no code of it or before is taken again (RFC 6238 §5.2). */
  readonly lastCounter: number
}

export interface PasskeyRecord {
  /** Base64url, as the authenticator named it. */
  readonly credentialId: string
  /** COSE key, base64url. */
  readonly publicKey: string
  readonly counter: number
  readonly transports: readonly string[]
  readonly name: string
  readonly createdAt: number
  readonly lastUsedAt: number | null
}

export interface KnownDevice {
  /** SHA-256 of the cookie, base64url. */
  readonly idHash: string
  readonly since: number
}

/** What the rest of a deletion still needs to know. */
export interface Leaving {
  /** The address that was given up: letters to it and from it go, too. */
  readonly email: string
}

export interface CardNews {
  /** The same card is told of once. */
  readonly changeId: string
}

/** A registration whose code has been mailed and not typed yet. */
export interface RegistrationRecord extends Versioned {
  /** SHA-256 of the id that the browser holds, base64url. */
  readonly idHash: string
  readonly name: string
  readonly email: string
  readonly loginHash: string
  readonly kdf: KdfParams
  /** Keyed hash of the code; null where the address has an account already and no code can fit. */
  readonly codeHash: string | null
  readonly tries: number
  readonly codesSent: number
  readonly expiresAt: number
}

export interface SessionRecord extends Versioned {
  /** SHA-256 of the session id, base64url: a leaked table opens nothing. */
  readonly idHash: string
  /** How its person names it; opens nothing. */
  readonly sessionId: SessionId
  readonly userId: UserId
  readonly kind: 'app' | 'api'
  /** `recovery`: from a reset; it may only take the recovery wrap and end in a new password or identity. */
  readonly scope: 'full' | 'recovery'
  readonly device: { readonly browser: string | null; readonly system: string | null; readonly installed: boolean }
  readonly place: Place
  readonly createdAt: number
  readonly lastUsedAt: number
  /** When the password was last typed in it. */
  readonly confirmedAt: number
  readonly expiresAt: number
}

/** A named bearer for programs. */
export interface TokenRecord extends Versioned {
  readonly idHash: string
  readonly tokenId: TokenId
  readonly userId: UserId
  readonly name: string
  readonly scopes: readonly TokenScope[]
  readonly createdAt: number
  readonly expiresAt: number
  readonly lastUsedAt: number | null
}

interface Attempt extends Versioned {
  /** SHA-256 of what names it on the browser that began it, base64url. */
  readonly idHash: string
  readonly expiresAt: number
}

/** What every mailed code has: its keyed hash (null where none can fit), and how often it was tried. */
interface Coded {
  readonly codeHash: string | null
  readonly tries: number
  readonly codesSent: number
}

/** Something begun that another step has to finish within minutes. */
export type AttemptRecord =
  /** A login whose password was right. */
  | (Attempt &
      Coded & {
        readonly kind: 'login'
        readonly userId: UserId
        readonly ways: readonly FactorWay[]
        /** What a passkey was asked to sign, base64url. */
        readonly challenge: string | null
        readonly session: 'app' | 'api'
      })
  /** A reset; `userId` is null for an address without an account. */
  | (Attempt &
      Coded & {
        readonly kind: 'reset'
        readonly email: string
        readonly userId: UserId | null
        readonly challenge: string | null
      })
  /** A new address whose code is awaited. */
  | (Attempt &
      Coded & {
        readonly kind: 'address'
        readonly userId: UserId
        readonly email: string
        readonly loginHash: string
        readonly kdf: KdfParams
        readonly wrap: PasswordWrap
      })
  /** A passkey that is being made. */
  | (Attempt & { readonly kind: 'passkey'; readonly userId: UserId; readonly challenge: string })

export type AttemptKind = AttemptRecord['kind']

/** A change that its document carries until it stands in a person's list. */
export interface PendingChange {
  /** Unique; listing the same one twice changes nothing. */
  readonly changeId: string
  readonly userId: UserId
  readonly subject: ChangeSubject
}

/** What a change is about; the reader is given the subject as it stands when it asks. */
export type ChangeSubject =
  | { readonly kind: 'inbox'; readonly slotId: SlotId }
  | { readonly kind: 'sent'; readonly transferId: TransferId }
  /** `of` has another card now. */
  | { readonly kind: 'card'; readonly of: UserId }

/** A listed change. `seq` counts from 1 without gaps for each person. */
export interface ChangeRecord {
  readonly userId: UserId
  readonly seq: number
  readonly changeId: string
  readonly subject: ChangeSubject
}

interface TransferBase extends Versioned {
  readonly transferId: TransferId
  readonly sender: UserId
  readonly recipients: readonly UserId[]
  readonly blobId: BlobId
  /** The blob store's own name for the unfinished upload. */
  readonly uploadId: string
  readonly length: number
  readonly partSize: number
  readonly life: number
  readonly downloads: number | null
  readonly createdAt: number
  readonly pending: readonly PendingChange[]
}

/** What a finished transfer knows besides. */
interface Finished {
  readonly completedAt: number
  readonly expiresAt: number
  /** FORMAT.md's envelope without its stanzas, as JSON text. */
  readonly envelope: string
  /** The sender's own stanza, as JSON text. */
  readonly senderStanza: string
  readonly hiddenFromSender: boolean
}

export type TransferRecord =
  | (TransferBase & { readonly state: 'uploading'; readonly sweepAt: number })
  | (TransferBase & Finished & { readonly state: 'ready' })
  | (TransferBase & Finished & { readonly state: 'revoked'; readonly revokedAt: number; readonly blobGone: boolean })
  | (TransferBase & Finished & { readonly state: 'expired'; readonly blobGone: boolean })
  | (TransferBase & { readonly state: 'aborted'; readonly blobGone: boolean })

/** A download that runs or ran. */
export interface LeaseRecord {
  readonly leaseId: LeaseId
  readonly takenAt: number
  readonly endsAt: number
  /** When a URL was handed out: from then on the lease counts once it ends. */
  readonly servedAt: number | null
  readonly state: 'open' | 'verified' | 'ended'
}

/** One recipient's share. */
export interface SlotRecord extends Versioned {
  readonly slotId: SlotId
  readonly transferId: TransferId
  readonly owner: UserId
  readonly sender: UserId
  /** FORMAT.md's stanza for the owner, as JSON text. */
  readonly stanza: string
  readonly createdAt: number
  readonly expiresAt: number
  readonly limit: number | null
  readonly leases: readonly LeaseRecord[]
  readonly revokedAt: number | null
  readonly deletedAt: number | null
  readonly receipt: { readonly at: number; readonly receipt: ReceiptJson } | null
  readonly pending: readonly PendingChange[]
}

/** A letter that waits to be accepted by a mail server. */
export interface MailRecord extends Versioned {
  /** Also its Message-ID: the same id is the same letter. */
  readonly mailId: string
  readonly letter: Letter
  readonly tries: number
  readonly nextAt: number
  readonly queuedAt: number
  /** When a mail server took it; until `nextAt` it is remembered, so that the same letter is not sent again. */
  readonly acceptedAt?: number
}

/** A bearer of one use: a feed's ticket. */
export interface TicketRecord {
  readonly idHash: string
  readonly userId: UserId
  readonly sessionHash: string
  readonly expiresAt: number
}

/** The answer that a write gave under its idempotency key. */
export interface AnswerRecord {
  readonly userId: UserId
  readonly key: string
  /** Which call it was, with a hash of its input: the same key for something else is a conflict. */
  readonly call: string
  readonly answer: string
  readonly keepUntil: number
}
