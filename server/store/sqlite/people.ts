/** Tables about people: users, registrations, attempts, sessions, tokens, cards. */
import * as z from 'zod/mini'
import { type CardJson, cardJson } from '#shared/contract/account.ts'
import { type TokenId, type UserId, userId } from '#shared/contract/ids.ts'
import type { AttemptRecord } from '../records.ts'
import { attemptRecord, registrationRecord, sessionRecord, tokenRecord, userRecord } from '../records-schema.ts'
import type { Attempts, Cards, Registrations, Sessions, Tokens, Users } from '../store.ts'
import { openCollection, openDocuments } from './collection.ts'
import type { Database } from './database.ts'

export function openUsers(database: Database): Users {
  const { rows, ...documents } = openDocuments<UserId, z.infer<typeof userRecord>>(database, {
    table: 'users',
    schema: userRecord,
    columns: {
      user_id: user => user.userId,
      email: user => user.email,
      has_news: user => (user.news === undefined ? 0 : 1),
      version: user => user.version,
    },
  })
  const byEmail = rows.one('WHERE email = ?')
  const byIds = rows.many('WHERE user_id IN (SELECT value FROM json_each(?))')
  const withNews = rows.many('WHERE has_news = 1 LIMIT ?')
  return {
    ...documents,
    byEmail: async email => byEmail(email),
    byIds: async ids => byIds(JSON.stringify(ids)),
    withNews: async limit => withNews(limit),
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

export function openAttempts(database: Database): Attempts {
  const { rows: _, ...documents } = openDocuments<string, AttemptRecord>(database, {
    table: 'attempts',
    schema: attemptRecord,
    columns: {
      id_hash: one => one.idHash,
      user_id: one => one.userId,
      expires_at: one => one.expiresAt,
      version: one => one.version,
    },
  })
  return { ...documents, ...passing(database, 'attempts') }
}

export function openSessions(database: Database): Sessions {
  const { rows, ...documents } = openDocuments<string, z.infer<typeof sessionRecord>>(database, {
    table: 'sessions',
    schema: sessionRecord,
    columns: {
      id_hash: session => session.idHash,
      user_id: session => session.userId,
      created_at: session => session.createdAt,
      expires_at: session => session.expiresAt,
      version: session => session.version,
    },
  })
  const ofUser = rows.many('WHERE user_id = ? ORDER BY created_at')
  return { ...documents, ...passing(database, 'sessions'), ofUser: async id => ofUser(id) }
}

export function openTokens(database: Database): Tokens {
  const { rows, ...documents } = openDocuments<string, z.infer<typeof tokenRecord>>(database, {
    table: 'tokens',
    schema: tokenRecord,
    columns: {
      id_hash: token => token.idHash,
      token_id: token => token.tokenId,
      user_id: token => token.userId,
      created_at: token => token.createdAt,
      expires_at: token => token.expiresAt,
      version: token => token.version,
    },
  })
  const byTokenId = rows.one('WHERE token_id = ?')
  const ofUser = rows.many('WHERE user_id = ? ORDER BY created_at')
  return {
    ...documents,
    ...passing(database, 'tokens'),
    byTokenId: async (tokenId: TokenId) => byTokenId(tokenId),
    ofUser: async id => ofUser(id),
  }
}

/** What tables have whose documents belong to a person and end by themselves. */
function passing(database: Database, table: 'attempts' | 'sessions' | 'tokens') {
  const deletingOfUser = database.prepare(`DELETE FROM ${table} WHERE user_id = ?`)
  const sweeping = database.prepare(`DELETE FROM ${table} WHERE expires_at < ?`)
  return {
    deleteOfUser: async (id: UserId) => void deletingOfUser.run(id),
    sweep: async (now: number) => sweeping.run(now),
  }
}

const cardRow = z.object({ userId, chain: z.number(), card: cardJson })

export function openCards(database: Database): Cards {
  const rows = openCollection<{ userId: UserId; chain: number; card: CardJson }>(database, {
    table: 'cards',
    schema: cardRow,
    columns: { user_id: row => row.userId, chain: row => row.chain, seq: row => row.card.seq },
  })
  const ofUser = rows.many('WHERE user_id = ? ORDER BY chain, seq')
  const deletingOfUser = database.prepare('DELETE FROM cards WHERE user_id = ?')
  return {
    insert: async (id, card, chain) => rows.insert({ userId: id, chain, card }),
    ofUser: async id => ofUser(id).map(row => row.card),
    deleteOfUser: async id => void deletingOfUser.run(id),
  }
}
