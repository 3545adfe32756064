/** Several workers that share a transfer's chunks. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Answer, ChunkOrder, WorkerStart } from './chunk-orders.ts'

/** Carries chunks' orders out, in whatever order they end. */
export interface ChunkWorkers {
  carryOut(order: Omit<ChunkOrder, 'number'>): Promise<Answer>
}

/** Workers that are on their way: they start while keys and passphrases are seen to. */
export interface Crew {
  /** Called once: says what they are for. */
  begin(start: WorkerStart): ChunkWorkers
  close(): Promise<void>
}

/** Bytes of a whole from which starting workers is made up for. */
const worthWorkers = 16 * 2 ** 20
/** More than this outrun every disk. */
const most = 4

interface Hand {
  readonly worker: Worker
  /** Orders that it has not answered yet. */
  busy: number
}

interface Waiting {
  readonly hand: Hand
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

/**
 * Starts workers for `size` bytes (`null`: nobody knows how many); `url` is where their code lies. `null` where they are
 * not worth it, or there is no code.
 */
export function callWorkers(url: URL | null, size: number | null): Crew | null {
  if (url === null || (size !== null && size < worthWorkers)) return null
  const workers = Array.from({ length: Math.min(most, availableParallelism()) }, () => new Worker(url))
  // A worker that fails is told to whoever waits for it; until then nobody does.
  for (const worker of workers) worker.on('error', () => undefined)
  return {
    begin: start => shareOut(workers, start),
    async close() {
      await Promise.all(workers.map(worker => worker.terminate()))
    },
  }
}

function shareOut(workers: readonly Worker[], start: WorkerStart): ChunkWorkers {
  const waiting = new Map<number, Waiting>()
  const hands = workers.map(worker => ({ worker, busy: 0 }))
  let next = 0

  function answered(answer: Answer): void {
    const asked = waiting.get(answer.number)
    waiting.delete(answer.number)
    if (asked === undefined) return
    asked.hand.busy--
    asked.resolve(answer)
  }

  /** Of one that is gone no answer comes. */
  function failed(error: unknown): void {
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }

  for (const worker of workers) {
    worker.on('message', answered).on('error', failed).on('exit', failed)
    worker.postMessage(start)
  }

  return {
    carryOut: order =>
      new Promise((resolve, reject) => {
        const number = next++
        const hand = hands.reduce((least, one) => (one.busy < least.busy ? one : least))
        hand.busy++
        waiting.set(number, { hand, resolve, reject })
        hand.worker.postMessage({ ...order, number } satisfies ChunkOrder)
      }),
  }
}
