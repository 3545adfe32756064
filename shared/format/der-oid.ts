/** Object identifiers, as the hexadecimal of their DER content. */
import type { Bytes } from './bytes.ts'

export const oids = {
  /** RFC 5480 section 2.1.1. */
  ecPublicKey: '2a8648ce3d0201',
  secp384r1: '2b81040022',
  /** RFC 8018 appendix C. */
  pbes2: '2a864886f70d01050d',
  pbkdf2: '2a864886f70d01050c',
} as const

export function hexOf(bytes: Uint8Array): string {
  let hex = ''
  for (const byte of bytes) hex += byte.toString(16).padStart(2, '0')
  return hex
}

export function bytesOfHex(hex: string): Bytes {
  return Uint8Array.from(hex.match(/../g) ?? [], pair => Number.parseInt(pair, 16))
}
