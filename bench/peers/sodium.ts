import sodium from 'libsodium-wrappers'
import { chunksOf, splitHeader, streamOf } from './chunks.ts'
import type { Peer, Stream } from './peer.ts'

/** Secretstream with chunks of `size` plaintext bytes, its header before them. */
export async function makePeer(size: number): Promise<Peer> {
  await sodium.ready
  const key = sodium.crypto_secretstream_xchacha20poly1305_keygen()
  return {
    seal: async plain => streamOf(push(plain, key, size)),
    open: async cipher => streamOf(pull(cipher, key, size)),
  }
}

async function* push(plain: Stream, key: Uint8Array, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  const { state, header } = sodium.crypto_secretstream_xchacha20poly1305_init_push(key)
  yield header
  for await (const { bytes, final } of chunksOf(plain, size)) {
    const tag = final
      ? sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
      : sodium.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
    yield sodium.crypto_secretstream_xchacha20poly1305_push(state, bytes, null, tag)
  }
}

async function* pull(cipher: Stream, key: Uint8Array, size: number): AsyncGenerator<Uint8Array, void, undefined> {
  const { header, rest } = await splitHeader(cipher, sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES)
  const state = sodium.crypto_secretstream_xchacha20poly1305_init_pull(header, key)
  for await (const { bytes, final } of chunksOf(rest, size + sodium.crypto_secretstream_xchacha20poly1305_ABYTES)) {
    const opened = sodium.crypto_secretstream_xchacha20poly1305_pull(state, bytes, null)
    if (opened === false) throw new Error('secretstream: a chunk is damaged')
    if ((opened.tag === sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL) !== final) throw new Error('truncated')
    yield opened.message
  }
}
