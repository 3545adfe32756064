/** Accounts, codes, sessions and keys: what crosses the wire about a person. */
import * as z from 'zod/mini'
import { idempotencyKey, userId } from './ids.ts'
import { codeLimits, textLimits } from './limits.ts'

const noControls = /^[^\p{Cc}\p{Cs}]*$/u

/** Base64url without padding of exactly `length` bytes; the strict decoding is shared/format's. */
export const base64UrlOf = (length: number) =>
  z.string().check(z.length(Math.ceil((length * 4) / 3)), z.regex(/^[A-Za-z0-9_-]*$/))

/** Base64url without padding of at most `length` bytes. */
export const base64UrlUpTo = (length: number) =>
  z.string().check(z.maxLength(Math.ceil((length * 4) / 3)), z.regex(/^[A-Za-z0-9_-]+$/))

/**
 * The one place where addresses are normalised: NFC, trimmed, domain and local part in lower case. Two spellings of an
 * address are one person's (RFC 5321 lets local parts differ in case; no mailbox provider does).
 */
export function normaliseEmail(text: string): string {
  return text.normalize('NFC').trim().toLowerCase()
}

const addressPattern = /^[^\s@<>()[\]\\,;:"\p{Cc}]+@[^\s@<>()[\]\\,;:"\p{Cc}.]+(\.[^\s@<>()[\]\\,;:"\p{Cc}.]+)*$/u

/** An address as people type it; parses to its normalised form. */
export const email = z.pipe(
  z.string(),
  z.pipe(z.transform(normaliseEmail), z.string().check(z.maxLength(textLimits.email), z.regex(addressPattern))),
)

/** What a person wants to be called. */
export const personName = z.pipe(
  z.string(),
  z.pipe(
    z.transform((text: string) => text.normalize('NFC').trim()),
    z.string().check(z.minLength(1), z.maxLength(textLimits.name), z.regex(noControls)),
  ),
)

/** Argon2id's parameters as the server keeps them for an address; the client holds its own floor (limits.ts). */
export const kdfParams = z.object({
  salt: base64UrlOf(16),
  m: z.number().check(z.int(), z.minimum(8), z.maximum(262_144)),
  t: z.number().check(z.int(), z.minimum(1), z.maximum(16)),
  p: z.number().check(z.int(), z.minimum(1), z.maximum(4)),
})
export type KdfParams = z.infer<typeof kdfParams>

/** First HKDF output of the stretched password: all that the server ever sees of it. 32 bytes. */
export const loginSecret = base64UrlOf(32)

export const code = z.string().check(z.regex(new RegExp(`^[0-9]{${codeLimits.digits}}$`)))

export const registerInput = z.object({
  name: personName,
  email,
  loginSecret,
  kdf: kdfParams,
  invitation: z.optional(z.string().check(z.maxLength(64))),
})
/** Names a registration on the browser that began it; 16 random bytes. */
export const registrationId = base64UrlOf(16)
export const verifyInput = z.object({ registrationId, code })
export const resendInput = z.object({ registrationId })
/** `installed`: whether the app runs as an installed one, for the list of devices. */
export const loginInput = z.object({ email, loginSecret, installed: z.optional(z.boolean()) })
/** The password once more, before what must not happen to an unattended browser. */
export const confirmInput = z.object({ loginSecret })
export const addressInput = z.object({ email })

/** A public card as FORMAT.md writes it; shared/format parses it strictly, this bounds it on the wire. */
export const cardJson = z.object({
  format: z.string().check(z.maxLength(40)),
  sign: base64UrlOf(120),
  enc: base64UrlOf(120),
  seq: z.number().check(z.int(), z.minimum(1), z.maximum(2 ** 32 - 1)),
  created: z.number().check(z.int(), z.minimum(0)),
  prev: base64UrlOf(32),
  sig: base64UrlOf(96),
})
export type CardJson = z.infer<typeof cardJson>

/** One way to open the account key: AES-256-GCM as nonce(12) ‖ sealed account key(32) ‖ tag(16). */
const sealedAccountKey = base64UrlOf(60)
export const passwordWrap = z.object({
  kind: z.literal('password'),
  version: z.literal(1),
  kdf: kdfParams,
  sealed: sealedAccountKey,
})
export type PasswordWrap = z.infer<typeof passwordWrap>
/** `provenAt`: when somebody typed the whole recovery key and it opened this wrap; null until then. */
export const recoveryWrap = z.object({
  kind: z.literal('recovery'),
  version: z.literal(1),
  madeAt: z.number().check(z.int(), z.minimum(0)),
  provenAt: z.nullable(z.number().check(z.int(), z.minimum(0))),
  sealed: sealedAccountKey,
})
export type RecoveryWrap = z.infer<typeof recoveryWrap>
/** `salt` is what the passkey's PRF is asked about (Web Authentication Level 3 §10.1.4). */
export const passkeyWrap = z.object({
  kind: z.literal('passkey'),
  version: z.literal(1),
  credentialId: base64UrlUpTo(1023),
  salt: base64UrlOf(32),
  sealed: sealedAccountKey,
})
export type PasskeyWrap = z.infer<typeof passkeyWrap>
export const wrap = z.discriminatedUnion('kind', [passwordWrap, recoveryWrap, passkeyWrap])
export type Wrap = z.infer<typeof wrap>

/** Private keys under the account key: nonce ‖ AES-256-GCM(JSON of PKCS#8 blocks). */
export const sealedKeys = z.object({ version: z.literal(1), sealed: base64UrlUpTo(64 * 1024) })
export type SealedKeys = z.infer<typeof sealedKeys>

export const keyBundle = z.object({
  card: cardJson,
  keys: sealedKeys,
  wraps: z.array(wrap).check(z.minLength(1), z.maxLength(8)),
})
/** Everything that a second browser needs, once its owner's password is typed. */
export type KeyBundle = z.infer<typeof keyBundle>

export const publishInput = z.object({ idempotencyKey, bundle: keyBundle })
/** The next card in the chain (`seq` + 1, `prev`), with the private keys sealed anew under the same account key. */
export const rotateInput = z.object({ idempotencyKey, card: cardJson, keys: sealedKeys })
export type RotateInput = z.infer<typeof rotateInput>
/**
 * The same keys sealed anew, without those that were deleted; `cardSig` is the card that they belong to. `signature`:
 * ECDSA-P-384-SHA-384 by the signing key, over `"datacrypt/1 reseal" ‖ 0x00 ‖ card signature(96) ‖ SHA-256(sealed keys)`.
 */
export const resealInput = z.object({
  idempotencyKey,
  cardSig: base64UrlOf(96),
  keys: sealedKeys,
  signature: base64UrlOf(96),
})
export type ResealInput = z.infer<typeof resealInput>
/** A new account key: next card, keys, wraps and login secret at once; every other session, token and passkey ends. */
export const renewInput = z.object({ idempotencyKey, bundle: keyBundle, loginSecret, kdf: kdfParams })
export type RenewInput = z.infer<typeof renewInput>
export const recoveryWrapInput = z.object({ wrap: recoveryWrap })
/** `sealed` names the wrap that the typed recovery key opened. */
export const provenInput = z.object({ sealed: sealedAccountKey })
export const changePasswordInput = z.object({ loginSecret, kdf: kdfParams, wrap: passwordWrap })
export type ChangePasswordInput = z.infer<typeof changePasswordInput>
export const changeNameInput = z.object({ name: personName })
/** The salt belongs to the address, so a new address takes a new login secret and wrap of the same password. */
export const changeEmailInput = z.object({ email, loginSecret, kdf: kdfParams, wrap: passwordWrap })
export type ChangeEmailInput = z.infer<typeof changeEmailInput>
export const codeInput = z.object({ code })

/** The person of a session. `keys` tells whether an identity has been published. */
export const account = z.object({
  userId,
  name: z.string(),
  email: z.string(),
  keys: z.boolean(),
})
export type Account = z.infer<typeof account>

/** What the server tells everybody: how one can register, and its bounds. */
export const serverFacts = z.object({
  registration: z.enum(['open', 'invitation', 'closed']),
  maxTransferBytes: z.number(),
  expiryMin: z.number(),
  expiryDefault: z.number(),
  expiryMax: z.number(),
  now: z.number(),
})
export type ServerFacts = z.infer<typeof serverFacts>
