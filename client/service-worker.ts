/** The service worker: the app offline, updates when the person says so, and downloads of plaintext as streams. */
import { clientsClaim } from 'workbox-core'
import {
  cleanupOutdatedCaches,
  createHandlerBoundToURL,
  type PrecacheEntry,
  precacheAndRoute,
} from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { readSaveRequest, type SaveHead, saveResponse } from '#client/crypto-worker/save-stream.ts'

declare const self: ServiceWorkerGlobalScope & { readonly __WB_MANIFEST: readonly (PrecacheEntry | string)[] }

/** Paths that are the server's or a stream's, never the app's page. */
const notPages = [/^\/trpc/, /^\/api/, /^\/healthz/, /^\/dev/, /^\/save/]
const savePath = /^\/save\/([A-Za-z0-9_-]{16,64})$/

interface Waiting extends SaveHead {
  readonly control: MessagePort
  readonly forgotten: AbortController
}

/** Downloads that a page has announced and whose request has not come yet. */
const waiting = new Map<string, Waiting>()

self.addEventListener('message', event => {
  if (event.data?.type === 'SKIP_WAITING') void self.skipWaiting()
  const save = readSaveRequest(event.data, event.ports)
  if (save === null) return
  const forgotten = new AbortController()
  waiting.set(save.id, { ...save, forgotten })
  // The page speaks on this port while the download runs: each word keeps this worker awake.
  save.control.onmessage = message => {
    if (message.data?.kind === 'forget') {
      waiting.delete(save.id)
      forgotten.abort()
    } else save.control.postMessage({ kind: 'alive' })
  }
  save.control.postMessage({ kind: 'ready' })
})

// Before the routes of workbox: a download is nobody's page.
self.addEventListener('fetch', event => {
  const url = new URL(event.request.url)
  const id = url.origin === self.location.origin ? savePath.exec(url.pathname)?.[1] : undefined
  const save = id === undefined ? undefined : waiting.get(id)
  if (id === undefined || save === undefined) return
  waiting.delete(id)
  event.respondWith(saveResponse(save, save.forgotten.signal))
  save.control.postMessage({ kind: 'started' })
})

precacheAndRoute([...self.__WB_MANIFEST])
cleanupOutdatedCaches()
registerRoute(new NavigationRoute(createHandlerBoundToURL('/index.html'), { denylist: notPages }))
clientsClaim()
