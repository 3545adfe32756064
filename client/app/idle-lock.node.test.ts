import { describe, expect, test } from 'vitest'
import { makeIdleChoice, makeIdleMeter, watchIdle } from './idle-lock.ts'
import { makeLive } from './live.ts'
import type { IdleMinutes } from './safety-views.ts'

const minute = 60_000
const start = 1_790_000_000_000

function makeStore(first: Record<string, string> = {}) {
  const held = new Map(Object.entries(first))
  return {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => void held.set(key, value),
  }
}

/** A page with hands on its clocks. */
function makePage(options: { minutes?: IdleMinutes; store?: ReturnType<typeof makeStore> } = {}) {
  const clock = { wall: start, steady: 0 }
  const page = new EventTarget()
  const sight = new EventTarget()
  const state = { locks: 0, busy: false }
  let tick = () => {}
  const stop = watchIdle({
    choice: makeLive<IdleMinutes>(options.minutes ?? 30),
    isBusy: () => state.busy,
    lock() {
      state.locks += 1
    },
    page,
    sight,
    store: options.store ?? makeStore(),
    clocks: { wall: () => clock.wall, steady: () => clock.steady },
    repeat(work) {
      tick = work
      return () => {
        tick = () => {}
      }
    },
  })
  const pass = (milliseconds: number, how: { sleeping?: boolean } = {}) => {
    clock.wall += milliseconds
    if (how.sleeping !== true) clock.steady += milliseconds
  }
  return {
    clock,
    page,
    sight,
    state,
    pass,
    stop,
    tick: () => tick(),
    use: () => page.dispatchEvent(new Event('keydown')),
  }
}

describe('the idle lock (THREATS T20)', () => {
  test('locks after the chosen time without use, and not before', () => {
    const page = makePage({ minutes: 5 })
    page.pass(5 * minute - 1)
    page.tick()
    expect(page.state.locks).toBe(0)
    page.pass(1)
    page.tick()
    expect(page.state.locks).toBe(1)
  })

  test('each use begins the time anew', () => {
    const page = makePage({ minutes: 5 })
    for (let use = 0; use < 10; use += 1) {
      page.pass(4 * minute)
      page.use()
    }
    page.tick()
    expect(page.state.locks).toBe(0)
  })

  test('a machine that slept is locked when it is looked at, and by the first touch at the latest', () => {
    for (const wake of ['sight', 'touch'] as const) {
      const page = makePage()
      page.pass(2000)
      page.pass(8 * 60 * minute, { sleeping: true })
      if (wake === 'sight') page.sight.dispatchEvent(new Event('visibilitychange'))
      else page.use()
      expect(page.state.locks).toBe(1)
    }
  })

  test('a clock that is set back, or a page that was told another date, hides no time', () => {
    const page = makePage()
    page.pass(20 * minute)
    page.tick()
    page.clock.wall -= 10 * 60 * minute
    page.tick()
    page.pass(10 * minute)
    page.tick()
    expect(page.state.locks).toBe(1)
  })

  test('nothing is locked while something runs; when it is over, the time has passed', () => {
    const page = makePage()
    page.state.busy = true
    page.pass(3 * 60 * minute)
    page.tick()
    expect(page.state.locks).toBe(0)
    page.state.busy = false
    page.tick()
    expect(page.state.locks).toBe(1)
  })

  test('a use in one tab counts in the other', () => {
    const store = makeStore()
    const [here, there] = [makePage({ store }), makePage({ store })]
    for (const page of [here, there]) page.pass(29 * minute)
    there.use()
    for (const page of [here, there]) page.pass(20 * minute)
    here.tick()
    there.tick()
    expect([here.state.locks, there.state.locks]).toEqual([0, 0])
    for (const page of [here, there]) page.pass(10 * minute)
    here.tick()
    expect(here.state.locks).toBe(1)
  })

  test('once it is ended, it locks nothing', () => {
    const page = makePage()
    page.stop()
    page.pass(60 * minute)
    page.tick()
    page.use()
    expect(page.state.locks).toBe(0)
  })
})

test('a mark of another tab from the future of a clock set back tells nothing', () => {
  const clock = { wall: start, steady: 0 }
  let mark: number | null = null
  const meter = makeIdleMeter(
    { wall: () => clock.wall, steady: () => clock.steady },
    {
      read: () => mark,
      write: at => {
        mark = at
      },
    },
  )
  clock.steady += 10 * minute
  clock.wall -= 60 * minute
  mark = start + 5 * minute
  expect(meter.look()).toBe(10 * minute)
})

test('the choice is kept on this device; what is no choice is 30 minutes', () => {
  const store = makeStore()
  makeIdleChoice(store).set(240)
  expect(makeIdleChoice(store).live.get()).toBe(240)
  expect(makeIdleChoice(makeStore({ 'datacrypt.idle': '100000' })).live.get()).toBe(30)
  expect(makeIdleChoice(null).live.get()).toBe(30)
})
