/** P-384 public keys as SPKI DER in the one canonical form, checked before any platform parser sees them. */
import { type Bytes, concat, equalBytes } from './bytes.ts'

/** Bytes of a canonical P-384 SubjectPublicKeyInfo. */
export const spkiLength = 120
/** Bytes of an uncompressed P-384 point. */
export const pointLength = 97

const prefix = Uint8Array.from([
  0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00,
  0x22, 0x03, 0x62, 0x00,
])

// SEC 2, section 2.5.1: y^2 = x^3 - 3x + b over the field of p elements.
export const p = 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn
export const b = 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn

/** Whether `spki` is 120 bytes with the fixed prefix and an uncompressed point of the curve. */
export function isCanonicalSpki(spki: Uint8Array): boolean {
  return spki.length === spkiLength && equalBytes(spki.subarray(0, prefix.length), prefix) && isPoint(spkiPoint(spki))
}

/** Whether `point` is `04 || X || Y` with both coordinates below p, on the curve. */
export function isPoint(point: Uint8Array): boolean {
  if (point.length !== pointLength || point[0] !== 4) return false
  const x = integer(point.subarray(1, 49))
  const y = integer(point.subarray(49))
  return x < p && y < p && (y * y - x * x * x + 3n * x - b) % p === 0n
}

/** The uncompressed point (97 bytes) inside a canonical SPKI. */
export function spkiPoint(spki: Uint8Array): Uint8Array {
  return spki.subarray(prefix.length)
}

/** The canonical SPKI of an uncompressed point (97 bytes). */
export function spkiOfPoint(point: Uint8Array): Bytes {
  return concat(prefix, point)
}

function integer(bytes: Uint8Array): bigint {
  let hex = '0x'
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0')
  return BigInt(hex)
}
