/** Tables about people: users, registrations, sessions, cards. */
import * as z from 'zod/mini'
import { type CardJson, cardJson } from '#shared/contract/account.ts'
import { type UserId, userId } from '#shared/contract/ids.ts'
import { registrationRecord, sessionRecord, userRecord } from '../records-schema.ts'
import type { Cards, Registrations, Sessions, Users } from '../store.ts'
import { openCollection, openDocuments } from './collection.ts'
import type { Database } from './database.ts'

export function openUsers(database: Database): Users {
  const { rows, ...documents } = openDocuments<UserId, z.infer<typeof userRecord>>(database, {
    table: 'users',
    schema: userRecord,
    columns: { user_id: user => user.userId, email: user => user.email, version: user => user.version },
  })
  const byEmail = rows.one('WHERE email = ?')
  const byIds = rows.many('WHERE user_id IN (SELECT value FROM json_each(?))')
  return {
    ...documents,
    byEmail: async email => byEmail(email),
    byIds: async ids => byIds(JSON.stringify(ids)),
  }
}

export function openRegistrations(database: Database): Registrations {
  const { rows: _, ...documents } = openDocuments<string, z.infer<typeof registrationRecord>>(database, {
    table: 'registrations',
    schema: registrationRecord,
    columns: { id_hash: one => one.idHash, expires_at: one => one.expiresAt, version: one => one.version },
  })
  const sweeping = database.prepare('DELETE FROM registrations WHERE expires_at < ?')
  return { ...documents, sweep: async now => sweeping.run(now) }
}

export function openSessions(database: Database): Sessions {
  const rows = openCollection(database, {
    table: 'sessions',
    schema: sessionRecord,
    columns: {
      id_hash: session => session.idHash,
      user_id: session => session.userId,
      created_at: session => session.createdAt,
      expires_at: session => session.expiresAt,
    },
  })
  const getting = rows.one('WHERE id_hash = ?')
  const ofUser = rows.many('WHERE user_id = ? ORDER BY created_at')
  const expiring = database.prepare(
    "UPDATE sessions SET expires_at = ?1, doc = json_set(doc, '$.expiresAt', CAST(?1 AS INTEGER)) WHERE id_hash = ?2",
  )
  const deleting = database.prepare('DELETE FROM sessions WHERE id_hash = ?')
  const deletingOfUser = database.prepare('DELETE FROM sessions WHERE user_id = ?')
  const sweeping = database.prepare('DELETE FROM sessions WHERE expires_at < ?')
  return {
    get: async idHash => getting(idHash),
    insert: async session => rows.insert(session),
    setExpiry: async (idHash, expiresAt) => void expiring.run(expiresAt, idHash),
    delete: async idHash => void deleting.run(idHash),
    ofUser: async id => ofUser(id),
    deleteOfUser: async id => void deletingOfUser.run(id),
    sweep: async now => sweeping.run(now),
  }
}

const cardRow = z.object({ userId, card: cardJson })

export function openCards(database: Database): Cards {
  const rows = openCollection<{ userId: UserId; card: CardJson }>(database, {
    table: 'cards',
    schema: cardRow,
    columns: { user_id: row => row.userId, seq: row => row.card.seq },
  })
  const ofUser = rows.many('WHERE user_id = ? ORDER BY seq')
  return {
    insert: async (id, card) => rows.insert({ userId: id, card }),
    ofUser: async id => ofUser(id).map(row => row.card),
  }
}
