/** Accounts that hold: second factors, recovery, devices, rotation. What screens see of them, and what a person can do. */
import type { FactorWay, SecurityView } from '#shared/contract/factors.ts'
import type { SessionId, TokenId } from '#shared/contract/ids.ts'
import type { SessionView, TokenScope, TokenView } from '#shared/contract/sessions.ts'
import type { Live } from './live-value.ts'

/** A login whose password was right, and what may follow it. Null where none is under way. */
export interface LoginStep {
  readonly email: string
  readonly ways: readonly FactorWay[]
  /** A code has been mailed. */
  readonly mailed: boolean
}

/** What is typed or touched as a second factor; the passkey's dialog is the browser's. */
export type FactorTyped =
  | { readonly kind: 'app' | 'recovery-code' | 'mail'; readonly code: string }
  | { readonly kind: 'passkey' }

/** Coming back without the password. Null where nothing is under way. */
export type RecoveryStep =
  /** The code from the mail is asked for, and a second factor (`ways`) once the server has said so. */
  | { readonly state: 'code'; readonly email: string; readonly ways: readonly FactorWay[] }
  /** The address is proven. `kit`: whether there is a recovery kit to open the keys with. */
  | { readonly state: 'proven'; readonly email: string; readonly name: string; readonly kit: boolean }

/** How safe the open account is against loss; read from this device alone. */
export interface Safety {
  readonly kit:
    | { readonly state: 'none' }
    | { readonly state: 'untried'; readonly madeAt: number; readonly savedAt: number | null }
    | { readonly state: 'proven'; readonly madeAt: number; readonly provenAt: number }
  /** Encryption keys that were replaced, newest first. `neededBy`: unexpired transfers on this device that need it. */
  readonly olderKeys: readonly { readonly retiredAt: number; readonly neededBy: number; readonly until: number }[]
  /** Whether older keys are deleted once nothing needs them: forward secrecy. */
  readonly deleteOlder: boolean
}

/** The ways in which the locked keys on this device can be opened. */
export interface UnlockWays {
  readonly passkey: boolean
  readonly kit: boolean
}

export const idleMinutes = [5, 15, 30, 60, 240] as const
export type IdleMinutes = (typeof idleMinutes)[number]

/** Sensitive calls throw `confirm-needed` where the password was typed too long ago: `confirm`, then the same call. */
export interface SafetyActions {
  readonly loginStep: Live<LoginStep | null>
  readonly recovery: Live<RecoveryStep | null>
  readonly safety: Live<Safety | null>
  readonly unlockWays: Live<UnlockWays>
  /** The server names another identity as one's own: an alarm that stays (`own-identity-changed`). */
  readonly ownAlarm: Live<boolean>
  /** Minutes without use after which the keys lock, on this device; never during a running transfer. */
  readonly idleAfter: Live<IdleMinutes>
  setIdleAfter(minutes: IdleMinutes): void

  /** Mails a code for the login under way. */
  sendLoginCode(): Promise<void>
  finishLogIn(typed: FactorTyped): Promise<void>
  cancelLogIn(): void
  /** The password once more; `wrong-password`. */
  confirm(password: string): Promise<void>
  /** Both work offline; `passkey-refused`, `passkey-unsupported`, `wrong-recovery-key`. */
  unlockWithPasskey(): Promise<void>
  unlockWithRecoveryKey(recoveryKey: string): Promise<void>

  beginRecovery(email: string): Promise<void>
  /** Throws `wrong-code`, `code-spent`; shows the ways in `recovery` where a factor has to come with the code. */
  proveRecovery(code: string, typed?: FactorTyped): Promise<void>
  /** Opens the keys with the recovery key and sets a new password; `wrong-recovery-key`, `weak-password`. */
  recoverWithKey(recoveryKey: string, newPassword: string): Promise<void>
  /** A new identity; what was sealed for the old one stays closed, and the people who know it are told. */
  startOver(newPassword: string): Promise<void>
  cancelRecovery(): void

  /** Replaces the password's wrap and ends the other sessions; sensitive. */
  changePassword(newPassword: string): Promise<void>
  /** Makes a kit (replacing an older one) and gives the recovery key, to be shown once; sensitive. */
  makeRecoveryKit(): Promise<string>
  /** The kit was printed or saved. */
  noteKitSaved(): Promise<void>
  /** The drill: the typed key opens the locked keys on this device, as after a loss; `wrong-recovery-key`. */
  tryRecoveryKit(recoveryKey: string): Promise<void>
  /**
   * Password or device stolen: new account key, password, kit and encryption key; every other session, token and passkey
   * ends. Gives the new recovery key; sensitive.
   */
  renewEverything(newPassword: string): Promise<string>

  security(): Promise<SecurityView>
  /** The secret as text and as an `otpauth:` URI; sensitive. */
  beginApp(): Promise<{ secret: string; uri: string }>
  /** Gives ten recovery codes, to be shown once; `wrong-code`. */
  confirmApp(code: string): Promise<readonly string[]>
  removeApp(): Promise<void>
  renewRecoveryCodes(): Promise<readonly string[]>
  /** Sensitive. `unlocks`: this passkey opens the keys too. `recoveryCodes` where it is the first factor. */
  addPasskey(name: string): Promise<{ unlocks: boolean; recoveryCodes: readonly string[] | null }>
  removePasskey(credentialId: string): Promise<void>
  /** Whether this browser has passkeys at all. */
  readonly passkeysHere: boolean

  sessions(): Promise<readonly SessionView[]>
  endSession(sessionId: SessionId): Promise<void>
  endOtherSessions(): Promise<void>
  tokens(): Promise<readonly TokenView[]>
  /** Gives the token, to be shown once; sensitive. */
  createToken(input: { name: string; scopes: readonly TokenScope[]; life: number }): Promise<string>
  revokeToken(tokenId: TokenId): Promise<void>

  /** A new encryption key under the same identity, at once. */
  rotateKey(): Promise<void>
  setDeleteOlder(on: boolean): Promise<void>
  /** The private keys as one PEM file under a passphrase (FORMAT.md), saved by the browser. */
  saveKeyFile(passphrase: string): Promise<void>
  /** The public card as JSON, saved by the browser. */
  saveCard(): Promise<void>

  changeName(name: string): Promise<void>
  /** Mails a code to the new address; sensitive, and takes the password: its salt belongs to the address. */
  beginEmailChange(input: { email: string; password: string }): Promise<void>
  confirmEmailChange(code: string): Promise<void>
  /** Everything about this account as a zip of files, saved by the browser; sensitive. */
  exportEverything(): Promise<void>
  /** Deletes the account on the server and everything on this device; sensitive. */
  deleteAccount(): Promise<void>
}
