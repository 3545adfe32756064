/** Private keys in and out of encrypted PEM blocks (PBES2), always as the one canonical PKCS#8. */
import { Problem } from '#shared/contract/problems.ts'
import { type Bytes, equalBytes } from '#shared/format/bytes.ts'
import { isPoint } from '#shared/format/der.ts'
import { encodePbes2, type Pbes2, parsePbes2 } from '#shared/format/der-pbes2.ts'
import { type EcPrivateKey, encodePkcs8, parsePkcs8, parseSec1 } from '#shared/format/der-private-key.ts'
import { encodePem, type PemBlock } from '#shared/format/pem.ts'
import { keyFileRefused } from '#shared/format/pem-refused.ts'
import { aesCbcDecrypt } from './pem-aes-cbc.ts'
import { isScalar, pointOfScalar } from './pem-point.ts'
import type { Random } from './random.ts'

/** One key of a file, as it stands there. */
export type KeyBlock =
  | { readonly encrypted: true; readonly box: Pbes2 }
  | { readonly encrypted: false; readonly key: EcPrivateKey }

/** Reads one block without opening it. Throws `key-file-refused`. */
export function readKeyBlock({ label, der }: PemBlock): KeyBlock {
  if (label === 'ENCRYPTED PRIVATE KEY') return { encrypted: true, box: parsePbes2(der) }
  if (label === 'PRIVATE KEY') return { encrypted: false, key: parsePkcs8(der) }
  if (label === 'EC PRIVATE KEY') return { encrypted: false, key: parseSec1(der) }
  throw keyFileRefused('other-key')
}

/**
 * Canonical PKCS#8 of a key that was read. A point that the file spells out is taken from it, and proven only when
 * the key is taken in; one that it leaves out or compresses is computed. Throws `key-file-refused` (`damaged`).
 */
export function canonicalPkcs8({ scalar, point: named }: EcPrivateKey): Bytes {
  if (!isScalar(scalar)) throw keyFileRefused('damaged')
  if (named !== null && isPoint(named)) return encodePkcs8(scalar, named)
  const point = pointOfScalar(scalar)
  if (named !== null && !equalBytes(named.subarray(1, 49), point.subarray(1, 49))) throw keyFileRefused('damaged')
  return encodePkcs8(scalar, point)
}

/** The key in an encrypted block, or `null` where this password does not open it. Throws `key-file-refused`. */
export async function unlockKey(box: Pbes2, password: Bytes): Promise<EcPrivateKey | null> {
  const key = await deriveKey(box, password)
  const plain = await aesCbcDecrypt({ ...box, key })
  key.fill(0)
  return plain === null ? null : readOpened(plain)
}

/** What another password makes of a block has good padding one time in 256, and is not a PKCS#8 then. */
function readOpened(plain: Bytes): EcPrivateKey | null {
  try {
    return parsePkcs8(plain)
  } catch (problem) {
    if (problem instanceof Problem && problem.data.reason === 'damaged') return null
    throw problem
  } finally {
    plain.fill(0)
  }
}

async function deriveKey({ salt, iterations, hash, keyLength }: Omit<Pbes2, 'ciphertext'>, password: Bytes) {
  const from = await crypto.subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits'])
  const bits = await crypto.subtle.deriveBits({ name: 'PBKDF2', salt, iterations, hash }, from, keyLength * 8)
  return new Uint8Array(bits)
}

/** An encrypted block: PBKDF2 with HMAC-SHA-256, AES-256-CBC. */
export async function lockKey(
  pkcs8: Bytes,
  { password, iterations, random }: { password: Bytes; iterations: number; random: Random },
): Promise<string> {
  const derivation = { salt: random(16), iterations, hash: 'SHA-256', keyLength: 32, iv: random(16) } as const
  const raw = await deriveKey(derivation, password)
  const key = await crypto.subtle.importKey('raw', raw, 'AES-CBC', false, ['encrypt'])
  raw.fill(0)
  const sealed = await crypto.subtle.encrypt({ name: 'AES-CBC', iv: derivation.iv }, key, pkcs8)
  const der = encodePbes2({ ...derivation, ciphertext: new Uint8Array(sealed) })
  return encodePem({ label: 'ENCRYPTED PRIVATE KEY', der })
}

/** A plain block. */
export function plainKey(pkcs8: Bytes): string {
  return encodePem({ label: 'PRIVATE KEY', der: pkcs8 })
}
