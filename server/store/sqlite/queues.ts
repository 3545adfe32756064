/** Tables of what is kept for a while: letters, tickets, answers. */
import type { MailRecord } from '../records.ts'
import { answerRecord, mailRecord, ticketRecord } from '../records-schema.ts'
import type { Answers, MailQueue, Tickets } from '../store.ts'
import { openCollection, openDocuments } from './collection.ts'
import type { Database } from './database.ts'

export function openMailQueue(database: Database): MailQueue {
  const { rows, ...documents } = openDocuments<string, MailRecord>(database, {
    table: 'mail',
    schema: mailRecord,
    columns: { mail_id: mail => mail.mailId, next_at: mail => mail.nextAt, version: mail => mail.version },
  })
  const due = rows.many('WHERE next_at <= ? ORDER BY next_at LIMIT ?')
  const counting = database.prepare('SELECT count(*) FROM mail')
  // Read as a whole: somebody who leaves is rare, and an index of addresses would be one more place for them to lie.
  const deletingOfAddress = database.prepare(
    "DELETE FROM mail WHERE ? IN (doc ->> '$.letter.to', doc ->> '$.letter.from')",
  )
  return {
    ...documents,
    due: async (now, limit) => due(now, limit),
    count: async () => Number(counting.first()),
    deleteOfAddress: async address => void deletingOfAddress.run(address),
  }
}

export function openTickets(database: Database): Tickets {
  const rows = openCollection(database, {
    table: 'tickets',
    schema: ticketRecord,
    columns: { id_hash: ticket => ticket.idHash, expires_at: ticket => ticket.expiresAt },
  })
  const taking = rows.taking('DELETE FROM tickets WHERE id_hash = ? RETURNING doc')
  const sweeping = database.prepare('DELETE FROM tickets WHERE expires_at < ?')
  return {
    insert: async ticket => rows.insert(ticket),
    take: async idHash => taking(idHash),
    sweep: async now => sweeping.run(now),
  }
}

export function openAnswers(database: Database): Answers {
  const rows = openCollection(database, {
    table: 'answers',
    schema: answerRecord,
    columns: { user_id: answer => answer.userId, key: answer => answer.key, keep_until: answer => answer.keepUntil },
  })
  const getting = rows.one('WHERE user_id = ? AND key = ?')
  const sweeping = database.prepare('DELETE FROM answers WHERE keep_until < ?')
  const deletingOfUser = database.prepare('DELETE FROM answers WHERE user_id = ?')
  return {
    get: async (userId, key) => getting(userId, key),
    insert: async answer => rows.insert(answer),
    deleteOfUser: async userId => void deletingOfUser.run(userId),
    sweep: async now => sweeping.run(now),
  }
}
