/** What the main thread and its workers say to each other. Files go by descriptor, buffers are shared: none is posted. */
import type { ContentKeys } from '#shared/crypto/suites.ts'

/** A run of bytes in an open file. */
export interface FilePart {
  readonly fd: number
  readonly position: number
  readonly length: number
}

/** What a worker is told first. */
export interface WorkerStart {
  readonly keys: ContentKeys
  readonly verb: 'seal' | 'open'
  /** Longest chunk, sealed. */
  readonly longest: number
}

export interface ChunkOrder {
  readonly number: number
  readonly index: number
  readonly final: boolean
  readonly from: FilePart | Uint8Array
  /** A file's part says where it begins; its length is what comes out. */
  readonly to: Omit<FilePart, 'length'> | Uint8Array
  /** What the chunk has to hash to; only where it is opened. */
  readonly digest?: Uint8Array
}

/** `length` is what came out. `short` is a file that ended too early, a code one of the system's. */
export type Answer =
  | { readonly number: number; readonly length: number; readonly digest: Uint8Array | null }
  | {
      readonly number: number
      readonly failed: 'damaged' | 'short' | { readonly code: string; readonly errno: number }
    }
