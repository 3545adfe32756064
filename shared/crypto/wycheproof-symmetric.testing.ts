/** Wycheproof's HKDF, GCM, CBC and HMAC: the platform's own answers, and what our functions make of them. */
import { encodeBase64 } from '#shared/format/base64.ts'
import { type Bytes, chunkCounter, concat } from '#shared/format/bytes.ts'
import { parseStanza, stanzaMessage } from '#shared/format/stanza.ts'
import { openCbc } from './aes-cbc-hmac.ts'
import { aesKey } from './content-key.ts'
import { signMessage } from './ecdsa.ts'
import { forge, fromHex, hex, makePeople, pattern } from './forge.testing.ts'
import { hkdf } from './hash.ts'
import { unwrap } from './wrap.ts'
import { type Counts, count, kinds, ours, platform, testsIn } from './wycheproof-read.testing.ts'

/** Our HKDF gives 32 bytes, of which a longer output begins with and a shorter one is the beginning. */
export function hkdfOurs(text: string): Promise<Counts> {
  const valid = testsIn(text, kinds.hkdf).filter(test => test.result === 'valid')
  const length = (test: { size: number }) => 2 * Math.min(test.size, 32)
  return count(
    valid,
    test => test.okm.slice(0, length(test)),
    async test => hex(await hkdf({ ikm: test.ikm, salt: test.salt, info: test.info })).slice(0, length(test)),
  )
}

/** The platform's HKDF, at every length. */
export function hkdfPlatform(text: string): Promise<Counts> {
  return count(
    testsIn(text, kinds.hkdf),
    test => test.okm,
    ({ ikm, salt, info, size }) =>
      platform(async () => {
        const key = await crypto.subtle.importKey('raw', ikm, 'HKDF', false, ['deriveBits'])
        return crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, key, size * 8)
      }),
  )
}

/** The platform's GCM, with 96-bit IVs and keys of 128 and 256 bits: what all platforms have. */
export function gcmPlatform(text: string): Promise<Counts> {
  const common = testsIn(text, kinds.gcm).filter(({ keySize, ivSize }) => ivSize === 96 && keySize !== 192)
  return count(
    common,
    test => test.msg,
    ({ key, iv, aad, ct, tag }) =>
      platform(async () => {
        const imported = await crypto.subtle.importKey('raw', key, 'AES-GCM', false, ['decrypt'])
        return crypto.subtle.decrypt({ name: 'AES-GCM', iv, additionalData: aad }, imported, concat(ct, tag))
      }),
  )
}

/** GCM as a stanza that a passphrase opens, whose key is the vector's; every test, whatever its key and IV. */
export async function gcmStanzas(text: string): Promise<Counts> {
  const people = await makePeople()
  const { envelope } = await forge({ people, suite: 'gcm', chunks: [pattern(1)] })
  const zeros = (length: number) => encodeBase64(new Uint8Array(length))
  const cheap = { type: 'passphrase', salt: zeros(16), m: 8, t: 1, p: 1, ct: zeros(48), sig: zeros(96) }
  return count(
    testsIn(text, kinds.gcm),
    test => test.msg,
    ({ key, iv, aad, ct, tag }) =>
      ours(async () => {
        const parsed = parseStanza({ ...cheap, nonce: encodeBase64(iv) })
        if (parsed.type !== 'passphrase') throw new Error('a passphrase stanza')
        const stanza = { ...parsed, ct: concat(ct, tag) }
        const sig = await signMessage(people.alice.signKey, stanzaMessage(stanza, aad))
        const access = { passphrase: 'any', argon2id: async () => key }
        return unwrap({ ...envelope, stanzas: [{ ...stanza, sig }] }, access, aad)
      }),
  )
}

/** The platform's CBC. Chromium has no keys of 192 bits. */
export function cbcPlatform(text: string): Promise<Counts> {
  return count(
    testsIn(text, kinds.cbc),
    test => test.msg,
    ({ key, iv, ct }) =>
      platform(async () => {
        const imported = await crypto.subtle.importKey('raw', key, 'AES-CBC', false, ['decrypt'])
        return crypto.subtle.decrypt({ name: 'AES-CBC', iv }, imported, ct)
      }),
  )
}

/** CBC as a chunk whose tag is right: keys of another length than ours are refused, and so is wrong padding. */
export async function cbcChunks(text: string): Promise<Counts> {
  const mac = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])
  return count(
    testsIn(text, kinds.cbc),
    test => test.msg,
    ({ key, iv, ct }) =>
      ours(async () => {
        const tag = await crypto.subtle.sign('HMAC', mac, concat(chunkCounter(0, true), iv, ct))
        const cipher = concat(iv, ct, new Uint8Array(tag))
        return openCbc({ content: await aesKey(key, 'AES-CBC'), mac }, { index: 0, final: true, cipher })
      }),
  )
}

/** HMAC-SHA-256, whose tag is compared as far as the vector's goes. */
export function hmacPlatform(text: string): Promise<Counts> {
  return count(
    testsIn(text, kinds.hmac),
    test => test.tag,
    async ({ key, msg, tag, tagSize }) => {
      const full = hex(new Uint8Array(await crypto.subtle.sign('HMAC', await hmacKey(key), msg)))
      return full.startsWith(tag) && tag.length === tagSize / 4 ? tag : null
    },
  )
}

/** HMAC as a chunk's tag is checked: whole, so that a good one which was cut short does not count. */
export function hmacWhole(text: string): Promise<Counts> {
  return count(
    testsIn(text, kinds.hmac),
    test => test.tag,
    async ({ key, msg, tag }) =>
      (await crypto.subtle.verify('HMAC', await hmacKey(key), fromHex(tag), msg)) ? tag : null,
  )
}

function hmacKey(raw: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign', 'verify'])
}
