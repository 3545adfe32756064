/** Sending: seal onto the shelf, and beside it bring the parts to the server. What fails keeps its row and its reason. */
import type { TransferId } from '#shared/contract/ids.ts'
import type { Core } from './core.ts'
import { type OpenOutbox, outbox } from './kinds.ts'
import { newRow } from './outbox-rows.ts'
import { changeHeldRow, readRow } from './rows.ts'
import type { Picked, SendParts } from './seal-outbox.ts'
import { run } from './send-run.ts'
import type { SendOrder } from './views.ts'

export interface Sender {
  send(order: SendOrder): Promise<string>
  /** Goes on with what is sealed; what was being sealed when the page went away says so. */
  goOn(): Promise<void>
  pause(id: string): Promise<void>
  resume(id: string): Promise<void>
  cancel(id: string): Promise<void>
}

type OutboxState = OpenOutbox['row']['state']

export function makeSender(parts: SendParts): Sender {
  const { core, running } = parts
  const picked: Picked = new Map()
  const active = new Map<string, AbortController>()

  const start = (id: string): void => {
    if (active.has(id)) return
    const stopping = new AbortController()
    active.set(id, stopping)
    const signal = AbortSignal.any([stopping.signal, core.locked])
    // A locked worker never answers: the tab lets go of the row all the same.
    inOneTab(id, () => Promise.race([run({ ...parts, id, picked, signal }), aborted(signal)]))
      .catch(() => {})
      .finally(() => {
        active.delete(id)
        running.end(id)
      })
  }
  return {
    async send(order) {
      const id = await newRow(core, order)
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

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

/** The server sweeps what nobody went on with, so that failing to say so costs nothing. */
async function abandon(core: Core, transferId: TransferId): Promise<void> {
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
