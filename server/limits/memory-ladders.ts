/** Ladders in this process's memory. */
import { Problem } from '#shared/contract/problems.ts'
import type { Ladder, Limits } from './limits.ts'

interface Rung {
  readonly failures: number
  /** When the next try is let through, in epoch milliseconds. */
  readonly opensAt: number
  readonly forgottenAt: number
}

const second = 1000
/** Rungs are looked through for forgotten ones each time that their number has doubled. */
const sweepAt = 1000
/** Tens of megabytes at most: who asks about ever other addresses from ever other networks fills no more (THREATS T19). */
const mostRungs = 100_000

export function openMemoryLadders(now: () => number, most = mostRungs): Pick<Limits, 'climb' | 'forgive'> {
  const rungs = new Map<string, Rung>()
  let nextSweep = Math.min(most, sweepAt)
  const sweep = () => {
    for (const [key, rung] of rungs) if (rung.forgottenAt <= now()) rungs.delete(key)
    if (rungs.size > most) dropLowest(rungs, Math.ceil(rungs.size - 0.9 * most))
    nextSweep = Math.min(most, Math.max(sweepAt, 2 * rungs.size))
  }
  const keyOf = (ladder: Ladder, key: string) => `${ladder.name} ${key}`
  return {
    async climb(ladder, key) {
      const held = rungs.get(keyOf(ladder, key))
      const standing = held !== undefined && held.forgottenAt > now() ? held : null
      if (standing !== null && standing.opensAt > now()) {
        throw new Problem('too-many-tries', { data: { retryAfter: Math.ceil((standing.opensAt - now()) / second) } })
      }
      const failures = (standing?.failures ?? 0) + 1
      const forgottenAt = now() + ladder.rest * second
      rungs.set(keyOf(ladder, key), { failures, opensAt: now() + waitAfter(ladder, failures) * second, forgottenAt })
      if (rungs.size > nextSweep) sweep()
    },
    async forgive(ladder, key) {
      rungs.delete(keyOf(ladder, key))
    },
  }
}

function waitAfter(ladder: Ladder, failures: number): number {
  if (failures >= ladder.stop) return ladder.rest
  return failures < ladder.free ? 0 : Math.min(ladder.most, ladder.first * 2 ** (failures - ladder.free))
}

/** Those who failed least go first, so that nobody gets off a high rung by making many low ones. */
function dropLowest(rungs: Map<string, Rung>, count: number): void {
  let left = count
  for (const failures of [1, 5, 25, Number.POSITIVE_INFINITY]) {
    for (const [key, rung] of rungs) {
      if (left === 0) return
      if (rung.failures > failures) continue
      rungs.delete(key)
      left -= 1
    }
  }
}
