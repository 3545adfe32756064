/** Second factors: what is asked for after the password, and what a person has set up. */
import * as z from 'zod/mini'
import { base64UrlOf, base64UrlUpTo, code } from './account.ts'
import { appCodeDigits, recoveryCodeLength, textLimits } from './limits.ts'
import { lookAlikeFree } from './recovery-text.ts'

/** What may follow the password. `mail` is offered only where neither an app nor a passkey is set up. */
export const factorWay = z.enum(['app', 'passkey', 'recovery-code', 'mail'])
export type FactorWay = z.infer<typeof factorWay>

/** Names a login that has passed the password; 32 random bytes. */
export const loginAttempt = base64UrlOf(32)

/** The code that an authenticator app shows (RFC 6238). */
export const appCode = z.string().check(z.regex(new RegExp(`^[0-9]{${appCodeDigits}}$`)))

/** One of the ten recovery codes, as people type it; parses to its ten characters. */
export const recoveryCode = z.pipe(
  z.string().check(z.maxLength(64)),
  z.pipe(z.transform(lookAlikeFree), z.string().check(z.length(recoveryCodeLength), z.regex(/^[A-Z2-9]*$/))),
)

/** Web Authentication Level 3 §5.8.1 in its JSON form. Extension results stay in the browser: PRF outputs are keys. */
const assertionFields = z.object({
  clientDataJSON: base64UrlUpTo(4096),
  authenticatorData: base64UrlUpTo(4096),
  signature: base64UrlUpTo(1024),
  userHandle: z.optional(base64UrlUpTo(64)),
})
const attestationFields = z.object({
  clientDataJSON: base64UrlUpTo(4096),
  attestationObject: base64UrlUpTo(16_384),
  transports: z.optional(z.array(z.string().check(z.maxLength(32))).check(z.maxLength(8))),
})

/** Names a passkey; Web Authentication bounds it to 1,023 bytes. */
export const credentialId = base64UrlUpTo(1023)

export const passkeyAssertion = z.object({ id: credentialId, response: assertionFields })
export type PasskeyAssertion = z.infer<typeof passkeyAssertion>
export const passkeyAttestation = z.object({ id: credentialId, response: attestationFields })
export type PasskeyAttestation = z.infer<typeof passkeyAttestation>

/** What a person shows as the second factor. */
export const factorProof = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('app'), code: appCode }),
  z.object({ kind: z.literal('recovery-code'), code: recoveryCode }),
  z.object({ kind: z.literal('mail'), code }),
  z.object({ kind: z.literal('passkey'), response: passkeyAssertion }),
])
export type FactorProof = z.infer<typeof factorProof>

export const attemptInput = z.object({ attempt: loginAttempt })
/** `installed`: whether the app runs as an installed one, for the list of devices. */
export const finishLogInInput = z.object({
  attempt: loginAttempt,
  proof: factorProof,
  installed: z.optional(z.boolean()),
})

export const appCodeInput = z.object({ code: appCode })
export const passkeyName = z
  .string()
  .check(z.minLength(1), z.maxLength(textLimits.name), z.regex(/^[^\p{Cc}\p{Cs}]*$/u))
export const credentialInput = z.object({ credentialId })

/** What a person has set up, for the settings. */
export interface SecurityView {
  readonly app: { readonly since: number } | null
  readonly recoveryCodesLeft: number
  readonly passkeys: readonly {
    readonly credentialId: string
    readonly name: string
    readonly createdAt: number
    readonly lastUsedAt: number | null
    /** Whether a wrap of the account key belongs to it. */
    readonly unlocks: boolean
  }[]
}
