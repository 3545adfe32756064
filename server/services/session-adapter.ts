/** Between lucia and our store; beside sessions.ts the only file that knows lucia. */
import type { Adapter } from 'lucia'
import type { UserId } from '#shared/contract/ids.ts'
import { makeId, type SessionId, sessionId as sessionIdSchema, userId as userIdSchema } from '#shared/contract/ids.ts'
import { sessionLimits } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { SessionRecord } from '../store/records.ts'
import { deviceOf } from './devices.ts'
import { type Ground, plainHash } from './ground.ts'
import type { Places } from './places.ts'

/** What a new session is, and where it begins; a full one of the app where nothing is said. */
export interface SessionStart {
  readonly scope?: SessionRecord['scope']
  readonly kind?: SessionRecord['kind']
  readonly from?: string
  /** User-Agent header, as the browser says. */
  readonly agent?: string | null
  readonly installed?: boolean | undefined
}

declare module 'lucia' {
  interface Register {
    DatabaseSessionAttributes: SessionStart
  }
}

/** Lucia's port to our store. The id that lucia knows is the cookie's; the id that the store knows is its hash. */
export function hashingAdapter(ground: Ground, places: Places): Adapter {
  const { store, now } = ground
  const toLucia = (id: string, record: SessionRecord) => ({
    id,
    userId: record.userId,
    // Lucia judges by the machine's clock.
    expiresAt: new Date(Date.now() + record.expiresAt - now()),
    attributes: {},
  })
  return {
    async getSessionAndUser(id) {
      const record = await store.sessions.get(plainHash(id))
      if (record === null) return [null, null]
      return [toLucia(id, record), { id: record.userId, attributes: {} }]
    },
    async getUserSessions(userId) {
      const records = await store.sessions.ofUser(userIdSchema.parse(userId))
      return records.map(record => toLucia(record.idHash, record))
    },
    async setSession({ id, userId, attributes }) {
      const place = await places.of(attributes.from ?? '')
      const record = newSession(ground, { id, userId: userIdSchema.parse(userId), start: attributes, place })
      if (!(await store.sessions.insert(record))) throw new Problem('conflict')
    },
    // A session's life is absolute: lucia would have it slide.
    updateSessionExpiration: () => Promise.resolve(),
    deleteSession: id => store.sessions.delete(plainHash(id)),
    deleteUserSessions: userId => store.sessions.deleteOfUser(userIdSchema.parse(userId)),
    async deleteExpiredSessions() {
      await store.sessions.sweep(now())
    },
  }
}

interface NewSessionFacts {
  readonly id: string
  readonly userId: UserId
  readonly start: SessionStart
  readonly place: SessionRecord['place']
}

function newSession(ground: Ground, { id, userId, start, place }: NewSessionFacts): SessionRecord {
  const now = ground.now()
  const scope = start.scope ?? 'full'
  return {
    version: 0,
    idHash: plainHash(id),
    sessionId: makeId<SessionId>(sessionIdSchema, ground.random),
    userId,
    kind: start.kind ?? 'app',
    scope,
    device: { ...deviceOf(start.agent ?? null), installed: start.installed ?? false },
    place,
    createdAt: now,
    lastUsedAt: now,
    confirmedAt: now,
    expiresAt: now + (scope === 'full' ? sessionLimits.life : sessionLimits.recoveryLife),
  }
}
