import { createECDH } from 'node:crypto'
import { expect, test } from 'vitest'
import { bytesOfHex } from '#shared/format/der-oid.ts'
import { isScalar, pointOfScalar } from './pem-point.ts'

const order = 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n
const scalarOf = (value: bigint) => bytesOfHex(value.toString(16).padStart(96, '0'))

function pointByNode(scalar: Uint8Array): Uint8Array {
  const curve = createECDH('secp384r1')
  curve.setPrivateKey(scalar)
  return new Uint8Array(curve.getPublicKey())
}

test.each([1n, 2n, 3n, 4n, 255n, 2n ** 191n, 2n ** 383n, order / 2n, order - 2n, order - 1n])('%s times G', value => {
  expect(pointOfScalar(scalarOf(value))).toEqual(pointByNode(scalarOf(value)))
})

test('random keys have the points that OpenSSL gives them', () => {
  for (let run = 0; run < 20; run++) {
    const curve = createECDH('secp384r1')
    curve.generateKeys()
    const scalar = bytesOfHex(curve.getPrivateKey('hex').padStart(96, '0'))
    expect(pointOfScalar(scalar)).toEqual(new Uint8Array(curve.getPublicKey()))
  }
})

test('a private key is from 1 to the order less 1', () => {
  expect([1n, order - 1n].map(value => isScalar(scalarOf(value)))).toEqual([true, true])
  expect([0n, order, order + 1n, 2n ** 384n - 1n].map(value => isScalar(scalarOf(value)))).toEqual([
    false,
    false,
    false,
    false,
  ])
})
