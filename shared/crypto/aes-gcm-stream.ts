/** Suite 1: AES-256-GCM a chunk; the nonce is the chunk's counter, so a content key never encrypts twice. */
import { Problem } from '#shared/contract/problems.ts'
import { type Bytes, chunkCounter } from '#shared/format/bytes.ts'
import type { ChunkToOpen, ChunkToSeal } from './chunk.ts'

/** Seals one chunk: 16 bytes longer than its plaintext. */
export async function sealGcm(keys: { content: CryptoKey }, chunk: ChunkToSeal): Promise<Bytes> {
  const iv = chunkCounter(chunk.index, chunk.final)
  return new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, keys.content, chunk.plain))
}

/** Opens one chunk; throws `damaged-at-chunk`. */
export async function openGcm(keys: { content: CryptoKey }, chunk: ChunkToOpen): Promise<Bytes> {
  const iv = chunkCounter(chunk.index, chunk.final)
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, keys.content, chunk.cipher))
  } catch {
    throw new Problem('damaged-at-chunk', { data: { chunk: chunk.index } })
  }
}
