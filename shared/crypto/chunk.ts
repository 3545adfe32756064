/** What the suites are handed: one chunk and its place. */
import type { Bytes } from '#shared/format/bytes.ts'
import type { Random } from './random.ts'

interface Place {
  /** Counts from 0. */
  readonly index: number
  /** Whether it is the last one. */
  readonly final: boolean
  /** Takes the buffers that were only needed on the way; the collector does where it is missing. */
  readonly release?: ((buffer: ArrayBuffer) => void) | undefined
}

export interface ChunkToSeal extends Place {
  readonly plain: Bytes
  /** Where a suite's IV comes from; the platform's generator where it is missing. */
  readonly random?: Random
}

export interface ChunkToOpen extends Place {
  readonly cipher: Bytes
}
