/** What screens see: plain values, already opened and judged. Sizes are bytes, times epoch milliseconds. */
import type { ServerFacts } from '#shared/contract/account.ts'
import type { SlotId, TransferId, UserId } from '#shared/contract/ids.ts'
import type { ProblemCode, ProblemData } from '#shared/contract/problems.ts'
import type { Live } from './live-value.ts'
import type { SafetyActions } from './safety-views.ts'

export type { Live } from './live-value.ts'

/** A problem as a screen shows it; the sentence is `ui/words.ts`'s. */
export interface Fault {
  readonly code: ProblemCode
  readonly data: ProblemData
}

/** Where the person stands with this device. */
export type Session =
  | { readonly state: 'starting' }
  | { readonly state: 'visitor'; readonly after?: VisitorAfter }
  | { readonly state: 'verifying'; readonly email: string }
  | { readonly state: 'locked'; readonly name: string; readonly email: string; readonly fingerprint: string }
  /** `newcomer`: the keys were made just now. */
  | { readonly state: 'open'; readonly me: Me; readonly online: 'logged-in' | 'logged-out'; readonly newcomer?: true }

/** What has just left this device without keys. `confirmed`: the address is, and the password is asked for once more. */
export type VisitorAfter = 'confirmed' | 'logged-out' | 'deleted'

/** The person whose keys are open. */
export interface Me {
  readonly userId: UserId
  readonly name: string
  readonly email: string
  readonly fingerprint: string
  /** Lower-case hex, so that the order of texts is the order of bytes. */
  readonly identityHash: string
  readonly keyNumber: number
  readonly keySince: number
}

export type Trust = 'verified' | 'not-verified' | 'identity-changed'

/** Somebody else, with the identity that this device has pinned. */
export interface PersonView {
  readonly userId: UserId
  readonly name: string
  readonly email: string
  readonly fingerprint: string
  /** Lower-case hex. */
  readonly identityHash: string
  readonly trust: Trust
  readonly firstSeen: number
}

/** Bytes on their way. `rate` is bytes a second over the last 5 s; `secondsLeft` is null before it can be told. */
export interface Progress {
  readonly state: 'running' | 'paused' | 'reconnecting' | 'checking'
  readonly done: number
  readonly total: number
  readonly rate: number
  readonly secondsLeft: number | null
  /** Seconds to the next try, while reconnecting. */
  readonly retryIn?: number
}

export interface FileView {
  readonly name: string
  readonly size: number
  readonly type: string
  readonly modified: number
}

/** What a person picked: the file, and its path inside the folder it came with. */
export interface PickedFile {
  readonly path: string
  readonly file: File
}

export interface SendOrder {
  readonly files: readonly PickedFile[]
  readonly recipients: readonly UserId[]
  readonly title?: string
  readonly note?: string
  /** Milliseconds that the server keeps it. */
  readonly life: number
  /** Completed downloads that each recipient may have; none: no limit. */
  readonly downloads?: number
  readonly suite?: 'gcm' | 'cbc'
  readonly padding?: boolean
}

/** An unsent transfer on this device. */
export interface OutboxRow {
  readonly id: string
  readonly what: string
  readonly to: readonly string[]
  readonly files: number
  readonly size: number
  readonly since: number
  readonly state:
    | { readonly kind: 'sealing'; readonly progress: Progress }
    | { readonly kind: 'uploading'; readonly progress: Progress }
    | { readonly kind: 'waiting' }
    | { readonly kind: 'paused'; readonly progress: Progress }
    | { readonly kind: 'failed'; readonly fault: Fault; readonly wayOn: 'retry' | 'pick-again' | 'look' | 'discard' }
}

export interface ReceiptView {
  readonly at: number
  readonly checked: boolean
}

/** A received transfer. `content` is absent until its envelope has been opened on this device. */
export interface InboxRow {
  readonly slotId: SlotId
  readonly from: PersonView | { readonly name: string; readonly email: string; readonly trust: 'unknown' }
  readonly createdAt: number
  readonly expiresAt: number
  readonly length: number
  readonly state: 'ready' | 'expired' | 'revoked'
  readonly isNew: boolean
  readonly content?: {
    readonly what: string
    readonly sealedAt: number
    readonly note?: string
    readonly files: readonly FileView[]
    readonly size: number
    readonly suite: 'gcm' | 'cbc'
    readonly chunkSize: number
    readonly chunks: number
    readonly root: string
    readonly transfer: string
  }
  readonly fault?: Fault
  readonly download?: Progress
  readonly saved?: {
    readonly at: number
    /** Name of the folder, or of what the browser's downloads got. */
    readonly where: string
    readonly into: 'folder' | 'download'
    readonly files: Readonly<Record<number, string>>
    readonly whole: boolean
  }
  readonly receipt?: ReceiptView
}

export interface SentRecipient {
  readonly slotId: SlotId
  readonly name: string
  readonly email: string
  readonly fingerprint: string | null
  readonly trust: Trust | 'unknown'
  readonly state:
    | { readonly kind: 'waiting' }
    | { readonly kind: 'downloading'; readonly since: number }
    | { readonly kind: 'downloaded'; readonly at: number; readonly receipt: 'checked' | 'refused' }
    | { readonly kind: 'revoked'; readonly at: number }
    | { readonly kind: 'expired' }
}

export interface SentRow {
  readonly transferId: TransferId
  readonly createdAt: number
  readonly expiresAt: number
  readonly length: number
  readonly state: 'ready' | 'expired' | 'revoked'
  readonly content?: {
    readonly what: string
    readonly note?: string
    readonly files: readonly FileView[]
    readonly size: number
  }
  readonly recipients: readonly SentRecipient[]
}

export interface Connection {
  readonly online: boolean
  /** When the lists were last level with the server. */
  readonly upToDateAt: number | null
  /** The server lost what it had confirmed (a restore, or worse). */
  readonly serverWentBack: boolean
}

/** What a choice of files to save asks for. */
export interface SaveOrder {
  readonly slotId: SlotId
  /** Indexes into `content.files`. */
  readonly files: readonly number[]
  /** `folder` asks the browser for one (where it can); `download` goes through its downloads. */
  readonly into: 'folder' | 'download'
}

/** What this browser can do, asked once, never by its name. */
export interface Abilities {
  readonly folderPicker: boolean
  readonly shelf: boolean
  readonly serviceWorker: boolean
  readonly secureContext: boolean
}

/** Everything a person can do. Calls that fail throw a `Problem`; what goes on by itself shows in the live lists. */
export interface App extends SafetyActions {
  readonly abilities: Abilities
  readonly session: Live<Session>
  readonly connection: Live<Connection>
  readonly inbox: Live<readonly InboxRow[] | undefined>
  readonly sent: Live<readonly SentRow[] | undefined>
  readonly outbox: Live<readonly OutboxRow[]>
  readonly people: Live<readonly PersonView[]>
  /** A newer version is installed and waits. */
  readonly update: Live<boolean>

  facts(): Promise<ServerFacts>
  suggestPassphrase(): Promise<string>
  register(input: { name: string; email: string; password: string; invitation?: string }): Promise<void>
  verify(code: string): Promise<void>
  resendCode(): Promise<void>
  /** Leaves the verifying state for the first page. */
  abandonRegistration(): Promise<void>
  /** Where a second factor is asked for, it resolves with `loginStep` set; `finishLogIn` goes on. */
  logIn(input: { email: string; password: string }): Promise<void>
  logOut(): Promise<void>
  lock(): void
  unlock(password: string): Promise<void>

  /** Looks a registered person up and pins the identity on first use; `unknown-address`, `identity-changed`. */
  findPerson(email: string): Promise<PersonView>
  send(order: SendOrder): Promise<string>
  pause(outboxId: string): void
  resume(outboxId: string): void
  cancel(outboxId: string): Promise<void>

  markSeen(slotId: SlotId): Promise<void>
  save(order: SaveOrder): Promise<void>
  pauseSaving(slotId: SlotId): void
  resumeSaving(slotId: SlotId): void
  cancelSaving(slotId: SlotId): void
  removeReceived(slotId: SlotId): Promise<void>
  revoke(transferId: TransferId, slotId?: SlotId): Promise<void>
  removeSent(transferId: TransferId): Promise<void>
  applyUpdate(): void
}
