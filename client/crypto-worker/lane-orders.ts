/** What the coordinating worker asks of its lanes. Plain values; files, keys and ports are cloned or transferred. */

import type { SegmentOutput } from '#client/shelf/shelf.ts'
import type { DownloadGrant } from '#shared/contract/transfer.ts'
import type { ChunkPlan } from '#shared/crypto/open.ts'
import type { ContentKeys } from '#shared/crypto/suites.ts'
import type { Layout } from '#shared/format/sizes.ts'
import type { Piece } from './pieces.ts'

/** Chunks that follow one another. */
export interface Run {
  readonly first: number
  readonly count: number
}

export interface SealOrderOfLane extends Run {
  readonly keys: ContentKeys
  readonly layout: Layout
  /** What the chunks' plaintext is made of; what is missing is padding. */
  readonly pieces: readonly Piece[]
  readonly output: SegmentOutput
}

export interface SealedRun {
  /** SHA-256 of each ciphertext chunk, joined. */
  readonly digests: Uint8Array<ArrayBuffer>
  /** The ciphertext chunks, where the output was memory. */
  readonly sealed: readonly Uint8Array<ArrayBuffer>[]
}

/** Where a lane finds ciphertext. */
export type CipherSource =
  | { readonly kind: 'remote'; readonly grant: DownloadGrant }
  /** A shelf segment that begins with the run's first chunk. */
  | { readonly kind: 'opfs'; readonly jobId: string; readonly segment: number }

export interface OpenOrderOfLane extends Run {
  /** The name under which the plan was prepared. */
  readonly plan: string
  readonly source: CipherSource
  /** Takes each chunk as an {@link OpenedChunk}, transferred, in order; thrown away where it is missing. */
  readonly out?: MessagePort
}

export interface OpenedChunk {
  readonly index: number
  readonly plain: Uint8Array<ArrayBuffer>
}

/** How far a run came: `opened` chunks went out; where there are fewer than asked for, `problem` tells why. */
export interface OpenedRun {
  readonly opened: number
  readonly problem?: unknown
}

/** One of several workers that read, seal, hash and write (or fetch, check and open) side by side. */
export interface Lane {
  seal(order: SealOrderOfLane): Promise<SealedRun>
  /** Keeps a plan (keys, layout, digests) for {@link open}. */
  prepare(name: string, plan: ChunkPlan): void | Promise<void>
  open(order: OpenOrderOfLane): Promise<OpenedRun>
  /** Ends the plan's runs that are on their way, and forgets it. */
  stop(plan: string): void | Promise<void>
}
