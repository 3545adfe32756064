import { createECDH } from 'node:crypto'
import { expect, test } from 'vitest'
import { concat } from './bytes.ts'
import { isCanonicalSpki, isPoint, spkiOfPoint, spkiPoint } from './der.ts'

const curve = createECDH('secp384r1')
curve.generateKeys()
const point = new Uint8Array(curve.getPublicKey())
const good = spkiOfPoint(point)
const set = (at: number, ...values: number[]) => {
  const copy = good.slice()
  copy.set(values, at)
  return copy
}

test('the canonical form is taken, and its point is the one in it', () => {
  expect(isCanonicalSpki(good)).toBe(true)
  expect(spkiPoint(good)).toEqual(point)
})

test.each([
  ['empty', new Uint8Array(0)],
  ['cut', good.slice(0, 119)],
  ['longer', concat(good, new Uint8Array(1))],
  ['of another curve', set(18, 0x2b, 0x81, 0x04, 0x00, 0x23)],
  ['with unused bits', set(22, 1)],
  ['hybrid', set(23, 6)],
  ['off the curve', set(119, (good[119] ?? 0) ^ 1)],
  ['of the point 0, 0', set(24, ...new Uint8Array(96))],
  ['with Y above p', set(72, ...new Uint8Array(48).fill(255))],
])('a key %s is refused', (_what, spki) => {
  expect(isCanonicalSpki(spki)).toBe(false)
})

test('a coordinate that is too large by p is refused although it is on the curve', () => {
  // X = 0 is on P-384 with this Y (a square root of b), so X = p would be the same point in another spelling.
  const y = Buffer.from(squareRootOfB(), 'hex')
  const zero = concat(Uint8Array.of(4), new Uint8Array(48), y)
  expect(isPoint(zero)).toBe(true)
  const p = Buffer.from(`${'f'.repeat(63)}effffffff0000000000000000ffffffff`, 'hex')
  expect(isPoint(concat(Uint8Array.of(4), p, y))).toBe(false)
})

function squareRootOfB(): string {
  const p = 0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffffn
  let base = 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn
  let root = 1n
  // p is 3 modulo 4.
  for (let power = (p + 1n) / 4n; power > 0n; power >>= 1n) {
    if (power & 1n) root = (root * base) % p
    base = (base * base) % p
  }
  return root.toString(16).padStart(96, '0')
}
