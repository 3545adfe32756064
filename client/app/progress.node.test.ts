import { expect, test, vi } from 'vitest'
import { makeMeter } from './progress.ts'
import { makeRunning } from './running.ts'

test('the rate is that of the last five seconds, the time left that of the last fifteen', () => {
  const meter = makeMeter(1000)
  meter.at(0, 0)
  for (let second = 1; second <= 10; second += 1) meter.at(second * 10, second * 1000)
  const shown = meter.at(200, 12_000)
  expect(shown.rate).toBeCloseTo((200 - 70) / 5)
  expect(shown.secondsLeft).toBe(Math.ceil(800 / (200 / 12)))
})

test('no time left is told before three seconds of data', () => {
  const meter = makeMeter(1000)
  meter.at(0, 0)
  expect(meter.at(100, 2999).secondsLeft).toBeNull()
  expect(meter.at(100, 3000).secondsLeft).toBe(27)
})

test('after a restart nothing of the pause counts', () => {
  const meter = makeMeter(1000)
  meter.at(0, 0)
  meter.at(500, 4000)
  meter.restart()
  expect(meter.at(500, 60_000)).toMatchObject({ rate: 0, secondsLeft: null })
})

test('what people wait for is the upload: sealing beside it is not shown', async () => {
  const running = makeRunning(() => 0)
  const tell = running.listen('a', 100)
  tell({ kind: 'sealing', done: 50, total: 90 })
  tell({ kind: 'uploading', done: 10, total: 100 })
  tell({ kind: 'sealing', done: 90, total: 90 })
  await vi.waitFor(() =>
    expect(running.live.get().get('a')).toMatchObject({ stage: 'uploading', progress: { done: 10 } }),
  )
})

test('a paused job does not move, a job that ended is gone', async () => {
  const running = makeRunning(() => 0)
  const tell = running.listen('a', 100)
  tell({ kind: 'uploading', done: 10, total: 100 })
  running.pause('a')
  tell({ kind: 'uploading', done: 20, total: 100 })
  await vi.waitFor(() => expect(running.live.get().get('a')?.progress).toMatchObject({ state: 'paused', done: 10 }))
  running.end('a')
  await vi.waitFor(() => expect(running.live.get().size).toBe(0))
})

test('connection lost says when the next try is', async () => {
  const running = makeRunning(() => 0)
  const tell = running.listen('a', 100)
  tell({ kind: 'reconnecting', retryIn: 8 })
  await vi.waitFor(() =>
    expect(running.live.get().get('a')?.progress).toMatchObject({ state: 'reconnecting', retryIn: 8 }),
  )
})
