import type { JobEvent, OnJobEvent } from './orders.ts'

/** Events this close together (milliseconds) tell a person nothing, and each is a message to the page. */
const interval = 100

/** Counts bytes and tells the page now and then; the last byte is always told. */
export interface Counter {
  add(bytes: number): void
  /** The same figures again, after a wait that was shown. */
  tell(): void
  /** All is done, where the total was only known as the most that it can be. */
  finish(): void
}

export function makeCounter(
  kind: Extract<JobEvent, { done: number }>['kind'],
  options: { total: number; onEvent: OnJobEvent; now?: () => number },
): Counter {
  const { total, onEvent, now = () => performance.now() } = options
  let done = 0
  let told = Number.NEGATIVE_INFINITY

  function tell(): void {
    told = now()
    onEvent({ kind, done, total })
  }

  return {
    tell,
    finish() {
      if (done < total) {
        done = total
        tell()
      }
    },
    add(bytes) {
      done += bytes
      if (done >= total || now() - told >= interval) tell()
    },
  }
}
