/** What a lane can do, wherever it runs: in a worker of its own, or in the coordinating one. */
import { Problem } from '#shared/contract/problems.ts'
import type { ChunkPlan } from '#shared/crypto/open.ts'
import type { Lane } from './lane-orders.ts'
import { openRun } from './open-run.ts'
import { chooseRelease, type Release } from './release.ts'
import { sealRun } from './seal-run.ts'

interface Prepared {
  readonly plan: ChunkPlan
  readonly stop: AbortController
}

/** Makes a lane. `choose` decides how results are given back; it measures where it is not given. */
export function makeLane(choose: () => Promise<Release> = chooseRelease): Lane {
  const prepared = new Map<string, Prepared>()
  let chosen: Promise<Release> | null = null

  function release(): Promise<Release> {
    chosen ??= choose()
    return chosen
  }

  return {
    seal: async order => sealRun(order, await release()),
    prepare(name, plan) {
      prepared.set(name, { plan, stop: new AbortController() })
    },
    async open(order) {
      const held = prepared.get(order.plan)
      if (held === undefined) return { opened: 0, problem: new Problem('cancelled').toJSON() }
      return openRun(order, { plan: held.plan, signal: held.stop.signal, release: await release() })
    },
    stop(name) {
      prepared.get(name)?.stop.abort()
      prepared.delete(name)
    },
  }
}
