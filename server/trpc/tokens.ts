/** Named API tokens. */
import { createTokenInput, tokenInput } from '#shared/contract/sessions.ts'
import { router, sensitive, session } from './base.ts'

export const tokensRouter = router({
  list: session.query(({ ctx }) => ctx.services.tokens.list(ctx.who)),
  create: sensitive.input(createTokenInput).mutation(({ ctx, input }) => ctx.services.tokens.create(ctx.who, input)),
  revoke: session.input(tokenInput).mutation(({ ctx, input }) => ctx.services.tokens.revoke(ctx.who, input.tokenId)),
})
