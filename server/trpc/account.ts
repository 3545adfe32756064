/** Registering, logging in and out. */
import * as contract from '#shared/contract/account.ts'
import { open, router, session } from './base.ts'

export const accountRouter = router({
  facts: open.query(({ ctx }) => ctx.services.accounts.facts()),
  params: open
    .input(contract.addressInput)
    .query(({ ctx, input }) => ctx.services.accounts.params(input.email, ctx.from)),
  register: open
    .input(contract.registerInput)
    .mutation(({ ctx, input }) => ctx.services.accounts.register(input, ctx.from)),
  resend: open
    .input(contract.resendInput)
    .mutation(({ ctx, input }) => ctx.services.accounts.resend(input.registrationId, ctx.from)),
  verify: open.input(contract.verifyInput).mutation(async ({ ctx, input }) => {
    const { cookie, account } = await ctx.services.accounts.verify(input, ctx.from)
    ctx.setCookie(cookie)
    return account
  }),
  logIn: open.input(contract.loginInput).mutation(async ({ ctx, input }) => {
    const { cookie, account } = await ctx.services.accounts.logIn(input, ctx.from)
    // The id changes at each login: one that somebody planted is worth nothing.
    if (ctx.who !== null) await ctx.services.sessions.end(ctx.who)
    ctx.setCookie(cookie)
    return account
  }),
  logOut: session.mutation(async ({ ctx }) => {
    const { cookie } = await ctx.services.sessions.end(ctx.who)
    ctx.setCookie(cookie)
  }),
  me: session.query(({ ctx }) => ctx.services.accounts.me(ctx.who)),
})
