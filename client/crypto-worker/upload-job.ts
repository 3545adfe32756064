/** Uploading a transfer: part by part from the shelf, each one as soon as it lies there. */
import { putPart } from '#client/api/upload.ts'
import type { ShelfJob } from '#client/shelf/shelf.ts'
import { transferLimits } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { Grant, Part } from '#shared/contract/transfer.ts'
import { checksumOf } from './checksum.ts'
import { makeFlights } from './flights.ts'
import type { Control } from './jobs.ts'
import type { OnJobEvent, UploadDoor, UploadOrder } from './orders.ts'
import { type Counter, makeCounter } from './progress.ts'
import { persist, type Retrying } from './retry.ts'

/** Parts on their way at once: two reach the full rate, and the next one's checksum is made meanwhile. */
const partsInFlight = 3

export interface UploadJob {
  readonly order: UploadOrder
  readonly shelf: ShelfJob
  readonly door: UploadDoor
  readonly control: Control
  readonly onEvent: OnJobEvent
  readonly put?: typeof putPart
  readonly wait?: Retrying['wait']
}

/**
 * Puts every part that the server does not hold, and returns once all are accepted. Throws what sealing threw,
 * `server-full`, `not-our-server`, what the door throws, `cancelled`; called again, it goes on where it was.
 */
export async function uploadTransfer(job: UploadJob): Promise<void> {
  const { order, shelf, control } = job
  if (order.length !== shelf.length) throw new Problem('bad-request', { data: { member: 'length' } })
  const counter = makeCounter('uploading', { total: order.length, onEvent: job.onEvent })
  const uploading: Uploading = {
    ...job,
    counter,
    ask: batchGrants(job.door),
    accepted: trackAccepted(order, shelf),
  }
  const flights = makeFlights(partsInFlight - 1)
  try {
    for (const range of partsOf(order)) {
      await control.gate()
      await shelf.available(range.offset + range.length, control.signal)
      await flights.add(uploadPart(uploading, range))
    }
    await flights.land()
  } finally {
    await flights.settle()
  }
}

interface PartRange {
  readonly n: number
  readonly offset: number
  readonly length: number
}

function* partsOf({ length, partSize }: UploadOrder): Generator<PartRange> {
  for (let n = 1, offset = 0; offset < length; n++, offset += partSize) {
    yield { n, offset, length: Math.min(partSize, length - offset) }
  }
}

type Uploading = UploadJob & {
  readonly counter: Counter
  readonly ask: (part: Part) => Promise<Grant>
  readonly accepted: (n: number) => void
}

async function uploadPart(job: Uploading, range: PartRange): Promise<void> {
  try {
    await putRange(job, range)
  } catch (error) {
    // Where sealing failed meanwhile, its reason is the upload's too.
    await job.shelf.available(range.offset + range.length, job.control.signal)
    throw error
  }
}

async function putRange(job: Uploading, range: PartRange): Promise<void> {
  const { order, shelf, control, counter } = job
  const body = await shelf.read(range.offset, range.length)
  const part = { n: range.n, length: range.length, crc32: await checksumOf(body) }
  // A part that lies there from another sealing must be replaced: only its checksum tells.
  if (!order.present.some(present => isSame(present, part))) await putWithGrant(job, part, body)
  control.signal.throwIfAborted()
  job.accepted(range.n)
  counter.add(range.length)
}

function isSame(a: Part, b: Part): boolean {
  return a.n === b.n && a.length === b.length && a.crc32 === b.crc32
}

async function putWithGrant(job: Uploading, part: Part, body: Blob): Promise<void> {
  const { control, onEvent, counter, wait, put = putPart } = job
  let grant: Grant | null = null
  const retrying: Retrying = {
    control,
    onEvent,
    resumed: counter.tell,
    renew: () => {
      grant = null
    },
    ...(wait === undefined ? {} : { wait }),
  }
  await persist(async () => {
    grant ??= await job.ask(part)
    await put({ grant, body, signal: control.signal }).catch(error => refuseUnreadable(body, error))
  }, retrying)
}

/** A body that went away from the shelf fails like a lost line; waiting would not bring it back. */
async function refuseUnreadable(body: Blob, error: unknown): Promise<never> {
  // Reading it once more throws where it cannot be read.
  if (error instanceof Problem && error.code === 'network') await checksumOf(body)
  throw error
}

/** Asks for grants of several parts at once: what comes up while one question is on its way goes into the next. */
function batchGrants(door: UploadDoor): (part: Part) => Promise<Grant> {
  let next: Part[] = []
  let asked: Promise<readonly Grant[]> | null = null
  let before: Promise<unknown> = Promise.resolve()

  function collect(): Promise<readonly Grant[]> {
    const question = before.then(() => {
      const parts = next
      next = []
      asked = null
      return door.grants(parts)
    })
    before = question.catch(() => undefined)
    return question
  }

  return async part => {
    if (next.length >= transferLimits.grantsPerCall) await before
    next.push(part)
    asked ??= collect()
    const grant = (await asked).find(({ n }) => n === part.n)
    if (grant === undefined) throw new Problem('unavailable')
    return grant
  }
}

/** Tells the shelf up to where everything is accepted, so that a bounded one can make room. */
function trackAccepted({ length, partSize }: UploadOrder, shelf: ShelfJob): (n: number) => void {
  const done = new Set<number>()
  let next = 1
  return n => {
    done.add(n)
    while (done.delete(next)) next++
    shelf.release(Math.min(length, (next - 1) * partSize))
  }
}
