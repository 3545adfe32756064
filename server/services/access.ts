/** Access tokens of the REST face: JWTs (RFC 7519) of a quarter of an hour, each naming the session that it stands for. */
import { errors, jwtVerify, SignJWT } from 'jose'
import { times, tokenLimits } from '#shared/contract/limits.ts'
import { type Ground, keyedHash } from './ground.ts'
import type { Who } from './sessions.ts'

export interface AccessTokens {
  make(who: Who): Promise<{ token: string; expiresAt: number }>
  /** The hash of the session that a token names, or null. Whether that session stands is for the caller to ask. */
  read(token: string): Promise<string | null>
}

const issuer = 'datacrypt'
const audience = 'datacrypt-api'

export function makeAccessTokens(ground: Ground): AccessTokens {
  const key = new Uint8Array(Buffer.from(keyedHash(ground, 'jwt-key'), 'base64url'))
  const seconds = (milliseconds: number) => Math.floor(milliseconds / times.second)
  return {
    async make(who) {
      const now = ground.now()
      const expiresAt = now + tokenLimits.accessLife
      const token = await new SignJWT({ sid: who.sessionHash })
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .setSubject(who.userId)
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt(seconds(now))
        .setExpirationTime(seconds(expiresAt))
        .sign(key)
      return { token, expiresAt }
    },
    async read(token) {
      try {
        const options = { algorithms: ['HS256'], issuer, audience, currentDate: new Date(ground.now()) }
        const { payload } = await jwtVerify(token, key, options)
        return typeof payload.sid === 'string' ? payload.sid : null
      } catch (error) {
        if (error instanceof errors.JOSEError) return null
        throw error
      }
    },
  }
}
