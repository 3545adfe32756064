/** EncryptedPrivateKeyInfo (RFC 5958 section 3) under PBES2 with PBKDF2 and AES-CBC (RFC 8018 appendix A). */
import { type Bytes, concat } from './bytes.ts'
import { oids } from './der-oid.ts'
import { takeOnly } from './der-private-key.ts'
import { type DerReader, derReader, tags } from './der-reader.ts'
import { derInteger, derOf, derOid, derSequence } from './der-writer.ts'
import { keyFileRefused } from './pem-refused.ts'

/** The most PBKDF2 iterations that are run. */
export const maxIterations = 10_000_000

export type Pbkdf2Hash = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512'

/** An encrypted private key, and how to derive what opens it. */
export interface Pbes2 {
  readonly salt: Bytes
  /** From 1 to {@link maxIterations}. */
  readonly iterations: number
  readonly hash: Pbkdf2Hash
  /** Bytes of the AES key. */
  readonly keyLength: 16 | 24 | 32
  /** 16 bytes. */
  readonly iv: Bytes
  /** Whole blocks of 16 bytes, at least one. */
  readonly ciphertext: Bytes
}

const hashes: Readonly<Record<string, Pbkdf2Hash>> = {
  '2a864886f70d0207': 'SHA-1',
  '2a864886f70d0209': 'SHA-256',
  '2a864886f70d020a': 'SHA-384',
  '2a864886f70d020b': 'SHA-512',
}
const ciphers: Readonly<Record<string, Pbes2['keyLength']>> = {
  '608648016503040102': 16,
  '608648016503040116': 24,
  '60864801650304012a': 32,
}

/** The arcs of PBES1 (RFC 8018 appendix A.3) and of PKCS#12's own schemes (RFC 7292 appendix C). */
const oldSchemes = ['2a864886f70d0105', '2a864886f70d010c01']

/**
 * Reads an EncryptedPrivateKeyInfo without deriving anything. Throws `key-file-refused`: `old-encryption`,
 * `other-encryption` for another KDF, PRF or cipher, `too-many-iterations`, or `damaged`.
 */
export function parsePbes2(der: Uint8Array): Pbes2 {
  const info = derReader(takeOnly(der, tags.sequence))
  const scheme = info.open()
  const ciphertext = info.take(tags.octetString)
  info.end()
  readScheme(scheme.oid())
  const parameters = scheme.open()
  scheme.end()
  const { keyLength: named, ...derivation } = readPbkdf2(parameters.open())
  const { keyLength, iv } = readCipher(parameters.open())
  parameters.end()
  const wholeBlocks = ciphertext.length > 0 && ciphertext.length % 16 === 0
  if (!wholeBlocks || (named !== null && named !== keyLength)) throw keyFileRefused('damaged')
  return { ...derivation, keyLength, iv, ciphertext: concat(ciphertext) }
}

function readScheme(oid: string): void {
  if (oid === oids.pbes2) return
  throw keyFileRefused(oldSchemes.some(arc => oid.startsWith(arc)) ? 'old-encryption' : 'other-encryption')
}

function readPbkdf2(kdf: DerReader): Pick<Pbes2, 'salt' | 'iterations' | 'hash'> & { keyLength: number | null } {
  if (kdf.oid() !== oids.pbkdf2) throw keyFileRefused('other-encryption')
  const parameters = kdf.open()
  kdf.end()
  const salt = parameters.option(tags.octetString)
  if (salt === null) throw keyFileRefused('other-encryption')
  const iterations = parameters.integer()
  if (iterations > maxIterations) throw keyFileRefused('too-many-iterations')
  if (iterations === 0) throw keyFileRefused('damaged')
  const keyLength = parameters.isAt(tags.integer) ? parameters.integer() : null
  const prf = parameters.option(tags.sequence)
  parameters.end()
  const hash = prf === null ? 'SHA-1' : readPrf(derReader(prf))
  return { salt: concat(salt), iterations, hash, keyLength }
}

function readPrf(prf: DerReader): Pbkdf2Hash {
  const hash = hashes[prf.oid()]
  if (hash === undefined) throw keyFileRefused('other-encryption')
  prf.option(tags.nothing)
  prf.end()
  return hash
}

function readCipher(cipher: DerReader): Pick<Pbes2, 'keyLength' | 'iv'> {
  const keyLength = ciphers[cipher.oid()]
  if (keyLength === undefined) throw keyFileRefused('other-encryption')
  const iv = concat(cipher.take(tags.octetString))
  cipher.end()
  if (iv.length !== 16) throw keyFileRefused('damaged')
  return { keyLength, iv }
}

/** Writes an EncryptedPrivateKeyInfo; the PRF is named although SHA-1 could be left out. */
export function encodePbes2({ salt, iterations, hash, keyLength, iv, ciphertext }: Pbes2): Bytes {
  const prf = derSequence(derOid(oidOf(hashes, hash)), derOf(tags.nothing))
  const derivation = derSequence(derOf(tags.octetString, salt), derInteger(iterations), prf)
  const kdf = derSequence(derOid(oids.pbkdf2), derivation)
  const cipher = derSequence(derOid(oidOf(ciphers, keyLength)), derOf(tags.octetString, iv))
  const scheme = derSequence(derOid(oids.pbes2), derSequence(kdf, cipher))
  return derSequence(scheme, derOf(tags.octetString, ciphertext))
}

function oidOf<Value>(table: Readonly<Record<string, Value>>, value: Value): string {
  const row = Object.entries(table).find(([, found]) => found === value)
  if (row === undefined) throw new RangeError('not in the table')
  return row[0]
}
