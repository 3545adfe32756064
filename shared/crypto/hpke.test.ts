/** HPKE against RFC 9180 written down once more, with Node's own primitives and none of WebCrypto's. */
import { createDecipheriv, createECDH, createHmac, type ECDH } from 'node:crypto'
import { expect, test } from 'vitest'
import { concat, utf8 } from '#shared/format/bytes.ts'
import { hpkeOpen, hpkeSeal } from './hpke.ts'
import { importEncryptionKey } from './private-key.ts'

type Hash = 'sha256' | 'sha384'
const kemSuite = concat(utf8('KEM'), Uint8Array.of(0, 0x11))
const fullSuite = concat(utf8('HPKE'), Uint8Array.of(0, 0x11, 0, 1, 0, 2))
const none = new Uint8Array(0)

const extract = (hash: Hash, salt: Uint8Array, ikm: Uint8Array) => createHmac(hash, salt).update(ikm).digest()
const labelled = (suite: Uint8Array, name: string, value: Uint8Array) =>
  concat(utf8('HPKE-v1'), suite, utf8(name), value)

function expand(
  hash: Hash,
  key: Uint8Array,
  { suite, name, info, length }: { suite: Uint8Array; name: string; info: Uint8Array; length: number },
) {
  // One block is enough: no output here is longer than its hash.
  const text = concat(Uint8Array.of(0, length), labelled(suite, name, info), Uint8Array.of(1))
  return createHmac(hash, key).update(text).digest().subarray(0, length)
}

/** RFC 9180, sections 4.1, 5.1 and 5.2, for the recipient. */
function openByHand(own: ECDH, sealed: { enc: Uint8Array; ct: Uint8Array; aad: Uint8Array }) {
  const dh = own.computeSecret(sealed.enc)
  const prk = extract('sha384', none, labelled(kemSuite, 'eae_prk', dh))
  const context = concat(sealed.enc, own.getPublicKey())
  const shared = expand('sha384', prk, { suite: kemSuite, name: 'shared_secret', info: context, length: 48 })
  const pskHash = extract('sha256', none, labelled(fullSuite, 'psk_id_hash', none))
  const infoHash = extract('sha256', none, labelled(fullSuite, 'info_hash', utf8('datacrypt/1 envelope')))
  const info = concat(Uint8Array.of(0), pskHash, infoHash)
  const secret = extract('sha256', shared, labelled(fullSuite, 'secret', none))
  const key = expand('sha256', secret, { suite: fullSuite, name: 'key', info, length: 32 })
  const nonce = expand('sha256', secret, { suite: fullSuite, name: 'base_nonce', info, length: 12 })
  const decipher = createDecipheriv('aes-256-gcm', key, nonce).setAAD(sealed.aad).setAuthTag(sealed.ct.subarray(-16))
  return concat(decipher.update(sealed.ct.subarray(0, -16)), decipher.final())
}

test('what we seal opens by the standard, byte for byte', async () => {
  const own = createECDH('secp384r1')
  own.generateKeys()
  const aad = utf8('bound to this')
  const sealed = await hpkeSeal(await importEncryptionKey(own.getPublicKey()), { plain: utf8('key'), aad })
  expect([sealed.enc.length, sealed.ct.length]).toEqual([97, 19])
  expect(openByHand(own, { ...sealed, aad })).toEqual(utf8('key'))
})

test('we open it too, with a private key that cannot be exported, and only under the same context', async () => {
  const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-384' }, false, ['deriveBits'])
  const aad = utf8('bound to this')
  const sealed = await hpkeSeal(pair.publicKey, { plain: utf8('key'), aad })
  expect(await hpkeOpen(pair, { ...sealed, aad })).toEqual(utf8('key'))
  await expect(hpkeOpen(pair, { ...sealed, aad: utf8('to that') })).rejects.toThrow()
})
