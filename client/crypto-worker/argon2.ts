/** Stretches a password in a worker that lives for one stretch. */
import { Problem } from '#shared/contract/problems.ts'
import type { Stretch, StretchAnswer } from './argon2-orders.ts'

/** 32 bytes from a password, by Argon2id; throws `internal` where it cannot run (no memory, no leave). */
export type StretchPassword = (stretch: Stretch) => Promise<Uint8Array<ArrayBuffer>>

export const stretchInWorker: StretchPassword = async stretch => {
  if (typeof Worker === 'undefined') return (await import('./argon2-here.ts')).stretchHere(stretch)
  const worker = new Worker(new URL('./argon2.worker.ts', import.meta.url), { type: 'module' })
  try {
    const answer = await ask(worker, stretch)
    if ('failed' in answer) throw new Problem('internal', { data: { reason: 'argon2' } })
    return answer.hash
  } finally {
    worker.terminate()
  }
}

function ask(worker: Worker, stretch: Stretch): Promise<StretchAnswer> {
  return new Promise(resolve => {
    worker.addEventListener('message', (event: MessageEvent<StretchAnswer>) => resolve(event.data))
    worker.addEventListener('error', () => resolve({ failed: true }))
    worker.postMessage(stretch)
  })
}
