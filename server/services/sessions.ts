/** Sessions: the only file that knows lucia. The store keeps hashes of session ids, so a leaked table opens nothing. */
import { type Adapter, Lucia, TimeSpan } from 'lucia'
import {
  makeId,
  type SessionId,
  sessionId as sessionIdSchema,
  type UserId,
  userId as userIdSchema,
} from '#shared/contract/ids.ts'
import { sessionLimits, ticketLife, times } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { SessionRecord } from '../store/records.ts'
import { type Ground, plainHash } from './ground.ts'

/** Who a request or a feed belongs to. */
export interface Who {
  readonly userId: UserId
  readonly sessionHash: string
}

export interface Sessions {
  /** A session for a person who has passed every factor; gives the cookie to set. */
  begin(userId: UserId): Promise<{ cookie: string; who: Who }>
  /** The person of a request's Cookie header; null for a visitor. */
  whoIs(cookieHeader: string | undefined): Promise<Who | null>
  /** Ends one session, its feeds too; gives the cookie that clears it. */
  end(who: Who): Promise<{ cookie: string }>
  /** A bearer of one use that opens the feed; told in the feed's first message, never in a URL. */
  makeTicket(who: Who): Promise<string>
  /** The person of a ticket, once; null where it is spent, old or none. */
  takeTicket(ticket: string): Promise<Who | null>
  /** Whether the session still stands: feeds ask now and then. */
  stands(who: Who): Promise<boolean>
}

/** Feeds of a session end when this topic names its hash. */
export const sessionEndedTopic = 'session-ended'

export interface SessionOptions {
  /** Whether people reach the app by https: then the cookie is `__Host-` and Secure. */
  readonly secure: boolean
}

export function makeSessions(ground: Ground, options: SessionOptions): Sessions {
  const { store } = ground
  const lucia = new Lucia(hashingAdapter(ground), {
    sessionExpiresIn: new TimeSpan(sessionLimits.life / times.second, 's'),
    sessionCookie: {
      name: options.secure ? '__Host-datacrypt' : 'datacrypt',
      attributes: { secure: options.secure, sameSite: 'strict', path: '/' },
    },
  })
  const stands = async (who: Who): Promise<boolean> => {
    const session = await store.sessions.get(who.sessionHash)
    return session !== null && session.expiresAt > ground.now()
  }
  return {
    async begin(userId) {
      const session = await lucia.createSession(userId, {})
      const who = { userId, sessionHash: plainHash(session.id) }
      return { cookie: lucia.createSessionCookie(session.id).serialize(), who }
    },
    async whoIs(cookieHeader) {
      const id = readCookie(lucia, cookieHeader)
      if (id === null) return null
      const { session } = await lucia.validateSession(id)
      return session === null ? null : { userId: userIdSchema.parse(session.userId), sessionHash: plainHash(id) }
    },
    async end(who) {
      await store.sessions.delete(who.sessionHash)
      await ground.bus.publish(sessionEndedTopic, who.sessionHash)
      return { cookie: lucia.createBlankSessionCookie().serialize() }
    },
    async makeTicket(who) {
      const ticket = Buffer.from(ground.random(32)).toString('base64url')
      await store.tickets.insert({ ...who, idHash: plainHash(ticket), expiresAt: ground.now() + ticketLife })
      return ticket
    },
    async takeTicket(ticket) {
      const record = await store.tickets.take(plainHash(ticket))
      if (record === null || record.expiresAt <= ground.now()) return null
      const who = { userId: record.userId, sessionHash: record.sessionHash }
      // Logging out in between ends the ticket too.
      return (await stands(who)) ? who : null
    },
    stands,
  }
}

/** Our own cookie alone: those of other programs on the same host may be anything, and lucia would decode them all. */
function readCookie(lucia: Lucia, header = ''): string | null {
  const pairs = header.split(';').map(pair => pair.trim())
  const own = pairs.filter(pair => pair.startsWith(`${lucia.sessionCookieName}=`))
  try {
    return lucia.readSessionCookie(own.join('; '))
  } catch {
    return null
  }
}

/** Lucia's port to our store. The id that lucia knows is the cookie's; the id that the store knows is its hash. */
function hashingAdapter(ground: Ground): Adapter {
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
    async setSession(session) {
      const record: SessionRecord = {
        version: 0,
        idHash: plainHash(session.id),
        sessionId: makeId<SessionId>(sessionIdSchema, ground.random),
        userId: userIdSchema.parse(session.userId),
        kind: 'app',
        scope: 'full',
        device: { browser: null, system: null, installed: false },
        place: { kind: 'unknown' },
        createdAt: now(),
        lastUsedAt: now(),
        confirmedAt: now(),
        expiresAt: now() + sessionLimits.life,
      }
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
