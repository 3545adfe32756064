/** Locks the keys of a device that nobody uses: time counts by the clocks, since timers sleep with the machine. */

import { makeLive } from './live.ts'
import { type IdleMinutes, idleMinutes } from './safety-views.ts'
import type { Live } from './views.ts'

type Store = Pick<Storage, 'getItem' | 'setItem'>

const choiceKey = 'datacrypt.idle'
/** When any tab of this browser was last used. */
const useKey = 'datacrypt.used'
const usual: IdleMinutes = 30
const minute = 60_000
/** Between two looks at the clock. */
const step = 15_000
/** Uses closer together than this are one: a pointer that moves tells sixty times a second. */
const useStep = 1000
/** Other tabs hear of uses no more often. */
const tellStep = 5000

export interface IdleChoice {
  readonly live: Live<IdleMinutes>
  set(minutes: IdleMinutes): void
}

/** The person's choice on this device; where storage is refused it lasts until the page is closed. */
export function makeIdleChoice(store: Store | null): IdleChoice {
  const stored = Number(attempt(() => store?.getItem(choiceKey)) ?? usual)
  const live = makeLive<IdleMinutes>(idleMinutes.find(minutes => minutes === stored) ?? usual)
  return {
    live,
    set(minutes) {
      attempt(() => store?.setItem(choiceKey, String(minutes)))
      live.set(minutes)
    },
  }
}

export interface Clocks {
  /** Epoch milliseconds; goes on while the machine sleeps, and may be set. */
  readonly wall: () => number
  /** Milliseconds that only grow; may stand still while the machine sleeps. */
  readonly steady: () => number
}

/** How long nobody has used any tab. */
export interface IdleMeter {
  /** This tab is used. */
  use(): void
  /** Milliseconds without use, after a look at both clocks and at the other tabs. */
  look(): number
}

/**
 * Time counts as much as the clock that went further says: one that was set back hides nothing. A use in another tab
 * counts here; `mark` is where tabs leave theirs.
 */
export function makeIdleMeter(clocks: Clocks, mark: { read(): number | null; write(at: number): void }): IdleMeter {
  let idle = 0
  let seen = mark.read()
  let last = { wall: clocks.wall(), steady: clocks.steady() }
  const pass = () => {
    const now = { wall: clocks.wall(), steady: clocks.steady() }
    idle += Math.max(0, now.wall - last.wall, now.steady - last.steady)
    last = now
  }
  return {
    use() {
      pass()
      const written = seen !== null && last.wall - seen >= 0 && last.wall - seen < tellStep
      idle = 0
      if (written) return
      seen = last.wall
      mark.write(last.wall)
    },
    look() {
      pass()
      const elsewhere = mark.read()
      if (elsewhere !== null && elsewhere !== seen) {
        seen = elsewhere
        // From before the clock was set back: it tells nothing of now.
        if (elsewhere <= last.wall) idle = Math.min(idle, last.wall - elsewhere)
      }
      return idle
    },
  }
}

export interface IdleParts {
  readonly choice: Live<IdleMinutes>
  /** Something runs: nobody need be there for it. */
  readonly isBusy: () => boolean
  readonly lock: () => void
  /** The page's window, where uses are heard. */
  readonly page: EventTarget
  /** The page's document, which tells when it is looked at again. */
  readonly sight: EventTarget
  readonly store: Store | null
  readonly clocks?: Clocks
  readonly repeat?: (work: () => void, every: number) => () => void
}

const uses = ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'] as const

/** Watches from now on; the answer ends it. Coming back to the page is looked at before it counts as a use. */
export function watchIdle(parts: IdleParts): () => void {
  const { choice, isBusy, lock, page, sight, store } = parts
  const { clocks = platformClocks, repeat = platformRepeat } = parts
  const meter = makeIdleMeter(clocks, markIn(store))
  const look = (): boolean => {
    const over = meter.look() >= choice.get() * minute && !isBusy()
    if (over) lock()
    return over
  }
  // The first touch after a long sleep must not save what should have been locked long ago.
  let lastUse = clocks.steady()
  const use = () => {
    if (clocks.steady() - lastUse < useStep) return
    lastUse = clocks.steady()
    if (!look()) meter.use()
  }
  meter.use()
  const stopRepeating = repeat(look, step)
  const ending = new AbortController()
  const listen = { signal: ending.signal, capture: true, passive: true }
  for (const kind of uses) page.addEventListener(kind, use, listen)
  page.addEventListener('focus', use, listen)
  page.addEventListener('pageshow', look, listen)
  sight.addEventListener('visibilitychange', look, listen)
  return () => {
    stopRepeating()
    ending.abort()
  }
}

const platformClocks: Clocks = { wall: () => Date.now(), steady: () => performance.now() }

function platformRepeat(work: () => void, every: number): () => void {
  const timer = setInterval(work, every)
  return () => clearInterval(timer)
}

function markIn(store: Store | null) {
  return {
    read() {
      const text = attempt(() => store?.getItem(useKey)) ?? null
      const at = text === null ? Number.NaN : Number(text)
      return Number.isFinite(at) ? at : null
    },
    write: (at: number) => void attempt(() => store?.setItem(useKey, String(at))),
  }
}

/** This browser's storage for preferences; null where it is refused. */
export function deviceStore(): Store | null {
  return attempt(() => localStorage) ?? null
}

/** Storage may be refused, full or absent at each call. */
function attempt<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}
