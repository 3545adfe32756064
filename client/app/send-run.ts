/** One row of the outbox on its way: sealed, begun at the server, put part by part, completed. */

import type { Sealed } from '#client/crypto-worker/orders.ts'
import { beginTransfer, pushTransfer } from '#client/sync/push.ts'
import { backoff, pauseUntil } from '#client/sync/retry.ts'
import type { TransferId, UserId } from '#shared/contract/ids.ts'
import { Problem } from '#shared/contract/problems.ts'
import { encodeBase64 } from '#shared/format/base64.ts'
import { utf8 } from '#shared/format/bytes.ts'
import { parseEnvelope } from '#shared/format/envelope.ts'
import type { OutboxCell } from './cell-schemas.ts'
import { faultOf, isPassing, newKey } from './core.ts'
import { type OpenOutbox, outbox, sent } from './kinds.ts'
import { mustRead } from './outbox-rows.ts'
import { changeHeldRow, changeRow } from './rows.ts'
import { makeSealing, type Run, type Sealing } from './seal-outbox.ts'

/** Tries until it is sent, cancelled, or fails for good; what passes by itself is waited for. */
export async function run(job: Run): Promise<void> {
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
  await noteSent(job, held, { transferId, expiresAt, kid: ownKid(job, await sealing(partSize).sealed) })
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

/** The key that one's own stanza names; null where it cannot be told. */
function ownKid({ myHash }: Run, { envelope, stanzas }: Sealed): string | null {
  const stanza = parseEnvelope(utf8(envelope)).stanzas[stanzas[myHash] ?? -1]
  return stanza?.type === 'p384' ? encodeBase64(stanza.kid) : null
}

/** The sent list shows it at once; the change list brings the rest. */
function noteSent(
  { core }: Run,
  held: OpenOutbox,
  sentNow: { transferId: TransferId; expiresAt: number; kid: string | null },
): Promise<void> {
  const { kid, ...done } = sentNow
  const { title, note, files } = held.value
  const content = {
    files,
    ...(kid === null ? {} : { kid }),
    ...(title === undefined ? {} : { title }),
    ...(note === undefined ? {} : { note }),
  }
  return changeRow(core, sent, done.transferId, current =>
    current === null
      ? {
          row: { ...done, createdAt: core.now(), length: held.row.length, state: 'ready' as const },
          value: { content, slots: [], receipts: {} },
        }
      : null,
  )
}
