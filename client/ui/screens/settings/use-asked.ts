import { useCallback, useEffect, useState } from 'react'
import type { App, Fault } from '#client/app/views.ts'
import { faultOf, useApp, useLive } from '../../app-context.ts'

export interface Asked<T> {
  /** Undefined until the server has answered; a later fault leaves the last answer. */
  readonly value: T | undefined
  readonly fault: Fault | null
  readonly offline: boolean
  reload(): Promise<void>
}

const shown = new Set<() => Promise<void>>()

/** Asks again for everything that is shown: what was done changes more than its own section. */
export async function askAnew(): Promise<void> {
  await Promise.all([...shown].map(reload => reload()))
}

/** What only the server knows. It is asked when the page opens, and again when the network is back. `load` has to stay the same. */
export function useAsked<T>(load: (app: App) => Promise<T>): Asked<T> {
  const app = useApp()
  const offline = !useLive(app.connection).online
  const session = useLive(app.session)
  const loggedIn = session.state === 'open' && session.online === 'logged-in'
  const [value, setValue] = useState<T | undefined>(undefined)
  const [fault, setFault] = useState<Fault | null>(null)
  const reload = useCallback(async () => {
    try {
      const answer = await load(app)
      setValue(answer)
      setFault(null)
    } catch (error) {
      setFault(faultOf(error))
    }
  }, [load, app])
  useEffect(() => {
    shown.add(reload)
    return () => void shown.delete(reload)
  }, [reload])
  useEffect(() => {
    if (!offline && loggedIn) void reload()
  }, [offline, loggedIn, reload])
  const missing = !loggedIn && !offline ? ({ code: 'logged-out', data: {} } as const) : fault
  return { value, fault: missing, offline, reload }
}
