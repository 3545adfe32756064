/** Sessions and API tokens: what a person sees of them. */
import * as z from 'zod/mini'
import { sessionId, tokenId } from './ids.ts'
import { textLimits, tokenLimits } from './limits.ts'

/** Where a session was last used, as far as an address tells. `country` is ISO 3166-1 alpha-2. */
export type Place =
  | { readonly kind: 'this-machine' }
  | { readonly kind: 'local-network' }
  | { readonly kind: 'country'; readonly country: string }
  | { readonly kind: 'unknown' }

export interface SessionView {
  readonly sessionId: z.infer<typeof sessionId>
  readonly current: boolean
  /** A program that logged in for a JWT, or the app. */
  readonly kind: 'app' | 'api'
  /** As its browser calls itself: `Firefox`, `Linux`; null where it said nothing known. */
  readonly browser: string | null
  readonly system: string | null
  readonly installed: boolean
  readonly place: Place
  readonly createdAt: number
  /** To the nearest five minutes. */
  readonly lastUsedAt: number
}

export const sessionInput = z.object({ sessionId })

/** What an API token may do. Nothing of the account itself: that takes a session. */
export const tokenScope = z.enum(['transfers:read', 'transfers:write', 'people:read', 'keys:read'])
export type TokenScope = z.infer<typeof tokenScope>

export const createTokenInput = z.object({
  name: z.string().check(z.minLength(1), z.maxLength(textLimits.name), z.regex(/^[^\p{Cc}\p{Cs}]*$/u)),
  scopes: z.array(tokenScope).check(z.minLength(1), z.maxLength(4)),
  /** Milliseconds that it lives. */
  life: z.number().check(z.int(), z.minimum(tokenLimits.lifeMin), z.maximum(tokenLimits.lifeMax)),
})
export type CreateTokenInput = z.infer<typeof createTokenInput>
export const tokenInput = z.object({ tokenId })

export interface TokenView {
  readonly tokenId: z.infer<typeof tokenId>
  readonly name: string
  readonly scopes: readonly TokenScope[]
  readonly createdAt: number
  readonly expiresAt: number
  readonly lastUsedAt: number | null
}
