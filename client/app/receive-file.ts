/** Receiving: a lease, the envelope, the bytes; nothing is called saved before its last byte has been verified. */
import { ask } from '#client/api/trpc.ts'
import type { DownloadDoor } from '#client/crypto-worker/orders.ts'
import type { LeaseId, SlotId } from '#shared/contract/ids.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { ReceiptJson } from '#shared/contract/transfer.ts'
import { refreshPerson } from './contacts.ts'
import { type Core, faultOf, newKey } from './core.ts'
import { people, received } from './kinds.ts'
import { firstName } from './outbox-view.ts'
import { changeHeldRow, readRow } from './rows.ts'
import type { Running } from './running.ts'
import { openDownloadTarget, openFolderTarget, type SaveTarget } from './save-target.ts'
import type { SaveOrder } from './views.ts'

export interface Receiver {
  /** Saves a choice of files; rejects with the reason where that fails, and the row keeps it. */
  save(order: SaveOrder): Promise<void>
  pause(slotId: SlotId): void
  resume(slotId: SlotId): void
  cancel(slotId: SlotId): void
}

export interface ReceiverParts {
  readonly core: Core
  readonly running: Running
  /** Whether a file of our own can be offered by a link. */
  readonly fileLinks: boolean
}

const jobOf = (slotId: SlotId) => `save-${slotId}`

export function makeReceiver(parts: ReceiverParts): Receiver {
  const { core, running } = parts
  const saving = new Set<SlotId>()
  return {
    async save(order) {
      if (saving.has(order.slotId)) return
      saving.add(order.slotId)
      try {
        await save(parts, order)
      } finally {
        saving.delete(order.slotId)
        running.end(order.slotId)
      }
    },
    pause(slotId) {
      core.worker.pause(jobOf(slotId))
      running.pause(slotId)
    },
    resume(slotId) {
      core.worker.resume(jobOf(slotId))
      running.resume(slotId)
    },
    cancel: slotId => core.worker.abort(jobOf(slotId)),
  }
}

async function save(parts: ReceiverParts, order: SaveOrder): Promise<void> {
  const { core } = parts
  // The folder picker wants the very click that asked for it: nothing may be awaited before.
  const folder = order.into === 'folder' ? await openFolderTarget() : null
  const held = await readRow(core, received, order.slotId)
  const content = held?.value.content
  if (held === null || content === undefined || content === null) throw new Problem('not-found')
  const total = order.files.reduce((sum, index) => sum + (content.files[index]?.size ?? 0), 0)
  try {
    const title = content.title ?? firstName(content.files) ?? 'DataCrypt'
    const choice = { files: content.files, chosen: order.files, title }
    const open = async () => folder ?? openDownloadTarget(choice, { fileLinks: parts.fileLinks })
    await noteSaved(core, order.slotId, await fetchAndSave(parts, { order, open, total }))
  } catch (error) {
    await noteFailed(core, order.slotId, error)
    throw error
  }
}

interface Fetching {
  readonly order: SaveOrder
  readonly open: () => Promise<SaveTarget>
  readonly total: number
}

async function fetchAndSave({ core, running }: ReceiverParts, { order, open, total }: Fetching): Promise<Saved> {
  const { slotId } = order
  const { leaseId } = await ask(core.api.transfers.lease.mutate({ idempotencyKey: newKey(), slotId }))
  const envelope = await ask(core.api.transfers.envelopeOfSlot.query({ slotId }))
  const door: DownloadDoor = { grant: () => ask(core.api.transfers.downloadGrant.mutate({ slotId, leaseId })) }
  const sender = await pinnedHash(core, slotId)
  const place = await open()
  try {
    const job = { jobId: jobOf(slotId), envelope, sender, files: order.files, target: place.target, now: core.now() }
    const work = core.worker.save(job, door, running.listen(slotId, total))
    const [result] = await Promise.all([work, place.started])
    await place.finish(result)
    if (result.receipt !== undefined) await sendReceipt(core, { slotId, leaseId, receipt: result.receipt })
    return { whole: result.whole, names: result.names, where: place.where, into: order.into }
  } catch (error) {
    core.worker.abort(jobOf(slotId))
    await place.cancel()
    throw error
  }
}

async function pinnedHash(core: Core, slotId: SlotId): Promise<string> {
  const row = await core.db.received.get(slotId)
  if (row === undefined) throw new Problem('not-found')
  const pinned = await readRow(core, people, row.sender)
  return (pinned ?? (await refreshPerson(core, row.sender))).value.identityHash
}

/** The files are saved whether the server hears of it or not; it is told again at the next whole download. */
async function sendReceipt(
  core: Core,
  sent: { slotId: SlotId; leaseId: LeaseId; receipt: ReceiptJson },
): Promise<void> {
  try {
    await ask(core.api.transfers.receipt.mutate({ idempotencyKey: newKey(), ...sent }))
    await changeHeldRow(core, received, sent.slotId, () => ({ value: { receiptAt: core.now() } }))
  } catch (error) {
    if (!(error instanceof Problem)) throw error
  }
}

interface Saved {
  readonly whole: boolean
  readonly names: Readonly<Record<number, string>>
  readonly where: string
  readonly into: SaveOrder['into']
}

/** What was saved earlier stays named: files are often taken one by one. */
function noteSaved(core: Core, slotId: SlotId, { whole, names, where, into }: Saved): Promise<void> {
  return changeHeldRow(core, received, slotId, ({ value }) => ({
    row: { seen: true },
    value: {
      fault: null,
      saved: {
        at: core.now(),
        where,
        into,
        files: { ...value.saved?.files, ...Object.fromEntries(Object.entries(names)) },
        whole: whole || value.saved?.whole === true,
      },
    },
  }))
}

async function noteFailed(core: Core, slotId: SlotId, error: unknown): Promise<void> {
  const fault = faultOf(error)
  if (fault.code === 'cancelled') return
  await changeHeldRow(core, received, slotId, () => ({ value: { fault: { ...fault, data: { ...fault.data } } } }))
}
