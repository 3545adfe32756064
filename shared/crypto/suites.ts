/** The table of cipher suites, and the one dispatch over it. */
import type { Bytes } from '#shared/format/bytes.ts'
import { type SuiteName, suiteSizes } from '#shared/format/sizes.ts'
import { openCbc, sealCbc } from './aes-cbc-hmac.ts'
import { openGcm, sealGcm } from './aes-gcm-stream.ts'
import type { ChunkToOpen, ChunkToSeal } from './chunk.ts'
import { claimChunks } from './nonces.ts'

export type { SuiteName } from '#shared/format/sizes.ts'

/** The keys of one transfer's chunks: not extractable, and cloneable, so that several workers can share the work. */
export interface ContentKeys {
  readonly suite: SuiteName
  readonly content: CryptoKey
  /** Only in suites with a MAC of their own. */
  readonly mac?: CryptoKey
}

interface Suite {
  readonly id: number
  readonly name: SuiteName
  /** The name that people read. */
  readonly title: string
  /** WebCrypto's name of the cipher. */
  readonly cipher: 'AES-GCM' | 'AES-CBC'
  readonly hasMac: boolean
  /** Most bytes that a ciphertext chunk is longer than its plaintext. */
  readonly overhead: number
  readonly seal: (keys: ContentKeys, chunk: ChunkToSeal) => Promise<Bytes>
  readonly open: (keys: ContentKeys, chunk: ChunkToOpen) => Promise<Bytes>
}

/** One row a suite. A reader takes no other. */
export const suites: Readonly<Record<SuiteName, Suite>> = {
  gcm: {
    id: suiteSizes.gcm.id,
    name: 'gcm',
    title: 'AES-256-GCM',
    cipher: 'AES-GCM',
    hasMac: false,
    overhead: 16,
    seal: sealGcm,
    open: openGcm,
  },
  cbc: {
    id: suiteSizes.cbc.id,
    name: 'cbc',
    title: 'AES-256-CBC with HMAC-SHA-256',
    cipher: 'AES-CBC',
    hasMac: true,
    overhead: 64,
    seal: (keys, chunk) => sealCbc(withMac(keys), chunk),
    open: (keys, chunk) => openCbc(withMac(keys), chunk),
  },
}

function withMac({ content, mac }: ContentKeys) {
  if (mac === undefined) throw new TypeError('keys of a suite with a MAC lack it')
  return { content, mac }
}

/**
 * Seals one chunk: all that its suite writes, IV and tag included. An index is sealed once under the same keys: a
 * second time throws `internal`, whatever became of the first; start a new sealing then.
 */
export async function sealChunk(keys: ContentKeys, chunk: ChunkToSeal): Promise<Bytes> {
  claimChunks(keys.content, { first: chunk.index, count: 1 })
  return suites[keys.suite].seal(keys, chunk)
}

/** Opens one chunk; throws `damaged-at-chunk` with `data.chunk`. The caller knows its digest to be right. */
export function openChunk(keys: ContentKeys, chunk: ChunkToOpen): Promise<Bytes> {
  return suites[keys.suite].open(keys, chunk)
}
