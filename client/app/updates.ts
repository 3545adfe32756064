/** New versions: installed beside the running one, started when the person says so, never by themselves. */
import { Workbox } from 'workbox-window'
import { makeLive } from './live.ts'
import type { Live } from './views.ts'

export interface Updates {
  /** Whether a newer version waits. */
  readonly waiting: Live<boolean>
  /** Starts it: every tab of the app is reloaded once. */
  apply(): void
}

/** Registers the service worker and watches for its successors. */
export function watchUpdates(): Updates {
  const waiting = makeLive(false)
  if (!('serviceWorker' in navigator) || import.meta.env.DEV) return { waiting, apply: () => {} }
  const workbox = new Workbox('/service-worker.js', { type: 'module' })
  workbox.addEventListener('waiting', () => waiting.set(true))
  // A tab on the old version would miss its lazy parts, so that the change of worker reloads it.
  let asked = false
  workbox.addEventListener('controlling', event => {
    if (asked || event.isUpdate) location.reload()
  })
  void workbox.register().catch(() => {})
  return {
    waiting,
    apply() {
      asked = true
      workbox.messageSkipWaiting()
    },
  }
}
