/** AES-CBC with keys of any size: Chromium's WebCrypto has none of 192 bits. */
import type { Bytes } from '#shared/format/bytes.ts'

interface Ciphertext {
  /** 16, 24 or 32 bytes. */
  readonly key: Bytes
  /** 16 bytes. */
  readonly iv: Bytes
  readonly ciphertext: Bytes
}

/** What is asked of the platform; another one in tests. */
export type AesPlatform = Pick<SubtleCrypto, 'importKey' | 'decrypt'>

/** The plaintext without its PKCS#7 padding, or `null` where the padding is not one. */
export async function aesCbcDecrypt(input: Ciphertext, platform: AesPlatform = crypto.subtle): Promise<Bytes | null> {
  const { key, iv, ciphertext } = input
  const imported = await importKey(key, platform)
  try {
    if (imported === null) return await decryptApart(input)
    return new Uint8Array(await platform.decrypt({ name: 'AES-CBC', iv }, imported, ciphertext))
  } catch {
    return null
  }
}

async function importKey(key: Bytes, platform: AesPlatform): Promise<CryptoKey | null> {
  try {
    return await platform.importKey('raw', key, 'AES-CBC', false, ['decrypt'])
  } catch (problem) {
    if (key.length !== 24) throw problem
    return null
  }
}

async function decryptApart({ key, iv, ciphertext }: Ciphertext): Promise<Bytes> {
  // Loaded only here, since hardly any file asks for it.
  const { cbc } = await import('@noble/ciphers/aes.js')
  return new Uint8Array(cbc(key, iv).decrypt(ciphertext))
}
