/** Who is behind a request: by its bearer where it has one, else by its cookie. */
import type { AccessTokens } from './access.ts'
import { type Sessions, type Who, whoOf } from './sessions.ts'
import type { Tokens } from './tokens.ts'

export interface Headers {
  readonly cookie?: string | undefined
  readonly authorization?: string | undefined
}

/** One of the two at most is somebody. */
export interface Caller {
  /** A person who has passed every factor, or their API token. */
  readonly who: Who | null
  /** A person who comes back after a reset: the session may finish that and nothing else. */
  readonly recovering: Who | null
}

export interface Callers {
  /** `from`: the caller's network, for the list of sessions. A bad bearer is nobody, whatever the cookie says. */
  of(headers: Headers, from: string): Promise<Caller>
}

const nobody: Caller = { who: null, recovering: null }

export function makeCallers(parts: { sessions: Sessions; access: AccessTokens; tokens: Tokens }): Callers {
  const ofBearer = async (bearer: string, from: string): Promise<Who | null> => {
    if (parts.tokens.isOne(bearer)) return parts.tokens.whoIs(bearer)
    const sessionHash = await parts.access.read(bearer)
    const session = sessionHash === null ? null : await parts.sessions.ofHash(sessionHash, from)
    return session?.scope === 'full' ? whoOf(session) : null
  }
  return {
    async of({ cookie, authorization }, from) {
      if (authorization !== undefined) {
        const bearer = /^Bearer ([A-Za-z0-9._-]{1,1024})$/i.exec(authorization)?.[1]
        return { ...nobody, who: bearer === undefined ? null : await ofBearer(bearer, from) }
      }
      const session = await parts.sessions.ofCookie(cookie, from)
      if (session === null) return nobody
      return session.scope === 'full' ? { ...nobody, who: whoOf(session) } : { ...nobody, recovering: whoOf(session) }
    },
  }
}
