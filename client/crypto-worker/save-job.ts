/** Saving: opens the envelope, checks the blob's ends, lets verified plaintext out, and signs for the whole. */
import { leaseLimits } from '#shared/contract/limits.ts'
import type { DownloadGrant } from '#shared/contract/transfer.ts'
import { receiptJson } from '#shared/contract/transfer.ts'
import type { Identity } from '#shared/crypto/identity.ts'
import { type ChunkPlan, type OpenedEnvelope, planSource, type Source } from '#shared/crypto/open.ts'
import { signReceipt } from '#shared/crypto/receipt.ts'
import { encodeReceipt } from '#shared/format/receipt.ts'
import type { Control } from './jobs.ts'
import type { OpenedChunk } from './lane-orders.ts'
import type { Lanes } from './lanes.ts'
import type { DownloadDoor, OnJobEvent, SaveJob, SaveResult } from './orders.ts'
import { openFor } from './people.ts'
import { chunksPerRun, feedChunks } from './plain-feed.ts'
import { splitFiles } from './plain-files.ts'
import { type Counter, makeCounter } from './progress.ts'
import { openRemote } from './remote-source.ts'
import { persist, type Retrying } from './retry.ts'
import { type FileToSave, filesToSave, isWhole, runsOf } from './save-plan.ts'
import { type PlainFiles, type SavedNames, saveToFolder, saveToOpfs, saveToStream } from './save-targets.ts'

export interface Saving {
  readonly job: SaveJob
  readonly identity: Identity
  readonly lanes: Lanes
  readonly door: DownloadDoor
  readonly control: Control
  readonly onEvent: OnJobEvent
  readonly wait?: Retrying['wait']
}

/**
 * Saves the chosen files. Throws FORMAT.md's problems for what does not open, `network` only where the door does,
 * `storage-full`, `cancelled`; nothing that was let out looks like a finished file then.
 */
export async function saveTransfer(saving: Saving): Promise<SaveResult> {
  const { job, identity, lanes } = saving
  const opened = await openFor(identity, job.envelope, job.sender)
  const grants = cacheGrant(saving.door)
  const retrying = retryingOf(saving, grants.renew)
  const plan = await persist(() => planRemote(opened, grants, saving), retrying)
  await lanes.prepare(job.jobId, plan)
  try {
    const whole = isWhole(opened.metadata.files, job.files)
    const files = filesToSave(opened.metadata.files, job.files)
    const names = await letOut(saving, { opened, plan, files, whole, grants })
    return whole ? { whole, names, receipt: await receiptFor(saving, opened) } : { whole, names }
  } finally {
    await lanes.stop(job.jobId)
  }
}

interface Grants {
  get(): Promise<DownloadGrant>
  renew(): void
}

/** A grant is used for this long (milliseconds): counted here, since this device's clock may not be the server's. */
const usedFor = leaseLimits.urlLife - 30_000

function cacheGrant(door: DownloadDoor, now: () => number = () => performance.now()): Grants {
  let held: { readonly grant: Promise<DownloadGrant>; readonly askedAt: number } | null = null
  return {
    async get() {
      if (held === null || held.askedAt + usedFor < now()) {
        const asked = { grant: door.grant(), askedAt: now() }
        held = asked
        asked.grant.catch(() => {
          if (held === asked) held = null
        })
      }
      return held.grant
    },
    renew() {
      held = null
    },
  }
}

function retryingOf({ control, onEvent, wait }: Saving, renew: () => void, resumed?: () => void): Retrying {
  return {
    control,
    onEvent,
    renew,
    ...(resumed === undefined ? {} : { resumed }),
    ...(wait === undefined ? {} : { wait }),
  }
}

async function planRemote(opened: OpenedEnvelope, grants: Grants, { control }: Saving): Promise<ChunkPlan> {
  const source: Source = await openRemote(await grants.get(), control.signal)
  return planSource(opened, source, control.signal)
}

interface Outlet {
  readonly opened: OpenedEnvelope
  readonly plan: ChunkPlan
  readonly files: readonly FileToSave[]
  readonly whole: boolean
  readonly grants: Grants
}

function letOut(saving: Saving, outlet: Outlet): Promise<SavedNames> {
  const { job, lanes, control, onEvent } = saving
  const { plan, grants } = outlet
  const { layout } = plan
  const runs = runsOf(layout, outlet.files, { whole: outlet.whole, longest: chunksPerRun(layout.chunkSize) })
  const total = runs.reduce(
    (sum, run) => sum + Math.min(run.count * layout.chunkSize, layout.plainMax - run.first * layout.chunkSize),
    0,
  )
  const counter = makeCounter('saving', { total, onEvent })
  const retrying = retryingOf(saving, grants.renew, counter.tell)
  const chunks = feedChunks({
    jobId: job.jobId,
    plan,
    runs,
    lanes,
    control,
    persist: step => persist(step, retrying),
    source: async () => ({ kind: 'remote', grant: await grants.get() }),
  })
  const plainFiles = splitFiles(counted(chunks, { counter, control }), outlet.files, layout.chunkSize)
  return writeTo(saving, outlet, plainFiles)
}

async function* counted(
  chunks: AsyncGenerator<OpenedChunk, void, undefined>,
  { counter, control }: { counter: Counter; control: Control },
): AsyncGenerator<OpenedChunk, void, undefined> {
  for await (const chunk of chunks) {
    await control.gate()
    const { length } = chunk.plain
    yield chunk
    counter.add(length)
  }
  counter.finish()
}

async function writeTo({ job, control }: Saving, { files }: Outlet, plainFiles: PlainFiles): Promise<SavedNames> {
  const { target } = job
  switch (target.kind) {
    case 'stream':
      return saveToStream(plainFiles, { plan: files, port: target.port, signal: control.signal })
    case 'folder':
      return saveToFolder(plainFiles, target.folder)
    case 'opfs':
      return saveToOpfs(plainFiles, { plan: files, name: target.name })
  }
}

async function receiptFor({ job, identity }: Saving, opened: OpenedEnvelope) {
  const { transfer, senderHash } = opened
  const receipt = await signReceipt({ identity, transfer, senderHash, received: job.now })
  return receiptJson.parse(JSON.parse(encodeReceipt(receipt)))
}
