/** When to pull: at a knock, at the return of the network, at the return to the page; one pull at a time. */
import { Problem } from '#shared/contract/problems.ts'
import { backoff, pauseUntil } from './retry.ts'

export interface EngineParts {
  /** One whole pull; rejects with a `Problem`. */
  readonly pull: () => Promise<void>
  /** Whether the last try reached the server. */
  readonly onOnline: (online: boolean) => void
  /** The session has ended: somebody has to log in again. */
  readonly onLoggedOut: () => void
}

export interface Engine {
  /** Asks for a pull; many calls while one runs are one more. */
  nudge(): void
  stop(): void
}

/** Starts pulling; the first one at once. */
export function startEngine(parts: EngineParts): Engine {
  const stopping = new AbortController()
  const bell = new EventTarget()
  let wanted = true
  const nudge = () => {
    wanted = true
    bell.dispatchEvent(new Event('wake'))
  }
  const loop = async () => {
    for (let attempt = 0; !stopping.signal.aborted; ) {
      if (!wanted) {
        await pauseUntil(5 * 60_000, bell, stopping.signal)
        wanted = true
        continue
      }
      wanted = false
      const outcome = await tryOnce(parts)
      if (outcome === 'logged-out') return parts.onLoggedOut()
      attempt = outcome === 'done' ? 0 : attempt + 1
      if (outcome === 'done') continue
      wanted = true
      await pauseUntil(backoff(attempt), bell, stopping.signal)
    }
  }
  addEventListener('online', nudge)
  document.addEventListener('visibilitychange', nudge)
  void loop()
  return {
    nudge,
    stop() {
      stopping.abort()
      removeEventListener('online', nudge)
      document.removeEventListener('visibilitychange', nudge)
    },
  }
}

async function tryOnce(parts: EngineParts): Promise<'done' | 'failed' | 'logged-out'> {
  try {
    await parts.pull()
    parts.onOnline(true)
    return 'done'
  } catch (error) {
    if (error instanceof Problem && error.code === 'logged-out') return 'logged-out'
    const reached = error instanceof Problem && error.code !== 'network' && error.code !== 'not-our-server'
    parts.onOnline(reached)
    return 'failed'
  }
}
