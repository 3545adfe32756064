/** Time's work: what has expired ends, what was abandoned is swept, what a crash left half done is finished. */
import type { TransferRecord } from '../store/records.ts'
import { changeDocument } from './change.ts'
import type { Changes } from './changes.ts'
import { deleteBlob, tellOwner, tellSender } from './downloads.ts'
import type { Ground } from './ground.ts'
import type { Mailouts } from './mailouts.ts'

export interface Cleanup {
  /** Does what is due now; safe to repeat and to run on several servers. */
  run(): Promise<void>
}

const page = 100

export function makeCleanup(ground: Ground, parts: { changes: Changes; mailouts: Mailouts }): Cleanup {
  const { store } = ground
  return {
    async run() {
      const now = ground.now()
      await parts.changes.mend()
      for (const transfer of await store.transfers.due(now, page)) {
        await end(ground, transfer)
        await parts.changes.flushTransfer(transfer.transferId)
      }
      for (const transfer of await store.transfers.withBlobToDelete(page)) await deleteBlob(ground, transfer)
      await Promise.all([
        store.registrations.sweep(now),
        store.sessions.sweep(now),
        store.tickets.sweep(now),
        store.answers.sweep(now),
      ])
      await parts.mailouts.run()
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
