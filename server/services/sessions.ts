/** Sessions, by lucia. The store keeps hashes of session ids, so a leaked table opens nothing. */
import { Lucia, TimeSpan } from 'lucia'
import type { SessionId, UserId } from '#shared/contract/ids.ts'
import { sessionLimits, ticketLife, times } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { TokenScope } from '#shared/contract/sessions.ts'
import type { SessionRecord } from '../store/records.ts'
import { changeDocument } from './change.ts'
import { type Ground, plainHash } from './ground.ts'
import type { Places } from './places.ts'
import { hashingAdapter, type SessionStart } from './session-adapter.ts'

export type { SessionStart }

/** Who a request or a feed belongs to. */
export interface Who {
  readonly userId: UserId
  /** Hash of the bearer behind the call: a session's id, or an API token. */
  readonly sessionHash: string
  readonly via: 'session' | 'token'
  /** What an API token may do; empty for a session, which may do all that is its person's. */
  readonly scopes: readonly TokenScope[]
}

export interface NewSession {
  /** Set-Cookie header. */
  readonly cookie: string
  /** The session id itself: what the cookie carries, and what a program keeps as its refresh token. */
  readonly bearer: string
  readonly who: Who
}

export interface Sessions {
  /** A session for a person who has passed every factor; gives the cookie to set. */
  begin(userId: UserId, start?: SessionStart): Promise<NewSession>
  /** The person of a request's Cookie header; null for a visitor, and for one who is still recovering. */
  whoIs(cookieHeader: string | undefined, from?: string): Promise<Who | null>
  /** The standing session of a Cookie header, whatever its scope; notes its use. */
  ofCookie(cookieHeader: string | undefined, from?: string): Promise<SessionRecord | null>
  /** The standing session of a hash; notes its use. */
  ofHash(sessionHash: string, from?: string): Promise<SessionRecord | null>
  /**
   * Gives a standing API session another id (RFC 9700 §2.2.2); the one before opens nothing from then on, of two calls
   * one succeeds. Null where there is no such session.
   */
  renew(bearer: string, from?: string): Promise<NewSession | null>
  /** Ends one session, its feeds too; gives the cookie that clears it. */
  end(who: Who): Promise<{ cookie: string }>
  /** Ends a person's session by the name that they know. False where there is none. */
  endNamed(userId: UserId, sessionId: SessionId): Promise<boolean>
  /** Ends every session of a person but `except` (a hash), their feeds too. */
  endAll(userId: UserId, except?: string): Promise<void>
  /** Ends a person's sessions from resets: what they were proven by is no longer enough. */
  endResets(userId: UserId): Promise<void>
  /** How its person names the session, also once it was renewed. Throws `logged-out`. */
  nameOf(who: Who): Promise<SessionId>
  /** Whether the password was typed in this session within the last minutes. */
  isConfirmed(who: Who): Promise<boolean>
  /** The password was typed just now. */
  confirm(who: Who): Promise<void>
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
  readonly places: Places
}

/** The caller behind a session. */
export const whoOf = (session: SessionRecord): Who => ({
  userId: session.userId,
  sessionHash: session.idHash,
  via: 'session',
  scopes: [],
})

export function makeSessions(ground: Ground, options: SessionOptions): Sessions {
  const { store } = ground
  const lucia = new Lucia(hashingAdapter(ground, options.places), {
    sessionExpiresIn: new TimeSpan(sessionLimits.life / times.second, 's'),
    sessionCookie: {
      name: options.secure ? '__Host-datacrypt' : 'datacrypt',
      attributes: { secure: options.secure, sameSite: 'strict', path: '/' },
    },
  })
  const cookieOf = (bearer: string) => lucia.createSessionCookie(bearer).serialize()
  const standing = async (sessionHash: string): Promise<SessionRecord | null> => {
    const session = await store.sessions.get(sessionHash)
    return session !== null && session.expiresAt > ground.now() ? session : null
  }
  const stands = async (who: Who): Promise<boolean> => (await standing(who.sessionHash)) !== null
  const noteUse = async (session: SessionRecord, from = ''): Promise<void> => {
    if (ground.now() - session.lastUsedAt < sessionLimits.useStep) return
    const place = await options.places.of(from)
    // Where somebody else was faster the use is noted, too.
    await store.sessions.swap({ ...session, lastUsedAt: ground.now(), place })
  }
  const ofHash = async (sessionHash: string, from?: string) => {
    const session = await standing(sessionHash)
    if (session !== null) await noteUse(session, from)
    return session
  }
  const ofCookie = async (cookieHeader: string | undefined, from?: string) => {
    const id = readCookie(lucia, cookieHeader)
    if (id === null) return null
    const { session } = await lucia.validateSession(id)
    const held = session === null ? null : await ofHash(plainHash(id), from)
    // A program's id is its refresh token: it buys a quarter of an hour at a time, and is no cookie.
    return held?.kind === 'app' ? held : null
  }
  const endHash = async (sessionHash: string): Promise<void> => {
    await store.sessions.delete(sessionHash)
    await ground.bus.publish(sessionEndedTopic, sessionHash)
  }
  /** Until none is left: one that is being renewed may have taken another hash since they were listed. */
  const endWhere = async (userId: UserId, ends: (session: SessionRecord) => boolean): Promise<number> => {
    const ending = (await store.sessions.ofUser(userId)).filter(ends)
    for (const { idHash } of ending) await endHash(idHash)
    return ending.length === 0 ? 0 : ending.length + (await endWhere(userId, ends))
  }
  return {
    ofHash,
    ofCookie,
    stands,
    async begin(userId, start = {}) {
      const { id } = await lucia.createSession(userId, start)
      return {
        cookie: cookieOf(id),
        bearer: id,
        who: { userId, sessionHash: plainHash(id), via: 'session', scopes: [] },
      }
    },
    async whoIs(cookieHeader, from) {
      const session = await ofCookie(cookieHeader, from)
      return session?.scope === 'full' ? whoOf(session) : null
    },
    async renew(bearer, from) {
      const session = await ofHash(plainHash(bearer), from)
      if (session?.kind !== 'api' || session.scope !== 'full') return null
      const fresh = Buffer.from(ground.random(32)).toString('base64url')
      const held = await store.sessions.get(session.idHash)
      // Whoever ends the old one is who may begin the new one.
      if (held === null || !(await store.sessions.swap({ ...held, expiresAt: 0 }))) return null
      const renewed = { ...held, idHash: plainHash(fresh), version: 0 }
      await store.sessions.insert(renewed)
      // Ended by its person meanwhile: then the next one ends, too.
      const ended = (await store.sessions.get(held.idHash)) === null
      await endHash(ended ? renewed.idHash : held.idHash)
      if (ended) return null
      return { cookie: cookieOf(fresh), bearer: fresh, who: whoOf(renewed) }
    },
    async end(who) {
      await endHash(who.sessionHash)
      return { cookie: lucia.createBlankSessionCookie().serialize() }
    },
    endNamed: async (userId, sessionId) => (await endWhere(userId, session => session.sessionId === sessionId)) > 0,
    async endAll(userId, except) {
      await endWhere(userId, session => session.idHash !== except)
    },
    async endResets(userId) {
      await endWhere(userId, session => session.scope === 'recovery')
    },
    async nameOf(who) {
      const session = await standing(who.sessionHash)
      if (session === null) throw new Problem('logged-out')
      return session.sessionId
    },
    async isConfirmed(who) {
      const session = await standing(who.sessionHash)
      return session !== null && ground.now() - session.confirmedAt < sessionLimits.confirmed
    },
    async confirm(who) {
      const confirmedAt = ground.now()
      await changeDocument(store.sessions, who.sessionHash, session => ({ ...session, confirmedAt }))
    },
    async makeTicket(who) {
      const ticket = Buffer.from(ground.random(32)).toString('base64url')
      const { userId, sessionHash } = who
      await store.tickets.insert({
        userId,
        sessionHash,
        idHash: plainHash(ticket),
        expiresAt: ground.now() + ticketLife,
      })
      return ticket
    },
    async takeTicket(ticket) {
      const record = await store.tickets.take(plainHash(ticket))
      if (record === null || record.expiresAt <= ground.now()) return null
      // Logging out in between ends the ticket too.
      const session = await standing(record.sessionHash)
      return session?.scope === 'full' ? whoOf(session) : null
    },
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
