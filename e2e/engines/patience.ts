/** Waiting for conditions: two browsers, a server and the machine's other work share the cores. */
import { vi } from 'vitest'

const usual = 60_000

/** Tries until `attempt` gives something else than null, and gives that; `what` is named where it never does. */
export function until<T>(what: string, attempt: () => Promise<T | null>, limit = usual): Promise<T> {
  return vi.waitFor(
    async () => {
      const found = await attempt()
      if (found === null) throw new Error(`waited for ${what}`)
      return found
    },
    { timeout: limit, interval: 100 },
  )
}
