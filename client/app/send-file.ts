/** Sending: seal onto the shelf, and beside it bring the parts to the server. What fails keeps its row and its reason. */
import type { Sealed } from '#client/crypto-worker/orders.ts'
import { beginTransfer, pushTransfer } from '#client/sync/push.ts'
import { backoff, pauseUntil } from '#client/sync/retry.ts'
import type { UserId } from '#shared/contract/ids.ts'
import { Problem } from '#shared/contract/problems.ts'
import { exponentFor, layoutOf, padme } from '#shared/format/sizes.ts'
import type { OutboxCell } from './cell-schemas.ts'
import { refreshPerson } from './contacts.ts'
import { type Core, faultOf, isPassing, newKey } from './core.ts'
import { type OpenOutbox, type OpenPerson, outbox, people, sent } from './kinds.ts'
import { changeHeldRow, changeRow, readRow } from './rows.ts'
import type { Running } from './running.ts'
import type { PickedFile, SendOrder } from './views.ts'

export interface SendParts {
  readonly core: Core
  readonly running: Running
  /** Identity hash of the sender, base64url. */
  readonly myHash: string
  /** Where sealed bytes wait: on disk, or in memory where the browser has no such place. */
  readonly shelf: 'opfs' | 'memory'
  /** Told when something has been sent. */
  readonly onSent: () => void
  /** Hears when the network is back. */
  readonly bell: EventTarget
}

export interface Sender {
  send(order: SendOrder): Promise<string>
  /** Goes on with what is sealed; what was being sealed when the page went away says so. */
  goOn(): Promise<void>
  pause(id: string): Promise<void>
  resume(id: string): Promise<void>
  cancel(id: string): Promise<void>
}

type OutboxState = OpenOutbox['row']['state']

/** Files of transfers that this page is sealing; after a reload they have to be picked again. */
type Picked = Map<string, { files: readonly PickedFile[]; suite: 'gcm' | 'cbc'; padding: boolean }>

export function makeSender(parts: SendParts): Sender {
  const { core, running } = parts
  const picked: Picked = new Map()
  const active = new Map<string, AbortController>()

  const start = (id: string): void => {
    if (active.has(id)) return
    const stopping = new AbortController()
    active.set(id, stopping)
    const signal = AbortSignal.any([stopping.signal, core.locked])
    inOneTab(id, () => run({ ...parts, id, picked, signal }))
      .catch(() => {})
      .finally(() => {
        active.delete(id)
        running.end(id)
      })
  }
  return {
    async send(order) {
      const id = await newRow(parts, order)
      picked.set(id, { files: order.files, suite: order.suite ?? 'gcm', padding: order.padding ?? true })
      start(id)
      return id
    },
    async goOn() {
      for (const row of await core.db.outbox.toArray()) {
        if (row.state === 'sealing' && !active.has(row.id)) await markInterrupted(core, row.id)
        if (row.state === 'sealed' && !row.paused) start(row.id)
      }
    },
    async pause(id) {
      core.worker.pause(id)
      running.pause(id)
      await changeHeldRow(core, outbox, id, () => ({ row: { paused: true } }))
    },
    async resume(id) {
      const held = await readRow(core, outbox, id)
      if (held === null) return
      const state: OutboxState = held.value.sealed === null ? 'sealing' : 'sealed'
      await changeHeldRow(core, outbox, id, () => ({ row: { paused: false, state }, value: { fault: null } }))
      core.worker.resume(id)
      running.resume(id)
      start(id)
    },
    async cancel(id) {
      active.get(id)?.abort()
      core.worker.abort(id)
      const row = await core.db.outbox.get(id)
      await core.db.outbox.delete(id)
      await core.worker.clearShelf(id)
      picked.delete(id)
      if (row?.transferId) await abandon(core, row.transferId)
    },
  }
}

/** The server sweeps what nobody went on with, so that failing to say so costs nothing. */
async function abandon(core: Core, transferId: NonNullable<OpenOutbox['row']['transferId']>): Promise<void> {
  await core.api.transfers.abort.mutate({ transferId }).catch(() => {})
}

/** One tab sends a row; another that comes upon it leaves it alone (Web Locks §2). */
async function inOneTab(id: string, work: () => Promise<void>): Promise<void> {
  await navigator.locks.request(`datacrypt-outbox-${id}`, { ifAvailable: true }, lock =>
    lock === null ? undefined : work(),
  )
}

/** Another tab that still seals holds the lock; where nobody does, the files are gone with their page. */
function markInterrupted(core: Core, id: string): Promise<void> {
  return inOneTab(id, async () => {
    await changeHeldRow(core, outbox, id, ({ row }) =>
      row.state === 'sealing'
        ? { row: { state: 'failed' as const }, value: { fault: { code: 'interrupted' as const, data: {} } } }
        : null,
    )
    await core.worker.clearShelf(id)
  })
}

async function newRow(parts: SendParts, order: SendOrder): Promise<string> {
  if (order.files.length === 0 && (order.note ?? '') === '') throw new Problem('nothing-to-send')
  const recipients = order.recipients.filter(userId => userId !== parts.core.userId)
  if (recipients.length === 0) throw new Problem('only-yourself')
  const pinned = await Promise.all(recipients.map(userId => refreshPerson(parts.core, userId)))
  const changed = pinned.find(person => person.row.changed)
  if (changed !== undefined) throw new Problem('identity-changed', { data: { userId: changed.row.userId } })
  const id = newKey()
  const value = cellOf(order, pinned)
  await changeRow(parts.core, outbox, id, () => ({
    row: {
      id,
      createdAt: parts.core.now(),
      state: 'sealing' as const,
      paused: false,
      createKey: newKey(),
      completeKey: newKey(),
      transferId: null,
      partSize: 0,
      length: lengthOf(order),
    },
    value,
  }))
  return id
}

function cellOf(order: SendOrder, recipients: readonly OpenPerson[]): OutboxCell {
  return {
    ...(order.title ? { title: order.title } : {}),
    ...(order.note ? { note: order.note } : {}),
    ...(order.downloads === undefined ? {} : { downloads: order.downloads }),
    files: order.files.map(({ path, file }) => ({
      name: path,
      size: file.size,
      type: file.type,
      modified: file.lastModified,
    })),
    recipients: recipients.map(({ row, value: { name, email, identityHash } }) => ({
      userId: row.userId,
      name,
      email,
      identityHash,
    })),
    life: order.life,
    fault: null,
    sealed: null,
  }
}

/** Sizes are arithmetic: the ciphertext's length is known before a byte is sealed. */
function lengthOf(order: SendOrder): number {
  const size = order.files.reduce((sum, { file }) => sum + file.size, 0)
  const plaintextLength = (order.padding ?? true) ? padme(size) : size
  return layoutOf({ suite: order.suite ?? 'gcm', exponent: exponentFor(plaintextLength), plaintextLength }).length
}

interface Run extends SendParts {
  readonly id: string
  readonly picked: Picked
  readonly signal: AbortSignal
}

/** Tries until it is sent, cancelled, or fails for good; what passes by itself is waited for. */
async function run(job: Run): Promise<void> {
  const { core, id, signal } = job
  const sealing = makeSealing(job)
  for (let attempt = 0; !signal.aborted; attempt += 1) {
    try {
      return await sendOnce(job, sealing)
    } catch (error) {
      if (signal.aborted) return
      if (!(await isWorthWaiting(job, error))) {
        const fault = faultOf(error)
        await changeHeldRow(core, outbox, id, () => ({
          row: { state: 'failed' as const },
          value: { fault: { code: fault.code, data: { ...fault.data } } },
        }))
        return
      }
      job.running.end(id)
      await pauseUntil(backoff(attempt), job.bell, signal)
    }
  }
}

/** Swept by the server: begins anew. Out of reach: waits. In memory alone, what was sealed is lost with the try. */
async function isWorthWaiting({ core, id }: Run, error: unknown): Promise<boolean> {
  if (error instanceof Problem && error.code === 'expired') {
    await changeHeldRow(core, outbox, id, () => ({
      row: { transferId: null, createKey: newKey(), completeKey: newKey() },
    }))
    return true
  }
  return isPassing(error) && !(error instanceof Problem && (error.code === 'storage-full' || error.code === 'internal'))
}

interface UnderWay {
  /** The worker knows of the job from now on: only then can an upload read from it. */
  readonly asked: Promise<void>
  readonly sealed: Promise<Sealed>
}

type Sealing = (partSize: number | null) => UnderWay

/** Seals once, or takes what was sealed before. A failed sealing may be begun again, under a new content key. */
function makeSealing(job: Run): Sealing {
  let running: UnderWay | null = null
  return partSize => {
    running ??= startSealing(job, partSize, () => {
      running = null
    })
    return running
  }
}

function startSealing(job: Run, partSize: number | null, onFailed: () => void): UnderWay {
  let tell = () => {}
  const posted = new Promise<void>(resolve => {
    tell = resolve
  })
  const sealed = seal(job, partSize, tell).catch(error => {
    onFailed()
    throw error
  })
  const asked = Promise.race([posted, sealed.then(() => {})])
  // Whoever waits hears of a failure; nobody may be waiting yet.
  for (const promise of [sealed, asked]) promise.catch(() => {})
  return { asked, sealed }
}

async function seal(job: Run, partSize: number | null, onAsked: () => void): Promise<Sealed> {
  const { core, id, picked, running } = job
  const held = await mustRead(core, id)
  if (held.value.sealed !== null) return { ...held.value.sealed, length: held.row.length }
  const source = picked.get(id)
  if (source === undefined) throw new Problem('interrupted')
  const cards = await Promise.all(held.value.recipients.map(({ userId }) => pinnedPerson(core, userId)))
  const { title, note } = held.value
  const sealing = core.worker.seal(
    {
      ...source,
      jobId: id,
      shelf: job.shelf,
      recipients: cards.map(person => person.value.card),
      now: core.now(),
      ...(title === undefined ? {} : { title }),
      ...(note === undefined ? {} : { note }),
      ...(partSize === null ? {} : { partSize }),
    },
    running.listen(id, held.row.length),
  )
  onAsked()
  const sealed = await sealing
  const { length: _, ...kept } = sealed
  // In memory nothing outlives this page, so that nothing may look as if it did.
  if (job.shelf === 'opfs') {
    await changeHeldRow(core, outbox, id, () => ({ row: { state: 'sealed' as const }, value: { sealed: kept } }))
  }
  return sealed
}

/** Just refreshed when the row was made; a pin that was marked since holds the transfer back. */
async function pinnedPerson(core: Core, userId: UserId): Promise<OpenPerson> {
  const person = await readRow(core, people, userId)
  if (person === null || person.row.changed) throw new Problem('identity-changed', { data: { userId } })
  return person
}

async function sendOnce(job: Run, sealing: Sealing): Promise<void> {
  const { core, id, running } = job
  // On the shelf sealing need not wait for the server; in memory it has to know the part size.
  if (job.shelf === 'opfs') sealing(null)
  const held = await begun(job)
  const { transferId, completeKey, partSize } = held.row
  if (transferId === null) throw new Problem('internal')
  if (job.shelf === 'memory') sealing(partSize)
  const { expiresAt } = await pushTransfer(core.api, {
    transferId,
    completeKey,
    async upload(order, door) {
      await sealing(partSize).asked
      await core.worker.upload({ ...order, jobId: id }, door, running.listen(id, order.length))
    },
    sealed: async () => {
      const { envelope, stanzas } = await sealing(partSize).sealed
      return { envelope, stanzas: stanzaOwners(job, held.value, stanzas) }
    },
  })
  await noteSent(core, held, { transferId, expiresAt })
  await core.worker.clearShelf(id)
  await core.db.outbox.delete(id)
  job.picked.delete(id)
  job.onSent()
}

/** The row with a transfer that the server knows. */
async function begun({ core, id }: Run): Promise<OpenOutbox> {
  const held = await mustRead(core, id)
  if (held.row.transferId !== null) return held
  const { recipients, life, downloads } = held.value
  const { transferId, partSize } = await beginTransfer(core.api, {
    idempotencyKey: held.row.createKey,
    length: held.row.length,
    recipients: recipients.map(person => person.userId),
    life,
    ...(downloads === undefined ? {} : { downloads }),
  })
  await changeHeldRow(core, outbox, id, () => ({ row: { transferId, partSize } }))
  return mustRead(core, id)
}

async function mustRead(core: Core, id: string): Promise<OpenOutbox> {
  const held = await readRow(core, outbox, id)
  if (held === null) throw new Problem('cancelled')
  return held
}

function stanzaOwners(
  job: Run,
  cell: OutboxCell,
  stanzas: Readonly<Record<string, number>>,
): { userId: UserId; index: number }[] {
  const owners = [...cell.recipients, { userId: job.core.userId, identityHash: job.myHash }]
  return owners.map(({ userId, identityHash }) => {
    const index = stanzas[identityHash]
    if (index === undefined) throw new Problem('internal')
    return { userId, index }
  })
}

/** The sent list shows it at once; the change list brings the rest. */
function noteSent(
  core: Core,
  held: OpenOutbox,
  done: { transferId: NonNullable<OpenOutbox['row']['transferId']>; expiresAt: number },
): Promise<void> {
  const { title, note, files } = held.value
  const content = { files, ...(title === undefined ? {} : { title }), ...(note === undefined ? {} : { note }) }
  return changeRow(core, sent, done.transferId, current =>
    current === null
      ? {
          row: { ...done, createdAt: core.now(), length: held.row.length, state: 'ready' as const },
          value: { content, slots: [], receipts: {} },
        }
      : null,
  )
}
