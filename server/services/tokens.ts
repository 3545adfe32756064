/** Named bearers for programs. The store keeps their hashes; what they may do is named when they are made. */
import { makeId, type TokenId, tokenId as tokenIdSchema } from '#shared/contract/ids.ts'
import { sessionLimits, tokenLimits } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { CreateTokenInput, TokenView } from '#shared/contract/sessions.ts'
import type { TokenRecord } from '../store/records.ts'
import { type Ground, plainHash } from './ground.ts'
import type { Notices } from './notices.ts'
import type { Sessions, Who } from './sessions.ts'

export interface Tokens {
  /** Oldest first. */
  list(who: Who): Promise<readonly TokenView[]>
  /** Gives the token, which is shown once and told by letter. Throws `bad-request` where there are too many. */
  create(who: Who, input: CreateTokenInput): Promise<{ token: string; view: TokenView }>
  /** From then on the token opens nothing. Throws `not-found`. */
  revoke(who: Who, tokenId: TokenId): Promise<void>
  /** Whether a bearer has the form of a token. */
  isOne(bearer: string): boolean
  /** Notes its use. */
  whoIs(bearer: string): Promise<Who | null>
}

const pattern = /^dct_[A-Za-z0-9_-]{43}$/

export function makeTokens(ground: Ground, parts: { notices: Notices; sessions: Pick<Sessions, 'stands'> }): Tokens {
  const { store } = ground
  const isOne = (bearer: string) => pattern.test(bearer)
  const standing = (token: TokenRecord | null) => (token !== null && token.expiresAt > ground.now() ? token : null)
  return {
    isOne,
    async list(who) {
      const tokens = await store.tokens.ofUser(who.userId)
      return tokens.filter(token => standing(token) !== null).map(toView)
    },
    async create(who, input) {
      const held = await store.tokens.ofUser(who.userId)
      if (held.length >= tokenLimits.perPerson)
        throw new Problem('bad-request', { data: { most: tokenLimits.perPerson } })
      const token = `dct_${Buffer.from(ground.random(32)).toString('base64url')}`
      const record: TokenRecord = {
        version: 0,
        idHash: plainHash(token),
        tokenId: makeId<TokenId>(tokenIdSchema, ground.random),
        userId: who.userId,
        name: input.name,
        scopes: [...new Set(input.scopes)],
        createdAt: ground.now(),
        expiresAt: ground.now() + input.life,
        lastUsedAt: null,
      }
      if (!(await store.tokens.insert(record))) throw new Problem('conflict')
      if (!(await parts.sessions.stands(who))) {
        // Everything of this person's ended while it was made.
        await store.tokens.delete(record.idHash)
        throw new Problem('logged-out')
      }
      await parts.notices.tell(who.userId, 'token-made', record.tokenId)
      return { token, view: toView(record) }
    },
    async revoke(who, tokenId) {
      const token = await store.tokens.byTokenId(tokenId)
      if (token?.userId !== who.userId) throw new Problem('not-found')
      await store.tokens.delete(token.idHash)
    },
    async whoIs(bearer) {
      const token = isOne(bearer) ? standing(await store.tokens.get(plainHash(bearer))) : null
      if (token === null) return null
      const { userId, idHash, scopes, lastUsedAt } = token
      if (ground.now() - (lastUsedAt ?? 0) >= sessionLimits.useStep) {
        await store.tokens.swap({ ...token, lastUsedAt: ground.now() })
      }
      return { userId, sessionHash: idHash, via: 'token', scopes }
    },
  }
}

function toView({ tokenId, name, scopes, createdAt, expiresAt, lastUsedAt }: TokenRecord): TokenView {
  return { tokenId, name, scopes, createdAt, expiresAt, lastUsedAt }
}
