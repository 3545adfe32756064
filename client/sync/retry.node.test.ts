import { expect, test } from 'vitest'
import { backoff, pauseUntil } from './retry.ts'

test('waits grow and are a minute and a quarter at most', () => {
  const waits = [0, 1, 2, 3, 10, 50].map(attempt => backoff(attempt, () => 0.5))
  expect(waits).toEqual([1000, 2000, 4000, 8000, 60_000, 60_000])
  expect(backoff(50, () => 1)).toBe(75_000)
})

test('a wait is cut short by the bell, and by an end', async () => {
  const bell = new EventTarget()
  const waiting = pauseUntil(1e9, bell, new AbortController().signal)
  bell.dispatchEvent(new Event('wake'))
  await waiting
  await pauseUntil(1e9, bell, AbortSignal.abort())
})
