/** The shelf: sealed bytes waiting on this device. A job's `.enc` lies here as header, segments and digests. */
import type { Layout } from '#shared/format/sizes.ts'

/** Consecutive chunks that one lane seals and writes as one piece. */
export interface Segment {
  readonly index: number
  /** First chunk. */
  readonly first: number
  /** Number of chunks. */
  readonly count: number
  /** Where it begins in `.enc`. */
  readonly offset: number
  /** Bytes in `.enc`. */
  readonly length: number
}

/** What is known of a job's `.enc` before anything is sealed. */
export interface JobPlan {
  readonly jobId: string
  /** The 76 header bytes. */
  readonly header: Uint8Array<ArrayBuffer>
  readonly layout: Layout
  readonly segments: readonly Segment[]
  /** Bytes that are read at a time: a part of the upload. A bounded shelf makes room for several. */
  readonly partSize: number
}

/** Where a lane puts a segment. Plain data. */
export type SegmentOutput =
  | { readonly kind: 'opfs'; readonly jobId: string; readonly segment: number }
  | { readonly kind: 'memory' }
  /** Thrown away: for measuring. */
  | { readonly kind: 'none' }

/** One job's place on the shelf. Failures are `Problem`s: `storage-full` where the device has no room. */
export interface ShelfJob {
  /** Bytes of the whole `.enc`. */
  readonly length: number
  /** Where a lane writes this segment. Waits while a bounded shelf is full. */
  place(segment: Segment, signal: AbortSignal): Promise<SegmentOutput>
  /** A lane has written it; `sealed` are its bytes where the output was memory. */
  written(segment: Segment, sealed: readonly Uint8Array<ArrayBuffer>[]): void
  /** All segments are there: adds the digests and makes the job outlive the page where the shelf can. */
  complete(digests: Uint8Array<ArrayBuffer>): Promise<void>
  /** Resolves once the first `end` bytes of `.enc` lie here; rejects with what {@link fail} was given. */
  available(end: number, signal: AbortSignal): Promise<void>
  /**
   * Bytes of `.enc` that are {@link available}, as a blob that refers to where they lie: a request that is given bytes
   * copies them, and Chromium keeps such copies until its collector comes by, which it does not in one whole upload.
   */
  read(offset: number, length: number): Promise<Blob>
  /** Everything before `offset` is accepted elsewhere and need not be kept. */
  release(offset: number): void
  /** Sealing failed: whoever waits hears it. */
  fail(reason: unknown): void
}

export interface Shelf {
  begin(plan: JobPlan): Promise<ShelfJob>
  /** A job that was completed, maybe before a reload; `null` where there is none. */
  find(jobId: string): Promise<ShelfJob | null>
  /** Removes a job's bytes; well where there are none. */
  clear(jobId: string): Promise<void>
  /** Ids of the jobs that were completed. */
  list(): Promise<readonly string[]>
}
