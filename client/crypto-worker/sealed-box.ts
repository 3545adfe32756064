/** AES-256-GCM of small records: nonce(12) ‖ ciphertext ‖ tag(16), bound to what they are. */

import { platformRandom, type Random } from '#shared/crypto/random.ts'
import { type Bytes, concat, utf8 } from '#shared/format/bytes.ts'

const nonceLength = 12
const tagLength = 16

/** What a record is bound to: each word ends in a zero byte, which no word holds, so that no two lists are alike. */
export function bindingOf(...words: readonly (string | number)[]): Bytes {
  return concat(...words.flatMap(word => [utf8(String(word)), new Uint8Array(1)]))
}

/** A 32-byte key for {@link sealBox}, not extractable. */
export function boxKey(raw: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

export async function sealBox(key: CryptoKey, box: { plain: Bytes; binding: Bytes; random?: Random }): Promise<Bytes> {
  const iv = (box.random ?? platformRandom)(nonceLength)
  const algorithm = { name: 'AES-GCM', iv, additionalData: box.binding }
  return concat(iv, new Uint8Array(await crypto.subtle.encrypt(algorithm, key, box.plain)))
}

/** The plaintext, or `null` where key, binding or bytes are not the ones that it was sealed with. */
export async function openBox(key: CryptoKey, box: { sealed: Bytes; binding: Bytes }): Promise<Bytes | null> {
  if (box.sealed.length < nonceLength + tagLength) return null
  const iv = box.sealed.subarray(0, nonceLength)
  const algorithm = { name: 'AES-GCM', iv, additionalData: box.binding }
  try {
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, box.sealed.subarray(nonceLength)))
  } catch {
    return null
  }
}
