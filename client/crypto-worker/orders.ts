/** What the page asks of the crypto worker, and what it hears: plain, structured-cloneable values. */
import type {
  CardJson,
  KdfParams,
  KeyBundle,
  PasskeyWrap,
  PasswordWrap,
  RecoveryWrap,
  SealedKeys,
} from '#shared/contract/account.ts'
import type { DownloadGrant, Grant, Part, ReceiptJson } from '#shared/contract/transfer.ts'

/** Facts about the identity that the worker holds open. `identityHash` is base64url. */
export interface IdentityFacts {
  readonly fingerprint: string
  readonly identityHash: string
  readonly keyNumber: number
  readonly keySince: number
}

/** Facts about a card whose signature is good. */
export interface CardFacts {
  readonly fingerprint: string
  readonly identityHash: string
}

/** A small record sealed under the account key; AAD is user, record, type and version (THREATS A13). */
export interface Cell {
  readonly type: string
  readonly record: string
  readonly version: number
  readonly sealed: Uint8Array<ArrayBuffer>
}

/** What a transfer holds, opened from its envelope. */
export interface OpenedContent {
  /** base64url of SHA-256(transcript): the transfer's own name. */
  readonly transfer: string
  readonly root: string
  readonly suite: 'gcm' | 'cbc'
  readonly chunkSize: number
  readonly chunks: number
  readonly sealedAt: number
  /** Key id of one's own encryption key that the envelope names, base64url. */
  readonly kid: string
  readonly title?: string
  readonly note?: string
  readonly files: readonly {
    readonly name: string
    readonly size: number
    readonly type: string
    readonly modified: number
  }[]
}

export interface SealOrder {
  /** Names the job, its shelf folder and the upload that reads from it. */
  readonly jobId: string
  readonly files: readonly { readonly path: string; readonly file: File }[]
  readonly title?: string
  readonly note?: string
  readonly recipients: readonly CardJson[]
  readonly suite: 'gcm' | 'cbc'
  readonly padding: boolean
  readonly now: number
  /** `opfs` keeps the ciphertext until it is sent; `memory` holds a few parts and needs an upload beside it. */
  readonly shelf: 'opfs' | 'memory'
  /** The server's part size, where it is known: in memory, sealed bytes are kept until their part is accepted. */
  readonly partSize?: number
}

/** What sealing gives. The envelope's stanzas stand in the order of `recipients`, then the sender's own. */
export interface Sealed {
  readonly envelope: string
  readonly length: number
  readonly transfer: string
  /** For each recipient's identity hash (base64url), the index of its stanza. */
  readonly stanzas: Readonly<Record<string, number>>
}

export interface UploadOrder {
  readonly jobId: string
  readonly length: number
  readonly partSize: number
  /** What the server holds already. */
  readonly present: readonly Part[]
}

/** Calls back to the page while an upload runs (Comlink proxies). */
export interface UploadDoor {
  /** Asks the server where to put these parts. */
  grants(parts: readonly Part[]): Promise<readonly Grant[]>
}

export interface SaveJob {
  readonly jobId: string
  readonly envelope: string
  /** base64url identity hash that the sender must have. */
  readonly sender: string
  /** Indexes into the metadata's files. */
  readonly files: readonly number[]
  readonly target:
    | { readonly kind: 'stream'; readonly port: MessagePort }
    | { readonly kind: 'folder'; readonly folder: FileSystemDirectoryHandle }
    | { readonly kind: 'opfs'; readonly name: string }
  readonly now: number
}

/** Calls back to the page while a download runs. */
export interface DownloadDoor {
  /** A fresh URL under the lease that is held. */
  grant(): Promise<DownloadGrant>
}

/** What saving gives once the last byte has been verified and let out. */
export interface SaveResult {
  /** Every chunk of the transfer was fetched and checked: then there is a receipt. */
  readonly whole: boolean
  readonly receipt?: ReceiptJson
  /** Name under which each file (by index) was saved. */
  readonly names: Readonly<Record<number, string>>
}

export type JobEvent =
  | { readonly kind: 'sealing' | 'uploading' | 'saving'; readonly done: number; readonly total: number }
  | { readonly kind: 'reconnecting'; readonly retryIn: number }
  | { readonly kind: 'checking' }

export type OnJobEvent = (event: JobEvent) => void

/** What a worker of this browser can do. */
export interface WorkerAbilities {
  /** OPFS can be written by sync access handles: `shelf: 'opfs'` works. */
  readonly shelf: boolean
  /** Workers can start workers. */
  readonly nested: boolean
  readonly byob: boolean
}

/** The worker's door. Failures arrive as a `Problem` (Comlink carries it by a transfer handler). */
export interface CryptoWorker {
  /**
   * Stretches the password (Argon2id, refusing less than the client's floor: `kdf-refused`), keeps the wrap key for the
   * next call, and gives the login secret (base64url), which is all that the server sees.
   */
  prepareLogin(input: { password: string; kdf: KdfParams }): Promise<string>
  /** Makes an account key and an identity, wrapped under the prepared password; they are open from now on. */
  createKeys(input: { userId: string; now: number }): Promise<KeyBundle>
  /** Opens a bundle with the prepared password (`wrong-password`, `card-refused` where the card is not of these keys). */
  openKeys(input: { userId: string; bundle: KeyBundle }): Promise<IdentityFacts>
  /** {@link prepareLogin} with the bundle's own parameters, then {@link openKeys}: works offline. */
  unlock(input: { userId: string; bundle: KeyBundle; password: string }): Promise<IdentityFacts>

  /** The login secret of a password, for `account.confirm`; nothing is prepared or opened by it. */
  loginSecretOf(input: { password: string; kdf: KdfParams }): Promise<string>
  /** The open account key under a new password. */
  wrapUnderPassword(input: { password: string; kdf: KdfParams }): Promise<{ loginSecret: string; wrap: PasswordWrap }>
  /** A recovery key (32 characters, drawn here) and the wrap that it opens. The key is shown once and kept nowhere. */
  makeRecoveryKit(input: { now: number }): Promise<{ recoveryKey: string; wrap: RecoveryWrap }>
  /** The drill: throws `wrong-recovery-key` unless the key opens this wrap, to the account key that is open. */
  tryRecoveryKey(input: { recoveryKey: string; wrap: RecoveryWrap }): Promise<void>
  /** Opens a bundle with its recovery wrap; `wrong-recovery-key`, `card-refused`. */
  unlockWithRecoveryKey(input: { userId: string; bundle: KeyBundle; recoveryKey: string }): Promise<IdentityFacts>
  /** The open account key under a passkey's PRF output (32 bytes; zeroed afterwards). */
  wrapUnderPasskey(input: { prf: Uint8Array<ArrayBuffer>; credentialId: string; salt: string }): Promise<PasskeyWrap>
  /** `passkey-refused` where this passkey does not open its wrap. */
  unlockWithPasskey(input: {
    userId: string
    bundle: KeyBundle
    credentialId: string
    prf: Uint8Array<ArrayBuffer>
  }): Promise<IdentityFacts>

  /** The next card and the private keys sealed anew. Nothing is used before {@link adoptKeys}: store it first. */
  rotateKeys(input: { now: number }): Promise<{ card: CardJson; keys: SealedKeys }>
  /**
   * Takes up a bundle's card and keys under the account key that is open; `card-refused` unless its card is the open one
   * or follows it, `conflict` where other keys were opened meanwhile. Its wraps are not looked at: keep those that opened.
   */
  adoptKeys(input: { bundle: KeyBundle }): Promise<IdentityFacts>
  /** The older encryption keys that are held, newest first; `kid` base64url. */
  olderKeys(): Promise<{ readonly keys: readonly { kid: string; retiredAt: number }[]; readonly deleteOlder: boolean }>
  /**
   * The private keys sealed anew without those named by `drop`, and with the person's choice about older keys. Nothing
   * changes before {@link adoptKeys}.
   */
  resealKeys(input: { drop: readonly string[]; deleteOlder: boolean }): Promise<SealedKeys>
  /** `resealInput`'s signature for these keys under the card that is open; base64url. */
  signReseal(keys: SealedKeys): Promise<string>
  /**
   * A new account key with a new password, recovery key and encryption key. Nothing is used before
   * {@link adoptRenewed}; {@link resealCells} writes local rows for it.
   */
  renewKeys(input: { password: string; kdf: KdfParams; now: number }): Promise<{
    bundle: KeyBundle
    loginSecret: string
    recoveryKey: string
  }>
  /** Opens cells under the account key of now and seals them under the renewed one; `null` for one that does not open. */
  resealCells(cells: readonly Cell[]): Promise<readonly (Cell | null)[]>
  /** `keys-missing` where nothing was renewed since the keys were opened or taken up: then renew once more. */
  adoptRenewed(): Promise<IdentityFacts>
  /** `finishRecoveryInput`'s signature; base64url in and out. */
  signRecovery(input: { challenge: string; loginSecret: string }): Promise<string>
  /** FORMAT.md's PEM file of the open identity, encrypted under a passphrase. */
  exportKeyFile(input: { passphrase: string; name: string; address: string }): Promise<string>

  sealCells(
    cells: readonly { type: string; record: string; version: number; value: unknown }[],
  ): Promise<readonly Cell[]>
  /** A cell that does not open is `null`. */
  openCells(cells: readonly Cell[]): Promise<readonly unknown[]>

  /** Checks a card's signature (`card-refused`) and tells what people compare. */
  cardFacts(card: CardJson): Promise<CardFacts>
  /** FORMAT.md's rules for a card that is offered for a pinned one. */
  judgeCard(pinned: CardJson, offered: CardJson): Promise<'same' | 'rotation' | 'older' | 'fork' | 'new-identity'>
  /** Opens an envelope's metadata; fails as FORMAT.md says. `sender`: base64url identity hash that is asked for. */
  openContent(input: { envelope: string; sender?: string }): Promise<OpenedContent & { sender: CardFacts }>
  /** Whether the receipt is the recipient's (a pinned card) for this envelope; `receipt-invalid`. */
  checkReceipt(input: { receipt: ReceiptJson; envelope: string; recipient: CardJson }): Promise<void>

  seal(order: SealOrder, onEvent: OnJobEvent): Promise<Sealed>
  /** Puts what is sealed so far, and goes on until all parts lie at the server. Runs beside {@link seal}. */
  upload(order: UploadOrder, door: UploadDoor, onEvent: OnJobEvent): Promise<void>
  save(job: SaveJob, door: DownloadDoor, onEvent: OnJobEvent): Promise<SaveResult>
  pause(jobId: string): void
  resume(jobId: string): void
  /** Ends a job at once: its calls reject with `cancelled`. */
  abort(jobId: string): void
  /** What this worker finds that it can do; asked by trying. */
  probe(): Promise<WorkerAbilities>
  /** Removes a job's sealed bytes from this device. */
  clearShelf(jobId: string): Promise<void>
}
