/** Tries a call again: with growing waits while the line is down, at once with a fresh grant where one ran out. */
import { Problem, type ProblemCode } from '#shared/contract/problems.ts'
import type { Control } from './jobs.ts'
import type { OnJobEvent } from './orders.ts'

const longestWait = 30
/** Overload that does not pass is told after this many waits; a lost line is waited for without end. */
const mostBusyTries = 8

/** The line is gone, or the server is for a moment. */
const waitFor: ReadonlySet<ProblemCode> = new Set(['network', 'unavailable', 'too-many-tries'])
/** The grant ran out, or was revoked: a fresh one tells which. */
const renewFor: ReadonlySet<ProblemCode> = new Set([
  'grant-refused',
  'expired',
  'not-found',
  'logged-out',
  'origin-refused',
])
/** What arrived was not what was sent: the line may have done it, so it is tried once more. */
const againFor: ReadonlySet<ProblemCode> = new Set(['part-refused', 'damaged-at-chunk', 'root-mismatch'])

export interface Retrying {
  readonly control: Control
  readonly onEvent: OnJobEvent
  /** Called before a try that needs a fresh grant. */
  readonly renew: () => void
  /** Called when a wait is over, so that figures are shown again. */
  readonly resumed?: () => void
  readonly wait?: (seconds: number, signal: AbortSignal) => Promise<void>
  readonly random?: () => number
}

/** Runs `step` until it passes or fails for good; throws its last problem, or `cancelled`. `step` hears of progress. */
export async function persist<T>(step: (progressed: () => void) => Promise<T>, retrying: Retrying): Promise<T> {
  const { control, renew } = retrying
  const tries = makeTries()
  for (;;) {
    await control.gate()
    try {
      return await step(tries.forget)
    } catch (error) {
      control.signal.throwIfAborted()
      const next = tries.after(error)
      if (next === 'renew') renew()
      else if (next === 'wait') await waitOut(tries.waits(), error, retrying)
    }
  }
}

function makeTries() {
  let waits = 0
  let renewed = false
  let again = false

  /** What to do after a failure; throws it where nothing is left to do. */
  function after(error: unknown): 'renew' | 'again' | 'wait' {
    if (!(error instanceof Problem)) throw error
    if (renewFor.has(error.code) && !renewed) {
      renewed = true
      return 'renew'
    }
    if (againFor.has(error.code) && !again) {
      again = true
      return 'again'
    }
    if (!passes(error) || (error.code !== 'network' && waits >= mostBusyTries)) throw error
    waits++
    return 'wait'
  }

  function forget(): void {
    waits = 0
    renewed = false
    again = false
  }

  return { after, forget, waits: () => waits }
}

function passes({ code, data }: Problem): boolean {
  // `internal` with a status is the server's; one without is ours, and comes again.
  return waitFor.has(code) || (code === 'internal' && data.status !== undefined)
}

async function waitOut(waits: number, error: unknown, retrying: Retrying): Promise<void> {
  const { control, onEvent, resumed, wait = waitOnLine, random = Math.random } = retrying
  const asked = error instanceof Problem ? Number(error.data.retryAfter ?? 0) : 0
  // Half of the wait is drawn, so that many clients do not come back at one moment.
  const backoff = Math.min(longestWait, 2 ** (waits - 1)) * (0.5 + random() / 2)
  const seconds = Math.max(asked, backoff)
  onEvent({ kind: 'reconnecting', retryIn: Math.ceil(seconds) })
  await wait(seconds, control.signal)
  resumed?.()
}

/** Waits, but not past the moment at which the device is on line again. */
function waitOnLine(seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = new AbortController()
    const finish = (how: () => void) => {
      end.abort()
      clearTimeout(timer)
      how()
    }
    const timer = setTimeout(() => finish(resolve), seconds * 1000)
    addEventListener('online', () => finish(resolve), { signal: end.signal })
    signal.addEventListener('abort', () => finish(() => reject(signal.reason)), { signal: end.signal })
  })
}
