/** Time's work: what has expired ends, what was abandoned is swept, what a crash left half done is finished. */
import type { TransferRecord } from '../store/records.ts'
import { changeDocument } from './change.ts'
import type { Changes } from './changes.ts'
import { deleteBlob, tellOwner, tellSender } from './downloads.ts'
import type { Ground } from './ground.ts'
import type { Leaving } from './leaving.ts'
import type { Mailouts } from './mailouts.ts'

export interface Cleanup {
  /** Does what is due now; safe to repeat and to run on several servers. */
  run(): Promise<void>
}

const page = 100

export interface CleanupParts {
  readonly changes: Changes
  readonly leaving: Leaving
  readonly mailouts: Mailouts
}

export function makeCleanup(ground: Ground, parts: CleanupParts): Cleanup {
  const { store } = ground
  /** What one step cannot do, another time may: it must not keep the rest from being done. */
  const attempt = (step: string, work: () => Promise<unknown>) =>
    work().catch(error => ground.warn(`cleanup: ${step}`, error))
  const endDue = async (now: number) => {
    for (const transfer of await store.transfers.due(now, page)) {
      await attempt('end', () => end(ground, transfer))
      await attempt('list', () => parts.changes.flushTransfer(transfer.transferId))
    }
  }
  const deleteBlobs = async () => {
    for (const transfer of await store.transfers.withBlobToDelete(page)) {
      await attempt('delete', () => deleteBlob(ground, transfer))
    }
  }
  return {
    async run() {
      const now = ground.now()
      await attempt('mend', parts.changes.mend)
      await attempt('leaving', parts.leaving.mend)
      await attempt('due', () => endDue(now))
      await attempt('blobs', deleteBlobs)
      for (const table of [
        store.registrations,
        store.attempts,
        store.sessions,
        store.tokens,
        store.tickets,
        store.answers,
      ]) {
        await attempt('sweep', () => table.sweep(now))
      }
      await attempt('mail', parts.mailouts.run)
    },
  }
}

/** Changes only what is still due when it is written: an upload may just have become ready. */
async function end(ground: Ground, due: TransferRecord): Promise<void> {
  const slots = await ground.store.slots.ofTransfer(due.transferId)
  await changeDocument(ground.store.transfers, due.transferId, (doc): TransferRecord | null => {
    if (doc.state === 'uploading' && doc.sweepAt <= ground.now()) return { ...doc, state: 'aborted', blobGone: false }
    if (doc.state !== 'ready' || doc.expiresAt > ground.now()) return null
    const pending = [...doc.pending, tellSender(doc, 'expired'), ...slots.map(slot => tellOwner(slot, 'expired'))]
    return { ...doc, state: 'expired', blobGone: false, pending }
  })
}
