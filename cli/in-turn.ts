/** Work on several items at once, its results taken one after another in the items' order. */

interface Turns<T, R> {
  /** How many items are worked on at once. */
  readonly width: number
  work(item: T): Promise<R>
  /** Called for one result at a time. */
  take(result: R): Promise<void>
}

/**
 * Runs `work` on each item and hands its result to `take`. Throws the first failure in the items' order, once nothing
 * runs any more; no result after it was taken.
 */
export async function inTurn<T, R>(items: AsyncIterator<T>, { width, work, take }: Turns<T, R>): Promise<void> {
  let last: Promise<void> = Promise.resolve()

  async function lane(): Promise<void> {
    for (;;) {
      const next = await items.next()
      if (next.done === true) return
      const result = work(next.value)
      last = inOrder(last, result, take)
      await last.finally(() => settled(result))
    }
  }

  const lanes = await Promise.allSettled(Array.from({ length: width }, lane))
  await items.return?.()
  await last
  // What is left to fail is the reading of the items themselves.
  for (const lane of lanes) if (lane.status === 'rejected') throw lane.reason
}

async function inOrder<R>(before: Promise<void>, result: Promise<R>, take: (result: R) => Promise<void>) {
  // A failure of this result is told in its turn; until then nobody listens to it.
  result.catch(() => undefined)
  await before
  await take(await result)
}

function settled(work: Promise<unknown>): Promise<unknown> {
  return work.catch(() => undefined)
}
