/** Another library, as its documentation shows it: a stream in, a stream out. */

export type Stream = ReadableStream<Uint8Array>

export interface Peer {
  seal(plain: Stream): Promise<Stream>
  open(cipher: Stream): Promise<Stream>
}

/** The peers by the names that the table has for them. */
export const peerTitles = {
  age: 'age-encryption (X25519)',
  openpgp: 'openpgp (AEAD GCM)',
  wormhole: 'wormhole-crypto',
  'sodium-64k': 'libsodium secretstream, 64 KiB chunks',
  'sodium-4m': 'libsodium secretstream, 4 MiB chunks',
  'sodium-64m': 'libsodium secretstream, 64 MiB chunks',
  rfc8188: 'RFC 8188, 64 KiB records (as Firefox Send)',
} as const

export type PeerName = keyof typeof peerTitles
