/** The content key and what is derived from it. */
import { Problem } from '#shared/contract/problems.ts'
import { type Bytes, concat, equalBytes, label } from '#shared/format/bytes.ts'
import { encodeHeader, type Header, headerStart } from '#shared/format/header.ts'
import type { SuiteName } from '#shared/format/sizes.ts'
import { hkdf } from './hash.ts'
import { type ContentKeys, suites } from './suites.ts'

/** What a key is derived for. */
export type Purpose = 'content' | 'mac' | 'commit' | 'meta'

interface Bound {
  readonly suite: SuiteName
  readonly exponent: number
  readonly salt: Bytes
}

/** FORMAT's `derive`: 32 bytes for one purpose, bound to suite, chunk size and salt. */
export function derive(contentKey: Bytes, bound: Bound, purpose: Purpose): Promise<Bytes> {
  const info = concat(label(`datacrypt/1 ${purpose}`), headerStart(bound.suite, bound.exponent))
  return hkdf({ ikm: contentKey, salt: bound.salt, info })
}

/** The header of a new `.enc`, with its commitment to the content key. */
export async function commitHeader(contentKey: Bytes, bound: Bound): Promise<Header> {
  return encodeHeader({ ...bound, commitment: await derive(contentKey, bound, 'commit') })
}

/** Whether the header commits to this content key: GCM alone opens under more than one. */
export async function isCommitted(contentKey: Bytes, header: Header): Promise<boolean> {
  return equalBytes(await derive(contentKey, header, 'commit'), header.commitment)
}

/** The keys of the chunks, not extractable. */
export async function contentKeys(contentKey: Bytes, bound: Bound): Promise<ContentKeys> {
  const { cipher, hasMac } = suites[bound.suite]
  const content = await aesKey(await derive(contentKey, bound, 'content'), cipher)
  if (!hasMac) return { suite: bound.suite, content }
  const hmac = { name: 'HMAC', hash: 'SHA-256' }
  const raw = await derive(contentKey, bound, 'mac')
  const mac = await crypto.subtle.importKey('raw', raw, hmac, false, ['sign', 'verify'])
  return { suite: bound.suite, content, mac }
}

/** The key of the sealed metadata, not extractable. */
export async function metadataKey(contentKey: Bytes, bound: Bound): Promise<CryptoKey> {
  return aesKey(await derive(contentKey, bound, 'meta'), 'AES-GCM')
}

/** 32 bytes as an AES key that is not extractable. Throws `internal` for any other length: platforms take three. */
export async function aesKey(raw: Bytes, cipher: 'AES-GCM' | 'AES-CBC'): Promise<CryptoKey> {
  if (raw.length !== 32) throw new Problem('internal', { data: { reason: 'an AES key of another length' } })
  return crypto.subtle.importKey('raw', raw, cipher, false, ['encrypt', 'decrypt'])
}
