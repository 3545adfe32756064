/** How screens reach the app: one context, and live values as React state. */
import { createContext, useCallback, useContext, useEffect, useState, useSyncExternalStore } from 'react'
import type { App, Fault, Live, Me } from '#client/app/views.ts'
import { problemFrom } from '#shared/contract/problems.ts'
import { createDraft, type DraftStore } from './draft.ts'

export const AppContext = createContext<App | null>(null)

export const DraftContext = createContext<DraftStore>(createDraft())

export function useDraft(): DraftStore {
  return useContext(DraftContext)
}

export function useApp(): App {
  const app = useContext(AppContext)
  if (app === null) throw new Error('A screen stands outside of AppContext')
  return app
}

/** The current value; the component renders again when it changes. */
export function useLive<T>(live: Live<T>): T {
  const subscribe = useCallback((listener: () => void) => live.subscribe(listener), [live])
  const get = useCallback(() => live.get(), [live])
  return useSyncExternalStore(subscribe, get)
}

/** The person whose keys are open; null on the doors. */
export function useMe(): Me | null {
  const session = useLive(useApp().session)
  return session.state === 'open' ? session.me : null
}

/** The time now, renewed each half minute so that "today" does not go stale. */
export function useNow(clock: () => number = Date.now): number {
  const [now, setNow] = useState(clock)
  useEffect(() => {
    const timer = setInterval(() => setNow(clock()), 30_000)
    return () => clearInterval(timer)
  }, [clock])
  return now
}

/** What went wrong, in the form that `words.ts` reads. What is no Problem is our own mistake. */
export function faultOf(error: unknown): Fault {
  const problem = problemFrom(error)
  return problem === null ? { code: 'internal', data: {} } : { code: problem.code, data: problem.data }
}

export interface Attempt {
  readonly busy: boolean
  readonly fault: Fault | null
  /** Runs `work`; true when it passed. A second press while it runs does nothing. */
  run(work: () => Promise<unknown>): Promise<boolean>
  clear(): void
}

/** One thing that a person tries: whether it runs, and what went wrong last time. */
export function useAttempt(): Attempt {
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState<Fault | null>(null)
  const run = async (work: () => Promise<unknown>): Promise<boolean> => {
    if (busy) return false
    setBusy(true)
    setFault(null)
    try {
      await work()
      return true
    } catch (error) {
      const found = faultOf(error)
      // What the person stopped needs no telling.
      if (found.code !== 'cancelled') setFault(found)
      return false
    } finally {
      setBusy(false)
    }
  }
  return { busy, fault, run, clear: () => setFault(null) }
}
