/** The coordinating worker's lanes: as many as there are cores, or the lane's own code here where workers cannot nest. */
import { transfer, wrap } from 'comlink'
import type { ChunkPlan } from '#shared/crypto/open.ts'
import { makeLane } from './lane.ts'
import type { Lane, OpenedRun, OpenOrderOfLane, SealedRun, SealOrderOfLane } from './lane-orders.ts'

/** More lanes than cores do not help, and more than four are kept busy by no disk or line that was measured. */
const mostLanes = 4

export interface Lanes {
  readonly count: number
  /** Whether the lanes are workers of their own. */
  readonly nested: boolean
  seal(order: SealOrderOfLane): Promise<SealedRun>
  prepare(name: string, plan: ChunkPlan): Promise<void>
  open(order: OpenOrderOfLane): Promise<OpenedRun>
  /** Ends the plan's runs and forgets its keys. */
  stop(name: string): Promise<void>
}

interface Busy {
  readonly lane: Lane
  running: number
}

/** Opens the lanes. `start` makes one; it throws where workers cannot be nested. */
export function openLanes(start: () => Lane = startLane, cores = navigator.hardwareConcurrency): Lanes {
  const { lanes, nested } = startAll(start, Math.max(1, Math.min(cores, mostLanes)))

  async function onLeastBusy<T>(step: (lane: Lane) => Promise<T>): Promise<T> {
    const chosen = lanes.reduce((least, next) => (next.running < least.running ? next : least))
    chosen.running++
    try {
      return await step(chosen.lane)
    } finally {
      chosen.running--
    }
  }

  return {
    count: lanes.length,
    nested,
    seal: order => onLeastBusy(lane => lane.seal(order)),
    open: order => onLeastBusy(lane => lane.open(nested && order.out ? transfer(order, [order.out]) : order)),
    async prepare(name, plan) {
      await Promise.all(lanes.map(({ lane }) => lane.prepare(name, plan)))
    },
    async stop(name) {
      await Promise.all(lanes.map(({ lane }) => lane.stop(name)))
    },
  }
}

function startAll(start: () => Lane, count: number): { lanes: readonly [Busy, ...Busy[]]; nested: boolean } {
  try {
    const [first, ...rest] = Array.from({ length: count - 1 }, () => ({ lane: start(), running: 0 }))
    const last = { lane: start(), running: 0 }
    return { lanes: first === undefined ? [last] : [first, ...rest, last], nested: true }
  } catch {
    return { lanes: [{ lane: makeLane(), running: 0 }], nested: false }
  }
}

function startLane(): Lane {
  return wrap<Lane>(new Worker(new URL('./lane.worker.ts', import.meta.url), { type: 'module' }))
}
