/** Budgets of different things, in this process's memory. */
import { Problem } from '#shared/contract/problems.ts'
import type { Budget, Limits } from './limits.ts'

interface Window {
  readonly endsAt: number
  readonly members: Set<string>
}

const second = 1000
/** Windows are looked through for ended ones each time that their number has doubled. */
const sweepAt = 1000

export function openMemoryDistinct(now: () => number): Pick<Limits, 'spendOn'> {
  const windows = new Map<string, Window>()
  let nextSweep = sweepAt
  const sweep = () => {
    for (const [key, window] of windows) if (window.endsAt <= now()) windows.delete(key)
    nextSweep = Math.max(sweepAt, 2 * windows.size)
  }
  const windowOf = (budget: Budget, key: string): Window => {
    const name = `${budget.name}/${budget.points}/${budget.seconds} ${key}`
    const held = windows.get(name)
    if (held !== undefined && held.endsAt > now()) return held
    const window = { endsAt: now() + budget.seconds * second, members: new Set<string>() }
    windows.set(name, window)
    if (windows.size > nextSweep) sweep()
    return window
  }
  return {
    async spendOn(budget, key, member) {
      const { endsAt, members } = windowOf(budget, key)
      if (members.has(member)) return
      if (members.size < budget.points) members.add(member)
      else throw new Problem('too-many-tries', { data: { retryAfter: Math.ceil((endsAt - now()) / second) } })
    },
  }
}
