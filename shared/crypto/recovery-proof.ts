/** What whoever comes back with the recovery key signs: that it is the identity's owner who sets this new password. */
import { Problem } from '#shared/contract/problems.ts'
import { asBytes, type Bytes, concat, label } from '#shared/format/bytes.ts'
import { signMessage, verifyMessage } from './ecdsa.ts'
import { sha256 } from './hash.ts'

/** What a reset of the password is bound to. */
export interface RecoveryClaim {
  /** The server's, 32 bytes. */
  readonly challenge: Uint8Array
  /** First HKDF output of the new password, 32 bytes: decoded, not its base64url text. */
  readonly loginSecret: Uint8Array
}

/** Signs a claim with the identity's signing key; r ‖ s, 96 bytes. Throws `bad-request` unless both parts are 32 bytes. */
export async function signRecovery(signKey: CryptoKey, claim: RecoveryClaim): Promise<Bytes> {
  return signMessage(signKey, await claimBytes(claim))
}

/** Whether `sig` is that claim, signed by the key in `sign` (canonical SPKI). Throws as {@link signRecovery}. */
export async function verifyRecovery(sign: Uint8Array, sig: Uint8Array, claim: RecoveryClaim): Promise<boolean> {
  return verifyMessage(asBytes(sign), asBytes(sig), await claimBytes(claim))
}

async function claimBytes({ challenge, loginSecret }: RecoveryClaim): Promise<Bytes> {
  if (challenge.length !== 32 || loginSecret.length !== 32) throw new Problem('bad-request')
  return concat(label('datacrypt/1 recovery'), challenge, await sha256(asBytes(loginSecret)))
}
