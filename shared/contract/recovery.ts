/** Coming back without the password: a code to the address, then the recovery key, or a new identity. */
import * as z from 'zod/mini'
import {
  base64UrlOf,
  type CardJson,
  code,
  email,
  kdfParams,
  keyBundle,
  loginSecret,
  type SealedKeys,
  wrap,
} from './account.ts'
import { type FactorWay, factorProof } from './factors.ts'

/** Names a reset on the browser that began it; 16 random bytes. */
export const resetId = base64UrlOf(16)

export const beginRecoveryInput = z.object({ email })
export const resetInput = z.object({ resetId })
/** `proof` where an app or a passkey is set up: a mailbox alone never opens such an account. */
export const proveRecoveryInput = z.object({ resetId, code, proof: z.optional(factorProof) })

/** `factor`: the code was right, and one of `ways` has to come with it. */
export type RecoveryAnswer =
  | { readonly state: 'proven' }
  | { readonly state: 'factor'; readonly ways: readonly FactorWay[] }

/** What a session from a reset is given: of the wraps, the recovery key's alone. */
export interface RecoveryBundle {
  readonly userId: string
  readonly name: string
  readonly email: string
  /** Null where the person never published an identity. */
  readonly keys: {
    readonly card: CardJson
    readonly sealed: SealedKeys
    /** Null where no recovery kit was made. */
    readonly wrap: z.infer<typeof wrap> | null
  } | null
  /** Base64url of 32 bytes, signed by the identity in {@link finishRecoveryInput}. */
  readonly challenge: string
}

/**
 * A new password under the same identity. `signature`: ECDSA-P-384-SHA-384 by the signing key, over
 * `"datacrypt/1 recovery" ‖ 0x00 ‖ challenge(32) ‖ SHA-256(login secret)`, r ‖ s: who holds only the mailbox cannot.
 */
export const finishRecoveryInput = z.object({
  loginSecret,
  kdf: kdfParams,
  wraps: z.array(wrap).check(z.minLength(1), z.maxLength(8)),
  signature: base64UrlOf(96),
})
export type FinishRecoveryInput = z.infer<typeof finishRecoveryInput>

/** A new identity in the place of the lost one; contacts are told. */
export const startOverInput = z.object({ loginSecret, kdf: kdfParams, bundle: keyBundle })
export type StartOverInput = z.infer<typeof startOverInput>
