/** A person's sessions, as they see and end them. */
import type { SessionId } from '#shared/contract/ids.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { SessionView } from '#shared/contract/sessions.ts'
import type { SessionRecord } from '../store/records.ts'
import type { Ground } from './ground.ts'
import type { Sessions, Who } from './sessions.ts'

export interface SessionList {
  /** Those that stand, oldest first. */
  list(who: Who): Promise<readonly SessionView[]>
  /** Throws `not-found`. */
  end(who: Who, sessionId: SessionId): Promise<void>
  endOthers(who: Who): Promise<void>
}

export function makeSessionList(ground: Ground, { sessions }: { sessions: Sessions }): SessionList {
  const standing = async (who: Who) => {
    const all = await ground.store.sessions.ofUser(who.userId)
    return all.filter(session => session.expiresAt > ground.now())
  }
  return {
    async list(who) {
      const all = await standing(who)
      return all.filter(session => session.scope === 'full').map(session => toView(session, who))
    },
    async end(who, sessionId) {
      if (!(await sessions.endNamed(who.userId, sessionId))) throw new Problem('not-found')
    },
    endOthers: who => sessions.endAll(who.userId, who.sessionHash),
  }
}

function toView(session: SessionRecord, who: Who): SessionView {
  const { sessionId, kind, device, place, createdAt, lastUsedAt } = session
  return { sessionId, current: session.idHash === who.sessionHash, kind, ...device, place, createdAt, lastUsedAt }
}
