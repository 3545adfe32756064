/** Hashes and HKDF-SHA-256 (RFC 5869), from WebCrypto. */
import type { Bytes } from '#shared/format/bytes.ts'

/** SHA-256: 32 bytes. */
export async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
}

/** SHA-512: 64 bytes. */
export async function sha512(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest('SHA-512', bytes))
}

/** 32 bytes of HKDF-SHA-256. */
export async function hkdf(input: { ikm: Bytes; salt: Bytes; info: Bytes }): Promise<Bytes> {
  const { ikm, salt, info } = input
  const key = await crypto.subtle.importKey('raw', ikm, 'HKDF', false, ['deriveBits'])
  return new Uint8Array(await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt, info }, key, 256))
}
