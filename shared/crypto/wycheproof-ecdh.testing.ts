/** Wycheproof's public keys, in every encoding, through our own checks: what comes past them has to agree. */
import { decodeBase64, encodeBase64 } from '#shared/format/base64.ts'
import { type Bytes, concat } from '#shared/format/bytes.ts'
import { parseCard } from '#shared/format/card.ts'
import { isCanonicalSpki, isPoint, spkiPoint } from '#shared/format/der.ts'
import { encodePkcs8, parsePkcs8 } from '#shared/format/der-private-key.ts'
import { parsePem } from '#shared/format/pem.ts'
import { parsePublicKeyPem } from '#shared/format/pem-public-key.ts'
import { fromHex, hex, makePeople } from './forge.testing.ts'
import { pointOfScalar } from './pem-point.ts'
import { importEncryptionKey, takeKey } from './private-key.ts'
import { type Counts, count, kinds, ours, platform, testsIn } from './wycheproof-read.testing.ts'

const held = new Map<string, Promise<CryptoKey>>()

/** A private key through our import; many tests share one, and its point takes a while. */
function keyOfScalar(text: string): Promise<CryptoKey> {
  const digits = text.replace(/^0+/, '').padStart(96, '0')
  const key = held.get(digits) ?? takeScalar(fromHex(digits))
  held.set(digits, key)
  return key
}

async function takeScalar(scalar: Bytes): Promise<CryptoKey> {
  return (await takeKey('ECDH', encodePkcs8(scalar, pointOfScalar(scalar)))).key
}

async function agree(key: CryptoKey, point: Uint8Array): Promise<string> {
  const publicKey = await importEncryptionKey(point)
  return hex(new Uint8Array(await crypto.subtle.deriveBits({ name: 'ECDH', public: publicKey }, key, 384)))
}

const shared = (test: { shared: string }) => test.shared

/** ECDH with SPKI: only the canonical form comes past our check. */
export function ecdhSpki(text: string): Promise<Counts> {
  return count(testsIn(text, kinds.ecdh), shared, async test =>
    isCanonicalSpki(test.public) ? agree(await keyOfScalar(test.private), spkiPoint(test.public)) : null,
  )
}

/** The same keys on a card: what its schema takes. */
export async function cardsWithSpki(text: string): Promise<Counts> {
  const { alice } = await makePeople()
  const enc = encodeBase64(alice.card.enc)
  const rest = { format: 'datacrypt-id/1', enc, seq: 1, created: 0, prev: encodeBase64(new Uint8Array(32)) }
  const sig = encodeBase64(alice.card.sig)
  const take = async (sign: Bytes) => parseCard({ ...rest, sign: encodeBase64(sign), sig }).sign
  return count(
    testsIn(text, kinds.ecdh),
    test => hex(test.public),
    test => ours(() => take(test.public)),
  )
}

/** ECDH with bare points, as HPKE's encapsulated keys are. */
export function ecdhPoint(text: string): Promise<Counts> {
  return count(testsIn(text, kinds.ecdh), shared, async test =>
    isPoint(test.public) ? agree(await keyOfScalar(test.private), test.public) : null,
  )
}

/** ECDH with both keys as PEM files. */
export function ecdhPem(text: string): Promise<Counts> {
  return count(testsIn(text, kinds.pem), shared, async test => {
    const spki = await ours(async () => parsePublicKeyPem(test.public))
    return spki === null ? null : agree(await keyOfPem(test.private), spkiPoint(fromHex(spki)))
  })
}

function keyOfPem(text: string): Promise<CryptoKey> {
  const [block] = parsePem(text).blocks
  if (block?.label !== 'PRIVATE KEY') throw new Error('one plain key')
  return keyOfScalar(hex(parsePkcs8(block.der).scalar))
}

/** ECDH with JWK, whose coordinates go through our check as a point. */
export function ecdhJwk(text: string): Promise<Counts> {
  return count(testsIn(text, kinds.jwk), shared, async test => {
    const { crv, x, y } = test.public
    const point = concat(Uint8Array.of(4), fromBase64(x), fromBase64(y))
    if (crv !== 'P-384' || !isPoint(point)) return null
    return agree(await keyOfScalar(hex(fromBase64(test.private.d))), point)
  })
}

/** What the platform's own JWK import says; ours is not asked. */
export function platformJwk(text: string): Promise<Counts> {
  const algorithm = { name: 'ECDH', namedCurve: 'P-384' }
  return count(
    testsIn(text, kinds.jwk),
    () => '',
    test =>
      platform(async () => {
        await crypto.subtle.importKey('jwk', test.public, algorithm, false, [])
        return new ArrayBuffer(0)
      }),
  )
}

function fromBase64(text: string): Bytes {
  const found = decodeBase64(text)
  if (found === null) throw new Error('not base64url')
  return found
}
