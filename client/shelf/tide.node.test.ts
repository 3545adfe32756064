import { expect, test } from 'vitest'
import { makeTide } from './tide.ts'

const never = new AbortController().signal

test('ranges in any order count once there is no gap before them', async () => {
  const tide = makeTide()
  const reached: number[] = []
  const waits = [10, 20, 30].map(end => tide.reaches(end, never).then(() => reached.push(end)))
  tide.rise(10, 10)
  expect(tide.level).toBe(0)
  tide.rise(0, 10)
  expect(tide.level).toBe(20)
  await Promise.all(waits.slice(0, 2))
  expect(reached).toEqual([10, 20])
  tide.rise(20, 10)
  await waits[2]
})

test('a failure reaches whoever asks, now or later, also for what lay there before', async () => {
  const tide = makeTide()
  tide.rise(0, 5)
  const waiting = tide.reaches(6, never)
  tide.fail(new Error('gone'))
  await expect(waiting).rejects.toThrow('gone')
  await expect(tide.reaches(7, never)).rejects.toThrow('gone')
  await expect(tide.reaches(5, never)).rejects.toThrow('gone')
})

test('an abort ends one wait alone', async () => {
  const tide = makeTide()
  const stop = new AbortController()
  const ended = tide.reaches(1, stop.signal)
  const other = tide.reaches(1, never)
  stop.abort(new Error('enough'))
  await expect(ended).rejects.toThrow('enough')
  await expect(tide.reaches(1, stop.signal)).rejects.toThrow('enough')
  tide.rise(0, 1)
  await other
})
