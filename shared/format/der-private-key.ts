/** P-384 private keys: PKCS#8 (RFC 5958) and SEC1 (RFC 5915) read, one canonical PKCS#8 written. */
import { type Bytes, concat } from './bytes.ts'
import { pointLength } from './der.ts'
import { bytesOfHex, oids } from './der-oid.ts'
import { type DerReader, derReader, tags } from './der-reader.ts'
import { keyFileRefused } from './pem-refused.ts'

/** Bytes of a P-384 private scalar, and of a coordinate. */
export const scalarLength = 48

/** What a file says about a private key; nothing about it is proven. */
export interface EcPrivateKey {
  /** 48 bytes, big-endian; not yet known to be between 1 and the order. */
  readonly scalar: Bytes
  /** The public point as the file spells it, compressed or not; `null` where it leaves it out. */
  readonly point: Bytes | null
}

const contextParameters = 0xa0
const contextPublicKey = 0xa1
const pkcs8Attributes = 0xa0
const pkcs8PublicKey = 0x81

/**
 * Reads a PrivateKeyInfo or OneAsymmetricKey (RFC 5958 section 2). Throws `key-file-refused`: `other-key`,
 * `other-curve`, `explicit-curve`, or `damaged` for whatever is not this structure.
 */
export function parsePkcs8(der: Uint8Array): EcPrivateKey {
  const info = derReader(takeOnly(der, tags.sequence))
  const version = info.integer()
  if (version > 1) throw keyFileRefused('damaged')
  readAlgorithm(info.open())
  const key = parseSec1(info.take(tags.octetString))
  info.option(pkcs8Attributes)
  const outer = version === 1 ? info.option(pkcs8PublicKey) : null
  info.end()
  return key.point === null && outer !== null ? { ...key, point: bitString(outer) } : key
}

/** Reads an ECPrivateKey (RFC 5915 section 3), with or without its parameters and its public key. Throws as above. */
export function parseSec1(der: Uint8Array): EcPrivateKey {
  const key = derReader(takeOnly(der, tags.sequence))
  if (key.integer() !== 1) throw keyFileRefused('damaged')
  const scalar = key.take(tags.octetString)
  const parameters = key.option(contextParameters)
  if (parameters !== null) readCurve(derReader(parameters))
  // Without its parameters a key of another curve is known by its length alone.
  if (scalar.length !== scalarLength) throw keyFileRefused(parameters === null ? 'other-curve' : 'damaged')
  const point = key.option(contextPublicKey)
  key.end()
  return { scalar: concat(scalar), point: point === null ? null : bitString(takeOnly(point, tags.bitString)) }
}

/** Reads the AlgorithmIdentifier of a key (RFC 5480 section 2.1.1) to its end. Throws as above. */
export function readAlgorithm(algorithm: DerReader): void {
  if (algorithm.oid() !== oids.ecPublicKey) throw keyFileRefused('other-key')
  readCurve(algorithm)
}

function readCurve(parameters: DerReader): void {
  if (parameters.option(tags.sequence) !== null) throw keyFileRefused('explicit-curve')
  if (parameters.oid() !== oids.secp384r1) throw keyFileRefused('other-curve')
  parameters.end()
}

/** The content of the one element that is all of `der`. */
export function takeOnly(der: Uint8Array, tag: number): Uint8Array {
  const reader = derReader(der)
  const content = reader.take(tag)
  reader.end()
  return content
}

function bitString(content: Uint8Array): Bytes {
  if (content[0] !== 0) throw keyFileRefused('damaged')
  return concat(content.subarray(1))
}

const beforeScalar = bytesOfHex('3081b6020100301006072a8648ce3d020106052b8104002204819e30819b0201010430')
const beforePoint = bytesOfHex('a164036200')

/** The canonical PKCS#8 (185 bytes) of a scalar (48 bytes) and its uncompressed point (97 bytes), as platforms write it. */
export function encodePkcs8(scalar: Uint8Array, point: Uint8Array): Bytes {
  if (scalar.length !== scalarLength || point.length !== pointLength) throw new RangeError('not a P-384 key')
  return concat(beforeScalar, scalar, beforePoint, point)
}

/** The point (97 bytes) of a canonical PKCS#8. */
export function pointOfPkcs8(pkcs8: Bytes): Bytes {
  return pkcs8.slice(-pointLength)
}
