/** Several workers that share a transfer's chunks. */
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { Answer, ChunkOrder, WorkerStart } from './chunk-orders.ts'

export interface ChunkWorkers {
  carryOut(order: Omit<ChunkOrder, 'number'>): Promise<Answer>
  close(): Promise<void>
}

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

/** Starts the workers; `url` is where their code lies. */
export function startChunkWorkers(url: URL, start: WorkerStart): ChunkWorkers {
  const waiting = new Map<number, Waiting>()
  const hands = Array.from({ length: Math.min(most, availableParallelism()) }, () => {
    return { worker: new Worker(url, { workerData: start }), busy: 0 }
  })
  let next = 0

  function answered(answer: Answer): void {
    const asked = waiting.get(answer.number)
    waiting.delete(answer.number)
    if (asked === undefined) return
    asked.hand.busy--
    asked.resolve(answer)
  }

  function failed(error: unknown): void {
    for (const { reject } of waiting.values()) reject(error)
    waiting.clear()
  }

  for (const { worker } of hands) worker.on('message', answered).on('error', failed)

  return {
    carryOut: order =>
      new Promise((resolve, reject) => {
        const number = next++
        const hand = hands.reduce((least, one) => (one.busy < least.busy ? one : least))
        hand.busy++
        waiting.set(number, { hand, resolve, reject })
        hand.worker.postMessage({ ...order, number } satisfies ChunkOrder)
      }),
    async close() {
      await Promise.all(hands.map(({ worker }) => worker.terminate()))
    },
  }
}
