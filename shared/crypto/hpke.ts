/** HPKE (RFC 9180), base mode: DHKEM(P-384, HKDF-SHA384), HKDF-SHA256, AES-256-GCM. */
import { Aes256Gcm, CipherSuite, DhkemP384HkdfSha384, HkdfSha256 } from '@hpke/core'
import { type Bytes, utf8 } from '#shared/format/bytes.ts'

const suite = new CipherSuite({ kem: new DhkemP384HkdfSha384(), kdf: new HkdfSha256(), aead: new Aes256Gcm() })
const info = utf8('datacrypt/1 envelope')

/** Seals `plain` to a public key: the encapsulated key (97 bytes) and the ciphertext, 16 bytes longer. */
export async function hpkeSeal(to: CryptoKey, { plain, aad }: { plain: Bytes; aad: Bytes }) {
  const { enc, ct } = await suite.seal({ recipientPublicKey: to, info }, plain, aad)
  return { enc: new Uint8Array(enc), ct: new Uint8Array(ct) }
}

/** Opens what was sealed to `pair`, whose private half need not be extractable; throws what the library throws. */
export async function hpkeOpen(pair: CryptoKeyPair, sealed: { enc: Bytes; ct: Bytes; aad: Bytes }): Promise<Bytes> {
  const { enc, ct, aad } = sealed
  return new Uint8Array(await suite.open({ recipientKey: pair, enc, info }, ct, aad))
}
