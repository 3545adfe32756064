/** The public point of a P-384 private key, for files that leave it out: not every platform imports those. */
import { type Bytes, concat } from '#shared/format/bytes.ts'
import { b, p } from '#shared/format/der.ts'
import { bytesOfHex, hexOf } from '#shared/format/der-oid.ts'

// SEC 2, section 2.5.1.
const order = 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n
const generator: Projective = [
  0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7n,
  0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5fn,
  1n,
]

/** X : Y : Z, each from 0 to p - 1; 0 : 1 : 0 is the point at infinity. */
type Projective = readonly [bigint, bigint, bigint]

/** Whether 48 bytes are a private key: from 1 to the order less 1. */
export function isScalar(bytes: Uint8Array): boolean {
  const scalar = integer(bytes)
  return scalar > 0n && scalar < order
}

/**
 * `04 || X || Y` of the scalar times the generator. BigInt takes a time that depends on its numbers; this runs once,
 * where the key's owner imports the file, and only for files without the point.
 */
export function pointOfScalar(bytes: Uint8Array): Bytes {
  const scalar = integer(bytes)
  let low: Projective = [0n, 1n, 0n]
  let high = generator
  for (let bit = 383n; bit >= 0n; bit--) {
    const sum = add(low, high)
    if ((scalar >> bit) & 1n) [low, high] = [sum, add(high, high)]
    else [low, high] = [add(low, low), sum]
  }
  const [x, y, z] = low
  const inverse = power(z, p - 2n)
  return concat(Uint8Array.of(4), coordinate(modulo(x * inverse)), coordinate(modulo(y * inverse)))
}

/** Complete addition, doubling included, with a = -3 (Renes, Costello and Batina 2016). */
function add([x1, y1, z1]: Projective, [x2, y2, z2]: Projective): Projective {
  const xx = modulo(x1 * x2)
  const yy = modulo(y1 * y2)
  const zz = modulo(z1 * z2)
  const xy = modulo(x1 * y2 + x2 * y1)
  const xz = modulo(x1 * z2 + x2 * z1)
  const yz = modulo(y1 * z2 + y2 * z1)
  const t = modulo(3n * b * zz - 3n * xz)
  const u = modulo(3n * xx - 3n * zz)
  const v = modulo(3n * b * xz - 3n * xx - 9n * zz)
  return [modulo(xy * (yy - t) - yz * v), modulo((yy + t) * (yy - t) + u * v), modulo(yz * (yy + t) + xy * u)]
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = modulo(result * square)
    square = modulo(square * square)
  }
  return result
}

function modulo(value: bigint): bigint {
  const rest = value % p
  return rest < 0n ? rest + p : rest
}

function integer(bytes: Uint8Array): bigint {
  return BigInt(`0x${hexOf(bytes)}`)
}

function coordinate(value: bigint): Bytes {
  return bytesOfHex(value.toString(16).padStart(96, '0'))
}
