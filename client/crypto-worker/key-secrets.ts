/** The private keys as they are sealed under the account key, older encryption keys and the choice about them included. */
import * as z from 'zod/mini'
import type { SealedKeys } from '#shared/contract/account.ts'
import { sealedKeys } from '#shared/contract/account.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { Random } from '#shared/crypto/random.ts'
import { decodeBase64, encodeBase64 } from '#shared/format/base64.ts'
import { type Bytes, utf8, utf8Text } from '#shared/format/bytes.ts'
import { bindingOf, openBox, sealBox } from './sealed-box.ts'

const keysVersion = 1

/** PKCS#8 blocks; whoever opens them wipes them. */
export interface Secrets {
  readonly sign: Bytes
  readonly enc: Bytes
  /** Newest first. */
  readonly older: readonly RetiredSecret[]
  /** Whether older keys go once nothing needs them. */
  readonly deleteOlder: boolean
}

export interface RetiredSecret {
  readonly key: Bytes
  readonly retiredAt: number
}

/** Whose secrets, and under which account key. */
export interface SecretsPlace {
  readonly userId: string
  readonly accountKey: CryptoKey
}

/** Throws `too-large` where there are more older keys than the wire takes. */
export async function sealSecrets(place: SecretsPlace, secrets: Secrets, random: Random): Promise<SealedKeys> {
  const plain = encodeSecrets(secrets)
  const sealed = await sealBox(place.accountKey, { plain, binding: keysBinding(place.userId), random })
  plain.fill(0)
  const keys = sealedKeys.safeParse({ version: keysVersion, sealed: encodeBase64(sealed) })
  if (!keys.success) throw new Problem('too-large')
  return keys.data
}

/**
 * Hands the private keys to `use` and wipes them afterwards. `retiredBefore`: when an older key was retired at the
 * latest, where it does not say. Throws `card-refused` where they are not this person's under this account key.
 */
export async function withSecrets<T>(
  { userId, accountKey, keys, retiredBefore }: SecretsPlace & { keys: SealedKeys; retiredBefore: number },
  use: (secrets: Secrets) => Promise<T>,
): Promise<T> {
  const sealed = decodeBase64(keys.sealed)
  const plain = sealed === null ? null : await openBox(accountKey, { sealed, binding: keysBinding(userId) })
  if (plain === null) throw new Problem('card-refused')
  const secrets = parseSecrets(plain, retiredBefore)
  plain.fill(0)
  try {
    return await use(secrets)
  } finally {
    wipeSecrets(secrets)
  }
}

export function wipeSecrets({ sign, enc, older }: Pick<Secrets, 'sign' | 'enc' | 'older'>): void {
  for (const bytes of [sign, enc, ...older.map(({ key }) => key)]) bytes.fill(0)
}

function keysBinding(userId: string): Bytes {
  return bindingOf(userId, 'keys', keysVersion)
}

/** Keys that were sealed before rotation was there are plain texts, and nobody had chosen anything. */
const retiredSchema = z.object({ key: z.string(), retiredAt: z.number() })
const secretsSchema = z.object({
  sign: z.string(),
  enc: z.string(),
  older: z.array(z.union([z.string(), retiredSchema])),
  deleteOlder: z._default(z.boolean(), false),
})

function encodeSecrets({ sign, enc, older, deleteOlder }: Secrets): Bytes {
  const retired = older.map(({ key, retiredAt }) => ({ key: encodeBase64(key), retiredAt }))
  return utf8(JSON.stringify({ sign: encodeBase64(sign), enc: encodeBase64(enc), older: retired, deleteOlder }))
}

function parseSecrets(plain: Bytes, retiredBefore: number): Secrets {
  const { sign, enc, older, deleteOlder } = readSecrets(plain)
  const retired = older.map(entry => (typeof entry === 'string' ? { key: entry, retiredAt: retiredBefore } : entry))
  return {
    sign: pkcs8(sign),
    enc: pkcs8(enc),
    older: retired.map(({ key, retiredAt }) => ({ key: pkcs8(key), retiredAt })),
    deleteOlder,
  }
}

function readSecrets(plain: Bytes): z.infer<typeof secretsSchema> {
  try {
    return secretsSchema.parse(JSON.parse(utf8Text(plain) ?? ''))
  } catch {
    // What a parser says of private keys is not passed on.
    throw new Problem('card-refused')
  }
}

function pkcs8(text: string): Bytes {
  const bytes = decodeBase64(text)
  if (bytes === null) throw new Problem('card-refused')
  return bytes
}
