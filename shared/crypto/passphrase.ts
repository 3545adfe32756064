/** Keys that come from what people remember or hold in a link. */
import { Problem } from '#shared/contract/problems.ts'
import { type Bytes, concat, utf8 } from '#shared/format/bytes.ts'
import type { Header } from '#shared/format/header.ts'
import type { ArgonCost } from '#shared/format/stanza.ts'
import { aesKey } from './content-key.ts'
import { hkdf } from './hash.ts'

/** Argon2id, version 0x13, 32 bytes long; `m` in KiB. Handed in, because it is WebAssembly and lives elsewhere. */
export type Argon2id = (
  input: { password: Uint8Array; salt: Uint8Array } & { m: number; t: number; p: number },
) => Promise<Uint8Array>

/** NFKC UTF-8 of a passphrase; throws `weak-password` where nothing is left of it. */
export function passphraseBytes(passphrase: string): Bytes {
  const bytes = utf8(passphrase.normalize('NFKC'))
  if (bytes.length === 0) throw new Problem('weak-password')
  return bytes
}

interface Salted extends ArgonCost {
  readonly salt: Bytes
}

/** The wrapping key of a `link` stanza. */
export async function linkKey(secret: Uint8Array, header: Header): Promise<CryptoKey> {
  const ikm = concat(secret)
  return aesKey(await hkdf({ ikm, salt: header.salt, info: utf8('datacrypt/1 link') }), 'AES-GCM')
}

/** The wrapping key of a `passphrase` or, where there is a link secret, of a `link-passphrase` stanza. */
export async function stretchedKey(
  shared: { passphrase: string; argon2id: Argon2id; secret?: Uint8Array | undefined },
  { salt, m, t, p, header }: Salted & { header: Header },
): Promise<CryptoKey> {
  const stretched = await shared.argon2id({ password: passphraseBytes(shared.passphrase), salt, m, t, p })
  if (shared.secret === undefined) return aesKey(concat(stretched), 'AES-GCM')
  const ikm = concat(shared.secret, stretched)
  return aesKey(await hkdf({ ikm, salt: header.salt, info: utf8('datacrypt/1 link-passphrase') }), 'AES-GCM')
}
