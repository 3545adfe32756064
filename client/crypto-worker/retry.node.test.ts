import { describe, expect, test } from 'vitest'
import { Problem, type ProblemCode } from '#shared/contract/problems.ts'
import { makeJobs } from './jobs.ts'
import type { JobEvent } from './orders.ts'
import { persist } from './retry.ts'

/** Fails with each of the codes in turn, then passes. */
async function tryWith(codes: readonly ProblemCode[], data: Record<string, number> = {}) {
  const left = [...codes]
  const waits: number[] = []
  const events: JobEvent[] = []
  let renewed = 0
  const result = makeJobs().run('job', control =>
    persist(
      async () => {
        const code = left.shift()
        if (code !== undefined) throw new Problem(code, { data })
        return 'passed'
      },
      {
        control,
        onEvent: event => events.push(event),
        renew: () => renewed++,
        wait: async seconds => void waits.push(seconds),
        random: () => 1,
      },
    ),
  )
  return { result, waits, events, renewed: () => renewed, left }
}

describe('persist', () => {
  test('waits longer and longer while the line is down, and tells so', async () => {
    const { result, waits, events } = await tryWith(Array.from({ length: 7 }, () => 'network'))
    expect(await result).toBe('passed')
    expect(waits).toEqual([1, 2, 4, 8, 16, 30, 30])
    expect(events.at(0)).toEqual({ kind: 'reconnecting', retryIn: 1 })
  })

  test('waits at least as long as the server asks', async () => {
    const { result, waits } = await tryWith(['too-many-tries'], { retryAfter: 17, status: 429 })
    await result
    expect(waits).toEqual([17])
  })

  test('asks for a fresh grant once', async () => {
    const passing = await tryWith(['expired'])
    expect(await passing.result).toBe('passed')
    expect(passing.renewed()).toBe(1)
    const failing = await tryWith(['expired', 'expired'])
    await expect(failing.result).rejects.toMatchObject({ code: 'expired' })
  })

  test('fetches damaged bytes once more', async () => {
    expect(await (await tryWith(['damaged-at-chunk'])).result).toBe('passed')
    const twice = await tryWith(['damaged-at-chunk', 'damaged-at-chunk'])
    await expect(twice.result).rejects.toMatchObject({ code: 'damaged-at-chunk' })
  })

  test.each(['server-full', 'not-our-server', 'limit-reached', 'revoked', 'storage-full', 'internal'] as const)(
    'gives %s back at once',
    async code => {
      const { result, waits } = await tryWith([code])
      await expect(result).rejects.toMatchObject({ code })
      expect(waits).toEqual([])
    },
  )

  test('does not wait for an overloaded server without end', async () => {
    const { result, waits } = await tryWith(Array.from({ length: 20 }, () => 'unavailable'))
    await expect(result).rejects.toMatchObject({ code: 'unavailable' })
    expect(waits).toHaveLength(8)
  })

  test('progress forgets earlier failures', async () => {
    const faults: ProblemCode[] = ['expired', 'expired', 'expired']
    const step = async (progressed: () => void) => {
      progressed()
      const code = faults.shift()
      if (code !== undefined) throw new Problem(code)
    }
    await makeJobs().run('job', control => persist(step, { control, onEvent: () => undefined, renew: () => undefined }))
    expect(faults).toEqual([])
  })
})

describe('jobs', () => {
  test('a paused job stands at its gate until it goes on', async () => {
    const jobs = makeJobs()
    const passed: number[] = []
    const running = jobs.run('a', async control => {
      jobs.pause('a')
      const waiting = control.gate().then(() => passed.push(2))
      passed.push(1)
      jobs.resume('a')
      await waiting
    })
    await running
    expect(passed).toEqual([1, 2])
  })

  test('an ended job throws cancelled at its gate, also while it is paused', async () => {
    const jobs = makeJobs()
    const running = jobs.run('a', async control => {
      jobs.pause('a')
      const waiting = control.gate()
      jobs.abort('a')
      await waiting
    })
    await expect(running).rejects.toMatchObject({ code: 'cancelled' })
  })

  test('steps of one job share its end, and another job does not', async () => {
    const jobs = makeJobs()
    const until = (signal: AbortSignal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
    const steps = [1, 2].map(() => jobs.run('a', ({ signal }) => until(signal)))
    const other = jobs.run('b', async ({ signal }) => {
      jobs.abort('a')
      return signal.aborted
    })
    expect(await other).toBe(false)
    for (const step of steps) await expect(step).rejects.toMatchObject({ code: 'cancelled' })
  })
})
