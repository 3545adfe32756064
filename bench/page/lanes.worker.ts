/** Runs the product's own sealing and opening, and the limits of the same bytes by as many workers. */
import { type Remote, wrap } from 'comlink'
import { makeFlights } from '#client/crypto-worker/flights.ts'
import { makeJobs } from '#client/crypto-worker/jobs.ts'
import { openLanes } from '#client/crypto-worker/lanes.ts'
import { piecesOf, snapshot } from '#client/crypto-worker/pieces.ts'
import { sealTransfer } from '#client/crypto-worker/seal-job.ts'
import { openOpfsShelf } from '#client/shelf/opfs.ts'
import { segmentsOf } from '#client/shelf/segments.ts'
import type { JobPlan, Shelf, ShelfJob } from '#client/shelf/shelf.ts'
import { generateIdentity } from '#shared/crypto/identity.ts'
import type { ChunkPlan } from '#shared/crypto/open.ts'
import { startSealing } from '#shared/crypto/seal.ts'
import { digestLength, layoutOf, plainRange } from '#shared/format/sizes.ts'
import type { Limits } from './limit.worker.ts'
import { answerMeasures, type Measure, type Suite, timed } from './measures.ts'
import { memorySample } from './sample.ts'

const jobId = 'bench'
const readLength = 32 * 1024 * 1024
const now = 1_790_000_000_000
const exponent = 19

const lanes = openLanes()
const jobs = makeJobs()
const identity = generateIdentity({ now })
const workers = Array.from({ length: lanes.count }, () =>
  wrap<Limits>(new Worker(new URL('./limit.worker.ts', import.meta.url), { type: 'module' })),
)
/** What lies on the shelf, for opening it again. */
const shelved = new Map<Suite, { readonly job: JobPlan; readonly plan: ChunkPlan }>()
let held: File | null = null

answerMeasures((measure, file) => {
  switch (measure.what) {
    case 'seal-arithmetic':
    case 'open-arithmetic':
      return arithmetic(measure)
    case 'read':
      return read(picked(file))
    case 'write':
      return write(picked(file).size)
    case 'seal':
      return seal(picked(file), measure.suite, dropShelf)
    case 'seal-to-shelf':
      return seal(picked(file), measure.suite, keepingShelf)
    case 'seal-memory':
      return sealMemory(measure)
    case 'seal-memory-file':
      return seal(memoryFile(measure.bytes), measure.suite, dropShelf)
    case 'open-from-shelf':
      return openShelved(measure)
    case 'bare-put':
      throw new TypeError('not mine')
  }
})

function picked(file: File | undefined): File {
  if (file === undefined) throw new TypeError('no file is picked')
  return file
}

function memoryFile(bytes: number): File {
  if (held?.size !== bytes) held = new File([memorySample(bytes)], 'memory', { lastModified: now })
  return held
}

/** Gives each worker the next piece of work once it is free. */
async function share<T>(work: readonly T[], step: (worker: Remote<Limits>, item: T) => Promise<void>): Promise<void> {
  const left = work.values()
  await Promise.all(
    workers.map(async worker => {
      for (let next = left.next(); next.done !== true; next = left.next()) await step(worker, next.value)
    }),
  )
}

function stretches(size: number): readonly { readonly offset: number; readonly length: number }[] {
  const count = Math.ceil(size / readLength)
  return Array.from({ length: count }, (_, at) => {
    return { offset: at * readLength, length: Math.min(readLength, size - at * readLength) }
  })
}

function read(file: File) {
  const files = snapshot([{ path: file.name, file }])
  return timed(file.size, () =>
    share(stretches(file.size), (worker, { offset, length }) =>
      worker.read({ pieces: piecesOf(files, offset, length), chunkSize: 2 ** exponent, length }),
    ),
  )
}

async function write(size: number) {
  const shelf = await openOpfsShelf()
  await shelf.clear('bench-write')
  const work = stretches(size).map(({ length }, segment) => ({ jobId: 'bench-write', segment, length }))
  const measured = await timed(size, () => share(work, (worker, item) => worker.write(item)))
  await shelf.clear('bench-write')
  return measured
}

async function arithmetic({ what, suite, bytes }: Measure & { what: 'seal-arithmetic' | 'open-arithmetic' }) {
  const chunkSize = 2 ** exponent
  const count = Math.ceil(bytes / chunkSize / workers.length)
  const verb = what === 'seal-arithmetic' ? 'seal' : 'open'
  return timed(count * chunkSize * workers.length, () =>
    Promise.all(workers.map(worker => worker[verb]({ suite, chunkSize, count }))),
  )
}

async function seal(file: File, suite: Suite, shelfOf: () => Promise<Shelf>) {
  const shelf = await shelfOf()
  const sender = await identity
  const order = { jobId, files: [{ path: file.name, file }], recipients: [], suite, padding: false, now } as const
  const job = { identity: sender.identity, shelf, lanes, onEvent: () => undefined, onShelf: () => undefined }
  return timed(file.size, () =>
    jobs.run(jobId, control => sealTransfer({ ...job, order: { ...order, shelf: 'opfs' }, control })),
  )
}

/** The lanes' own code on memory that each of them holds: what it takes to seal, without any reading. */
async function sealMemory({ suite, bytes }: { suite: Suite; bytes: number }) {
  const { keys } = await startSealing({ suite, chunkExponent: exponent })
  const layout = layoutOf({ suite, exponent, plaintextLength: bytes })
  const orders = segmentsOf(layout, readLength).map(({ first, count }) => {
    const last = plainRange(layout, first + count - 1)
    return { keys, layout, first, count, length: last.offset + last.length - first * layout.chunkSize }
  })
  return timed(bytes, () => share(orders, (worker, order) => worker.sealMemory(order)))
}

/** Keeps nothing: what is left is reading, sealing and hashing. */
async function dropShelf(): Promise<Shelf> {
  const begin = async ({ layout }: JobPlan): Promise<ShelfJob> => ({
    length: layout.length,
    place: async () => ({ kind: 'none' }),
    written: () => undefined,
    complete: async () => undefined,
    available: async () => undefined,
    read: async () => new Blob(),
    release: () => undefined,
    fail: () => undefined,
  })
  return { begin, find: async () => null, clear: async () => undefined, list: async () => [] }
}

async function keepingShelf(): Promise<Shelf> {
  const shelf = await openOpfsShelf()
  await shelf.clear(jobId)
  return shelf
}

/** Lays a file's worth of sealed chunks on the shelf, with the keys at hand, and opens them by the lanes. */
async function openShelved({ suite, bytes }: { suite: Suite; bytes: number }) {
  const { job, plan } = shelved.get(suite) ?? (await layOnShelf(suite, bytes))
  shelved.set(suite, { job, plan })
  await lanes.prepare(jobId, plan)
  const measured = await timed(plan.layout.plainMax, async () => {
    const flights = makeFlights(lanes.count)
    for (const { first, count, index } of job.segments) {
      const source = { kind: 'opfs', jobId: job.jobId, segment: index } as const
      await flights.add(openOne({ plan: jobId, first, count, source }))
    }
    await flights.land()
  })
  await lanes.stop(jobId)
  return measured
}

async function openOne(order: Parameters<typeof lanes.open>[0]): Promise<void> {
  const { opened, problem } = await lanes.open(order)
  if (opened < order.count) throw new Error(`opening: ${JSON.stringify(problem)}`)
}

async function layOnShelf(suite: Suite, size: number) {
  const { header, keys } = await startSealing({ suite, chunkExponent: exponent })
  const layout = layoutOf({ suite, exponent, plaintextLength: size })
  const job = { jobId: `bench-open-${suite}`, header, layout, segments: segmentsOf(layout, readLength), partSize: 0 }
  const shelf = await openOpfsShelf()
  await shelf.begin(job)
  const digests = new Uint8Array(layout.count * 32)
  const file = new File([new Uint8Array(readLength)], 'zeros', { lastModified: now })
  for (const { first, count, index } of job.segments) {
    const pieces = piecesOf(snapshot([{ path: 'zeros', file }]), 0, readLength)
    const output = { kind: 'opfs', jobId: job.jobId, segment: index } as const
    const run = await lanes.seal({ keys, layout, first, count, output, pieces })
    digests.set(run.digests, first * digestLength)
  }
  return { job, plan: { keys, layout, digests, size } }
}
