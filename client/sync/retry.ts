/** Waits: growing, with jitter, cut short when the network comes back. */

/** Milliseconds before try `attempt` (from 0): 1 s, 2 s, 4 s … one minute at most. */
export function backoff(attempt: number, random: () => number = Math.random): number {
  return Math.min(60_000, 1000 * 2 ** attempt) * (0.75 + random() / 2)
}

/** Resolves after `milliseconds`, when `wake` is told, or at once when `signal` is aborted. */
export function pauseUntil(milliseconds: number, wake: EventTarget, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer)
      wake.removeEventListener('wake', done)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    wake.addEventListener('wake', done)
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}
