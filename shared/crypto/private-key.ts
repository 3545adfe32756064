/** P-384 private keys: made, taken in from PKCS#8, and held so that scripts cannot read them. */
import { Problem } from '#shared/contract/problems.ts'
import { decodeBase64 } from '#shared/format/base64.ts'
import { type Bytes, concat, equalBytes } from '#shared/format/bytes.ts'
import { isPoint, spkiOfPoint, spkiPoint } from '#shared/format/der.ts'
import { signMessage, verifyMessage } from './ecdsa.ts'
import { platformRandom } from './random.ts'

type Kind = 'ECDSA' | 'ECDH'

/** A private key for use, its public half as SPKI, and its PKCS#8 for the caller to wrap at once. */
export interface MadeKey {
  readonly key: CryptoKey
  readonly spki: Bytes
  readonly pkcs8: Bytes
}

/** Makes a key pair. */
export async function makeKey(kind: Kind): Promise<MadeKey> {
  const pair = await crypto.subtle.generateKey({ name: kind, namedCurve: 'P-384' }, true, [usage(kind)])
  const pkcs8 = new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey))
  const spki = new Uint8Array(await crypto.subtle.exportKey('spki', pair.publicKey))
  return { key: await importPrivate(kind, pkcs8, false), spki, pkcs8 }
}

/**
 * Takes a PKCS#8 key in. The public half is read from the key and then proven by use, since a file can name a public
 * key that is not its own. Throws `card-refused`.
 */
export async function takeKey(kind: Kind, pkcs8: Bytes): Promise<MadeKey> {
  try {
    const jwk = await crypto.subtle.exportKey('jwk', await importPrivate(kind, pkcs8, true))
    const spki = spkiOfJwk(jwk)
    const key = await importPrivate(kind, pkcs8, false)
    if (spki !== null && (await fits(kind, key, spki))) return { key, spki, pkcs8 }
  } catch {
    // What the platform says about a private key is not passed on.
  }
  throw new Problem('card-refused', { data: { key: kind } })
}

function importPrivate(kind: Kind, pkcs8: Bytes, extractable: boolean): Promise<CryptoKey> {
  return crypto.subtle.importKey('pkcs8', pkcs8, { name: kind, namedCurve: 'P-384' }, extractable, [usage(kind)])
}

function usage(kind: Kind): 'sign' | 'deriveBits' {
  return kind === 'ECDSA' ? 'sign' : 'deriveBits'
}

function spkiOfJwk({ x, y }: JsonWebKey): Bytes | null {
  const coordinates = [decodeBase64(x ?? ''), decodeBase64(y ?? '')]
  const point = concat(Uint8Array.of(4), ...coordinates.filter(found => found !== null))
  return isPoint(point) ? spkiOfPoint(point) : null
}

/** Whether the private key works together with the public one. */
async function fits(kind: Kind, key: CryptoKey, spki: Bytes): Promise<boolean> {
  return kind === 'ECDSA' ? signsFor(key, spki) : agreesFor(key, spki)
}

async function signsFor(key: CryptoKey, spki: Bytes): Promise<boolean> {
  const message = platformRandom(32)
  return verifyMessage(spki, await signMessage(key, message), message)
}

async function agreesFor(key: CryptoKey, spki: Bytes): Promise<boolean> {
  const other = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-384' }, false, ['deriveBits'])
  const here = await crypto.subtle.deriveBits({ name: 'ECDH', public: other.publicKey }, key, 384)
  const publicKey = await importEncryptionKey(spkiPoint(spki))
  const there = await crypto.subtle.deriveBits({ name: 'ECDH', public: publicKey }, other.privateKey, 384)
  return equalBytes(new Uint8Array(here), new Uint8Array(there))
}

/** A public encryption key from its uncompressed point, which the caller knows to be on the curve. */
export function importEncryptionKey(point: Uint8Array): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', new Uint8Array(point), { name: 'ECDH', namedCurve: 'P-384' }, true, [])
}
