/** The verified plaintext of a choice of files, in order, while lanes fetch ahead within a bounded window. */
import { Problem, problemFrom } from '#shared/contract/problems.ts'
import type { ChunkPlan } from '#shared/crypto/open.ts'
import type { Bytes } from '#shared/format/bytes.ts'
import type { Control } from './jobs.ts'
import type { CipherSource, OpenedChunk, Run } from './lane-orders.ts'
import type { Lanes } from './lanes.ts'

const mebibyte = 1024 * 1024
/** Most bytes that are being fetched, checked or waiting for their turn. */
const window = 16 * mebibyte
/** Plaintext bytes of one ranged GET. */
const runBytes = 4 * mebibyte
/** GETs at once: two reach the full rate of a near server, four that of a far one. */
const mostRuns = 4

/** How many chunks one GET asks for. */
export function chunksPerRun(chunkSize: number): number {
  return Math.max(1, Math.floor(runBytes / chunkSize))
}

export interface Feed {
  readonly jobId: string
  readonly plan: ChunkPlan
  readonly runs: readonly Run[]
  readonly lanes: Lanes
  readonly control: Control
  /** Runs `step` until it passes; a failed one goes on behind the chunks that came. */
  readonly persist: (step: (progressed: () => void) => Promise<void>) => Promise<void>
  /** Where to fetch from, by a grant that is good now. */
  readonly source: () => Promise<CipherSource>
}

/**
 * Yields each chunk of the runs, verified, in order. Throws `damaged-at-chunk` (fetched twice), and whatever the
 * source or the control throws; nothing behind a damaged chunk is yielded.
 */
export async function* feedChunks(feed: Feed): AsyncGenerator<OpenedChunk, void, undefined> {
  const { runs, plan, control } = feed
  const arrivals = makeArrivals(control.signal)
  const ahead = Math.min(
    mostRuns,
    Math.max(1, Math.floor(window / (plan.layout.chunkSize * chunksPerRun(plan.layout.chunkSize)))),
  )
  let started = 0
  const startNext = () => {
    const run = runs[started++]
    if (run !== undefined) fetchRun(feed, run, arrivals).catch(arrivals.fail)
  }
  try {
    for (let i = 0; i < ahead; i++) startNext()
    for (const { first, count } of runs) {
      for (let index = first; index < first + count; index++) yield { index, plain: await arrivals.take(index) }
      startNext()
    }
  } finally {
    arrivals.close()
  }
}

async function fetchRun(feed: Feed, run: Run, arrivals: Arrivals): Promise<void> {
  let left = run
  await feed.persist(async progressed => {
    const source = await feed.source()
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = (event: MessageEvent<OpenedChunk>) => arrivals.put(event.data)
    const { opened, problem } = await feed.lanes.open({ plan: feed.jobId, source, ...left, out: port2 })
    if (opened > 0) progressed()
    left = { first: left.first + opened, count: left.count - opened }
    if (left.count > 0) throw problemFrom(problem) ?? new Problem('network')
  })
}

interface Arrivals {
  put(chunk: OpenedChunk): void
  take(index: number): Promise<Bytes>
  fail(reason: unknown): void
  close(): void
}

function makeArrivals(signal: AbortSignal): Arrivals {
  const here = new Map<number, Bytes>()
  let waiting: { index: number; resolve: (plain: Bytes) => void; reject: (reason: unknown) => void } | null = null
  let failure: { reason: unknown } | null = null
  const onAbort = () => fail(signal.reason)
  signal.addEventListener('abort', onAbort)

  function put({ index, plain }: OpenedChunk): void {
    if (waiting?.index === index) {
      waiting.resolve(plain)
      waiting = null
    } else if (failure === null) here.set(index, plain)
  }

  function fail(reason: unknown): void {
    failure ??= { reason }
    waiting?.reject(reason)
    waiting = null
  }

  return {
    put,
    fail,
    take(index) {
      const plain = here.get(index)
      here.delete(index)
      if (plain !== undefined) return Promise.resolve(plain)
      // A later run may fail before an earlier one is read: what is verified before the fault still goes out.
      if (failure !== null) return Promise.reject(failure.reason)
      return new Promise((resolve, reject) => {
        waiting = { index, resolve, reject }
      })
    },
    close() {
      signal.removeEventListener('abort', onAbort)
      failure ??= { reason: new Problem('cancelled') }
      here.clear()
    },
  }
}
