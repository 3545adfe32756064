/** ECDSA over P-384 with SHA-384; signatures are r || s, 96 bytes (IEEE P1363). */
import type { Bytes } from '#shared/format/bytes.ts'

const algorithm = { name: 'ECDSA', hash: 'SHA-384' }
const curve = { name: 'ECDSA', namedCurve: 'P-384' }

/** Signs `message` with a private signing key. */
export async function signMessage(key: CryptoKey, message: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign(algorithm, key, message))
}

/** Whether `sig` is a signature of `message` by the key in `spki`, which the caller knows to be canonical. */
export async function verifyMessage(spki: Bytes, sig: Bytes, message: Bytes): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey('spki', spki, curve, false, ['verify'])
    return await crypto.subtle.verify(algorithm, key, sig, message)
  } catch {
    // Some platforms throw at an r or s out of range instead of answering no.
    return false
  }
}
