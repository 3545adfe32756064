/** What this browser can do: asked once, by trying, never by its name. */
import type { WorkerAbilities } from '#client/crypto-worker/orders.ts'
import type { Abilities } from './views.ts'

export interface Platform extends Abilities {
  /** Workers can start workers, so that several cores share the work. */
  readonly nestedWorkers: boolean
  /** Streams can be read into buffers that are used again. */
  readonly byob: boolean
  /** A file of our own can be offered by a link: the way for downloads without a service worker. */
  readonly fileLinks: boolean
}

/** Longest that an answer of the platform is waited for (milliseconds): some never come. */
const patience = 3000

const nothing: WorkerAbilities = { shelf: false, nested: false, byob: false }

/** Asks what there is. `probe` asks the crypto worker, where OPFS differs from the page's; never rejects. */
export async function askPlatform(probe: () => Promise<WorkerAbilities>): Promise<Platform> {
  const worker = await within(patience, probe(), nothing)
  return {
    ...pageAbilities(),
    shelf: worker.shelf,
    nestedWorkers: worker.nested,
    byob: worker.byob,
    fileLinks: worker.shelf,
  }
}

/** What the page itself can tell, at once; whether there is a shelf only a worker knows. */
export function pageAbilities(): Abilities {
  return {
    folderPicker: 'showDirectoryPicker' in globalThis,
    shelf: false,
    serviceWorker: 'serviceWorker' in navigator,
    secureContext: globalThis.isSecureContext,
  }
}

/** Whether the app runs as an installed one, in a window of its own. */
export function isInstalled(): boolean {
  return globalThis.matchMedia?.('(display-mode: standalone)').matches ?? false
}

/** Asks the browser to keep our storage. Never waited for: some answer only once a person has. */
export function askToPersist(): void {
  // Absent in insecure contexts and in some engines, whatever the types say.
  const storage: Partial<StorageManager> | undefined = navigator.storage
  storage?.persist?.().catch(() => undefined)
}

/** Bytes that may still be stored here, or `null` where the browser does not say, or not soon. */
export async function freeSpace(): Promise<number | null> {
  const storage: Partial<StorageManager> | undefined = navigator.storage
  const estimate = storage?.estimate === undefined ? null : await within(patience, navigator.storage.estimate(), null)
  if (estimate?.quota === undefined) return null
  return Math.max(0, estimate.quota - (estimate.usage ?? 0))
}

/** What `promise` gives, or `otherwise` where it fails or takes longer than `limit` milliseconds. */
function within<T>(limit: number, promise: Promise<T>, otherwise: T): Promise<T> {
  return new Promise(resolve => {
    const timer = setTimeout(() => resolve(otherwise), limit)
    const settle = (value: T) => {
      clearTimeout(timer)
      resolve(value)
    }
    promise.then(settle, () => settle(otherwise))
  })
}
