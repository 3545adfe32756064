/** The door of the crypto worker, put together from its files; no rules of its own. */

import { makeMemoryShelf } from '#client/shelf/memory.ts'
import { openOpfsShelf } from '#client/shelf/opfs.ts'
import { canShelve } from '#client/shelf/segment-file.ts'
import type { Shelf, ShelfJob } from '#client/shelf/shelf.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { StretchPassword } from './argon2.ts'
import { openCells, sealCells } from './cells.ts'
import { type Jobs, type LiveShelves, makeJobs, makeLiveShelves } from './jobs.ts'
import { makeKeys } from './keys.ts'
import { type Lanes, openLanes } from './lanes.ts'
import type { CryptoWorker } from './orders.ts'
import { cardFacts, checkReceiptOf, judge, openContent } from './people.ts'
import { saveTransfer } from './save-job.ts'
import { sealTransfer } from './seal-job.ts'
import { uploadTransfer } from './upload-job.ts'

/** Makes the worker's door. Lanes and the shelf on disk are opened when they are first needed. */
export function makeCryptoWorker(options: {
  stretch: StretchPassword
  floor: { readonly m: number; readonly t: number; readonly p: number }
  openLanes?: () => Lanes
}): CryptoWorker {
  const keys = makeKeys(options)
  const jobs = makeJobs()
  const live = makeLiveShelves()
  const lanes = once(options.openLanes ?? openLanes)
  const onDisk = once(openOpfsShelf)
  const inMemory = makeMemoryShelf()
  const shelfOf = async (kind: 'opfs' | 'memory'): Promise<Shelf> => (kind === 'memory' ? inMemory : onDisk())

  return {
    ...keys.door,
    sealCells: async cells => sealCells(keys.current(), cells),
    openCells: async cells => openCells(keys.current(), cells),
    cardFacts,
    judgeCard: judge,
    openContent: async input => openContent(keys.current().identity, input),
    checkReceipt: checkReceiptOf,
    ...jobDoor(jobs),
    probe: async () => ({ shelf: await canShelve(), nested: typeof Worker !== 'undefined', byob: hasByob() }),

    seal(order, onEvent) {
      const { identity } = keys.current()
      const place = promised<ShelfJob>()
      live.announce(order.jobId, place.promise)
      const sealing = jobs.run(order.jobId, async control => {
        const shelf = await shelfOf(order.shelf)
        return sealTransfer({ order, identity, shelf, lanes: lanes(), control, onEvent, onShelf: place.resolve })
      })
      sealing.catch(place.reject)
      return sealing
    },
    upload: (order, door, onEvent) =>
      jobs.run(order.jobId, async control => {
        const shelf = await findJob({ live, onDisk }, order.jobId)
        await uploadTransfer({ order, shelf, door, control, onEvent })
      }),
    save: (job, door, onEvent) =>
      jobs.run(job.jobId, async control => {
        const { identity } = keys.current()
        return saveTransfer({ job, identity, lanes: lanes(), door, control, onEvent })
      }),
    async clearShelf(jobId) {
      live.forget(jobId)
      await inMemory.clear(jobId)
      if (await canShelve()) await (await onDisk()).clear(jobId)
    },
  }
}

function jobDoor({ pause, resume, abort }: Jobs) {
  return { pause, resume, abort }
}

/** A job's sealed bytes: of the sealing that runs here, or of one that a reload left on disk. */
async function findJob(
  { live, onDisk }: { live: LiveShelves; onDisk: () => Promise<Shelf> },
  jobId: string,
): Promise<ShelfJob> {
  const running = live.find(jobId)
  if (running !== null) return running
  const left = (await canShelve()) ? await (await onDisk()).find(jobId) : null
  if (left === null) throw new Problem('not-found')
  return left
}

function hasByob(): boolean {
  try {
    new Blob(['x']).stream().getReader({ mode: 'byob' }).releaseLock()
    return true
  } catch {
    return false
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
  }
}

function promised<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (reason: unknown) => void } {
  let resolve: (value: T) => void = () => undefined
  let reject: (reason: unknown) => void = () => undefined
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
