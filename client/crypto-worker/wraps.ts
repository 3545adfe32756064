/** The account key under a password, a recovery key or a passkey: sealed, opened, and found in a bundle. */
import type { KdfParams, KeyBundle, PasskeyWrap, PasswordWrap, RecoveryWrap, Wrap } from '#shared/contract/account.ts'
import { keyBundle } from '#shared/contract/account.ts'
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

/**
 * A bundle that a server or a row handed out, as it must be: of the schema, no way to open it named twice. Throws
 * `kdf-refused` or `card-refused`. A wrap is proven only by its own secret: those that are not used stay unproven.
 */
export function takeBundle(bundle: unknown): KeyBundle {
  const parsed = keyBundle.safeParse(bundle)
  if (!parsed.success) {
    const isKdf = parsed.error.issues.some(issue => issue.path.includes('kdf'))
    throw new Problem(isKdf ? 'kdf-refused' : 'card-refused')
  }
  const names = parsed.data.wraps.map(wrap => wordsOf(wrap).join(' '))
  if (new Set(names).size < names.length) throw new Problem('card-refused', { data: { member: 'wraps' } })
  return parsed.data
}

/** Throws `keys-missing` where there is no such wrap. */
export function passwordWrapOf({ wraps }: KeyBundle): PasswordWrap {
  const found = wraps.find(wrap => wrap.kind === 'password')
  if (found === undefined) throw new Problem('keys-missing')
  return found
}

/** Throws `keys-missing` where there is no such wrap. */
export function recoveryWrapOf({ wraps }: KeyBundle): RecoveryWrap {
  const found = wraps.find(wrap => wrap.kind === 'recovery')
  if (found === undefined) throw new Problem('keys-missing')
  return found
}

/** Throws `passkey-refused` where this passkey has no wrap. */
export function passkeyWrapOf({ wraps }: KeyBundle, credentialId: string): PasskeyWrap {
  const found = wraps.find(wrap => wrap.kind === 'passkey' && wrap.credentialId === credentialId)
  if (found?.kind !== 'passkey') throw new Problem('passkey-refused')
  return found
}
