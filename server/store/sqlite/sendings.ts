/** Tables about what is sent: transfers, slots, and each person's list of changes. */
import { type SlotId, type TransferId, userId } from '#shared/contract/ids.ts'
import type { SlotRecord, TransferRecord } from '../records.ts'
import { changeRecord, slotRecord, transferRecord } from '../records-schema.ts'
import type { Changes, Slots, Transfers } from '../store.ts'
import { openCollection, openDocuments, type Shape } from './collection.ts'
import type { Database } from './database.ts'

const transferShape: Shape<TransferRecord> = {
  table: 'transfers',
  schema: transferRecord,
  columns: {
    transfer_id: transfer => transfer.transferId,
    blob_id: transfer => transfer.blobId,
    sender: transfer => transfer.sender,
    bytes_held: transfer => (transfer.state === 'uploading' || transfer.state === 'ready' ? transfer.length : 0),
    due_at: dueAt,
    blob_to_delete: transfer => ('blobGone' in transfer && !transfer.blobGone ? 1 : 0),
    has_pending: hasPending,
    version: transfer => transfer.version,
  },
}

export function openTransfers(database: Database): Transfers {
  const { rows, ...documents } = openDocuments<TransferId, TransferRecord>(database, transferShape)
  const byBlob = rows.one('WHERE blob_id = ?')
  const ofSender = rows.many('WHERE sender = ? ORDER BY rowid')
  const bytesOf = database.prepare('SELECT sum(bytes_held) FROM transfers WHERE sender = ? AND bytes_held > 0')
  const due = rows.many('WHERE due_at <= ? ORDER BY due_at LIMIT ?')
  const withBlobToDelete = rows.many('WHERE blob_to_delete = 1 LIMIT ?')
  const withPending = rows.many('WHERE has_pending = 1 LIMIT ?')
  return {
    ...documents,
    byBlob: async blobId => byBlob(blobId),
    ofSender: async sender => ofSender(sender),
    bytesOf: async sender => Number(bytesOf.first(sender) ?? 0),
    due: async (now, limit) => due(now, limit),
    withBlobToDelete: async limit => withBlobToDelete(limit),
    withPending: async limit => withPending(limit),
  }
}

export function openSlots(database: Database): Slots {
  const { rows, ...documents } = openDocuments<SlotId, SlotRecord>(database, {
    table: 'slots',
    schema: slotRecord,
    columns: {
      slot_id: slot => slot.slotId,
      transfer_id: slot => slot.transferId,
      owner: slot => slot.owner,
      sender: slot => slot.sender,
      has_pending: hasPending,
      version: slot => slot.version,
    },
  })
  const ofTransfer = rows.many('WHERE transfer_id = ?')
  const ofOwner = rows.many('WHERE owner = ?')
  const givers = database.prepare('SELECT DISTINCT sender FROM slots WHERE owner = ?')
  const takers = database.prepare('SELECT DISTINCT owner FROM slots WHERE sender = ?')
  const withPending = rows.many('WHERE has_pending = 1 LIMIT ?')
  return {
    ...documents,
    ofTransfer: async transferId => ofTransfer(transferId),
    ofOwner: async owner => ofOwner(owner),
    peersOf: async id => [...new Set([...givers.all(id), ...takers.all(id)])].map(peer => userId.parse(peer)),
    withPending: async limit => withPending(limit),
  }
}

export function openChanges(database: Database): Changes {
  const rows = openCollection(database, {
    table: 'changes',
    schema: changeRecord,
    columns: { user_id: change => change.userId, seq: change => change.seq, change_id: change => change.changeId },
  })
  const listed = rows.one('WHERE user_id = ? AND change_id = ?')
  const head = database.prepare('SELECT max(seq) FROM changes WHERE user_id = ?')
  const after = rows.many('WHERE user_id = ? AND seq > ? ORDER BY seq LIMIT ?')
  const deletingOfUser = database.prepare('DELETE FROM changes WHERE user_id = ?')
  return {
    insert: async change => {
      if (rows.insert(change)) return 'inserted'
      // Changes are never deleted, so what refused the row is still there to be read.
      return listed(change.userId, change.changeId) === null ? 'taken' : 'listed'
    },
    head: async id => Number(head.first(id) ?? 0),
    after: async (id, seq, limit) => after(id, seq, limit),
    deleteOfUser: async id => void deletingOfUser.run(id),
  }
}

function dueAt(transfer: TransferRecord): number | null {
  if (transfer.state === 'ready') return transfer.expiresAt
  return transfer.state === 'uploading' ? transfer.sweepAt : null
}

function hasPending(doc: { readonly pending: readonly unknown[] }): number {
  return doc.pending.length > 0 ? 1 : 0
}
