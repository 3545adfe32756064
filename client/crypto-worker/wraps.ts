/** The account key under a password, a recovery key or a passkey: sealed, opened, and found in a bundle. */
import * as z from 'zod/mini'
import type { KdfParams, PasskeyWrap, PasswordWrap, RecoveryWrap, Wrap } from '#shared/contract/account.ts'
import { cardJson, passkeyWrap, passwordWrap, recoveryWrap, sealedKeys } from '#shared/contract/account.ts'
import { Problem } from '#shared/contract/problems.ts'
import { hkdf } from '#shared/crypto/hash.ts'
import type { Random } from '#shared/crypto/random.ts'
import { decodeBase64, encodeBase64 } from '#shared/format/base64.ts'
import { type Bytes, utf8 } from '#shared/format/bytes.ts'
import { bindingOf, boxKey, openBox, sealBox } from './sealed-box.ts'

const wrapVersion = 1

const infos: Record<Wrap['kind'], string> = {
  password: 'datacrypt/1 wrap',
  recovery: 'datacrypt/1 recovery wrap',
  passkey: 'datacrypt/1 passkey wrap',
}

/** HKDF-SHA-256 with an empty salt, under the info of this kind. */
export async function wrapKeyFrom(ikm: Bytes, kind: Wrap['kind']): Promise<CryptoKey> {
  const raw = await hkdf({ ikm, salt: new Uint8Array(0), info: utf8(infos[kind]) })
  const key = await boxKey(raw)
  raw.fill(0)
  return key
}

/** The wrap key of a passkey's PRF output, whose bytes are wiped; throws `passkey-refused` unless they are 32. */
export async function passkeyKey(prf: Bytes): Promise<CryptoKey> {
  try {
    if (prf.length !== 32) throw new Problem('passkey-refused')
    return await wrapKeyFrom(prf, 'passkey')
  } finally {
    prf.fill(0)
  }
}

/** What one account key is sealed with and for; `raw` stays the caller's to wipe. */
interface Sealing {
  readonly userId: string
  readonly raw: Bytes
  readonly wrapKey: CryptoKey
  readonly random: Random
}

export async function sealPasswordWrap(sealing: Sealing, kdf: KdfParams): Promise<PasswordWrap> {
  return { kind: 'password', version: wrapVersion, kdf, sealed: await seal(sealing, ['password']) }
}

export async function sealRecoveryWrap(sealing: Sealing, madeAt: number): Promise<RecoveryWrap> {
  return { kind: 'recovery', version: wrapVersion, madeAt, provenAt: null, sealed: await seal(sealing, ['recovery']) }
}

export async function sealPasskeyWrap(
  sealing: Sealing,
  { credentialId, salt }: Pick<PasskeyWrap, 'credentialId' | 'salt'>,
): Promise<PasskeyWrap> {
  const sealed = await seal(sealing, ['passkey', credentialId])
  return { kind: 'passkey', version: wrapVersion, credentialId, salt, sealed }
}

/** The account key for the caller to wipe, or `null` where this key does not open this person's wrap. */
export async function openWrap(wrapKey: CryptoKey, userId: string, wrap: Wrap): Promise<Bytes | null> {
  const sealed = decodeBase64(wrap.sealed)
  if (sealed === null) return null
  const raw = await openBox(wrapKey, { sealed, binding: wrapBinding(userId, wordsOf(wrap)) })
  return raw?.length === 32 ? raw : null
}

async function seal({ userId, raw, wrapKey, random }: Sealing, words: Words): Promise<string> {
  return encodeBase64(await sealBox(wrapKey, { plain: raw, binding: wrapBinding(userId, words), random }))
}

/** The kind, and what tells wraps of one kind apart. */
type Words = readonly [kind: Wrap['kind'], credentialId?: string]

function wordsOf(wrap: Wrap): Words {
  return wrap.kind === 'passkey' ? [wrap.kind, wrap.credentialId] : [wrap.kind]
}

function wrapBinding(userId: string, [kind, ...rest]: Words): Bytes {
  return bindingOf('datacrypt/1 wrap', userId, kind, wrapVersion, ...rest.filter(word => word !== undefined))
}

const takenBundle = z.object({ card: cardJson, keys: sealedKeys, wraps: z.array(z.unknown()) })

/** A bundle whose wraps are looked at when they are used. */
export type TakenBundle = z.infer<typeof takenBundle>

/**
 * A bundle that a server or a row handed out. Throws `card-refused` where it is not of the schema. Of its wraps only the
 * one that is used has to be as it should: what else a server, or a later release, puts beside it locks nobody out.
 */
export function takeBundle(bundle: unknown): TakenBundle {
  const parsed = takenBundle.safeParse(bundle)
  if (!parsed.success) throw new Problem('card-refused')
  return parsed.data
}

/** Throws `keys-missing` where there is no such wrap, `card-refused` or `kdf-refused` where it is not as it should be. */
export function passwordWrapOf({ wraps }: TakenBundle): PasswordWrap {
  const found = wraps.filter(kindIs('password'))
  if (found.length === 0) throw new Problem('keys-missing')
  return theOne(found, passwordWrap)
}

/** Throws `keys-missing` where there is no such wrap, `card-refused` where it is not as it should be. */
export function recoveryWrapOf({ wraps }: TakenBundle): RecoveryWrap {
  const found = wraps.filter(kindIs('recovery'))
  if (found.length === 0) throw new Problem('keys-missing')
  return theOne(found, recoveryWrap)
}

/** Throws `passkey-refused` where this passkey has no wrap, `card-refused` where it is not as it should be. */
export function passkeyWrapOf({ wraps }: TakenBundle, credentialId: string): PasskeyWrap {
  const found = wraps.filter(kindIs('passkey')).filter(wrap => wrap.credentialId === credentialId)
  if (found.length === 0) throw new Problem('passkey-refused')
  return theOne(found, passkeyWrap)
}

function kindIs(kind: Wrap['kind']) {
  return (wrap: unknown): wrap is Readonly<Record<string, unknown>> =>
    typeof wrap === 'object' && wrap !== null && 'kind' in wrap && wrap.kind === kind
}

/** Which of two would be the right one is not for a server to say. */
function theOne<T>(found: readonly unknown[], schema: z.ZodMiniType<T>): T {
  const parsed = schema.safeParse(found[0])
  if (parsed.success && found.length === 1) return parsed.data
  const isKdf = parsed.error?.issues.some(issue => issue.path.includes('kdf')) ?? false
  throw new Problem(isKdf ? 'kdf-refused' : 'card-refused', { data: { member: 'wraps' } })
}
