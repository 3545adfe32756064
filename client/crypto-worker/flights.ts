/** Keeps several asynchronous steps in flight, and no more. */

export interface Flights {
  /** Takes one more step; waits for the oldest where `limit` are in flight. Throws what any of them threw. */
  add(step: Promise<void>): Promise<void>
  /** Waits for all that are left; throws what the first of them threw. */
  land(): Promise<void>
  /** Waits until none runs any more, whatever became of it. */
  settle(): Promise<void>
}

export function makeFlights(limit: number): Flights {
  const flying: Promise<void>[] = []

  async function add(step: Promise<void>): Promise<void> {
    // The step is awaited later: without a handler now, a failure in between would count as unhandled.
    step.catch(() => undefined)
    flying.push(step)
    if (flying.length > limit) await flying.shift()
  }

  async function land(): Promise<void> {
    while (flying.length > 0) await flying.shift()
  }

  async function settle(): Promise<void> {
    await Promise.allSettled(flying.splice(0))
  }

  return { add, land, settle }
}
