/** From bytes done to what people read: rate over the last 5 s, time left over the last 15 s. */
import type { Progress } from './views.ts'

const rateWindow = 5000
const leftWindow = 15_000
/** Time left is not told from less than this much of a run. */
const shortest = 3000

export interface Meter {
  /** Notes how far it is and gives what to show. */
  at(done: number, now: number): Progress
  /** Starts counting anew, as after a pause. */
  restart(): void
}

/** Measures a run of `total` bytes. */
export function makeMeter(total: number): Meter {
  let samples: { at: number; done: number }[] = []
  return {
    at(done, now) {
      samples = [...samples.filter(sample => now - sample.at <= leftWindow), { at: now, done }]
      const begun = samples[0]?.at ?? now
      const perSecond = speed(samples, now - leftWindow)
      const known = now - begun >= shortest && perSecond > 0
      return {
        state: 'running',
        done,
        total,
        rate: speed(samples, now - rateWindow),
        secondsLeft: known ? Math.ceil((total - done) / perSecond) : null,
      }
    },
    restart() {
      samples = []
    },
  }
}

function speed(samples: readonly { at: number; done: number }[], since: number): number {
  const recent = samples.filter(sample => sample.at >= since)
  const [first, last] = [recent[0], recent.at(-1)]
  if (first === undefined || last === undefined || last.at === first.at) return 0
  return ((last.done - first.done) * 1000) / (last.at - first.at)
}
