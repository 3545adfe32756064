/** Registering, logging in and out, and the password once more. */
import * as contract from '#shared/contract/account.ts'
import { attemptInput, finishLogInInput } from '#shared/contract/factors.ts'
import type { Verified } from '../services/accounts.ts'
import { noBrowser } from '../services/devices.ts'
import type { LoggedIn, LoginCall } from '../services/login.ts'
import { type Context, open, router, session } from './base.ts'

const callOf = ({ from, browser = noBrowser }: Context): LoginCall => ({ from, browser, kind: 'app' })

/** The id changes at each login: one that somebody planted is worth nothing. */
async function enter(ctx: Context, { account, cookie, device }: Verified) {
  // One that stays behind, from a reset too, would have no browser left to end it.
  for (const left of [ctx.who, ctx.recovering]) if (left?.via === 'session') await ctx.services.sessions.end(left)
  ctx.setCookie(cookie)
  if (device !== null) ctx.setCookie(device)
  return account
}

const entered = ({ account, session: { cookie }, device }: LoggedIn): Verified => ({ account, cookie, device })

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
    return enter(ctx, await ctx.services.accounts.verify(input, ctx.from, ctx.browser))
  }),
  /** `done`, or `factor` with the ways to finish it. */
  logIn: open.input(contract.loginInput).mutation(async ({ ctx, input }) => {
    const answer = await ctx.services.login.begin(input, callOf(ctx))
    if (answer.state === 'factor') return answer
    return { state: answer.state, account: await enter(ctx, entered(answer)) }
  }),
  sendOtp: open.input(attemptInput).mutation(({ ctx, input }) => ctx.services.login.sendCode(input.attempt)),
  passkeyChallenge: open.input(attemptInput).mutation(({ ctx, input }) => ctx.services.login.askPasskey(input.attempt)),
  finishLogIn: open
    .input(finishLogInInput)
    .mutation(async ({ ctx, input }) => enter(ctx, entered(await ctx.services.login.finish(input, callOf(ctx))))),
  logOut: session.mutation(async ({ ctx }) => {
    const { cookie } = await ctx.services.sessions.end(ctx.who)
    ctx.setCookie(cookie)
  }),
  me: session.query(({ ctx }) => ctx.services.accounts.me(ctx.who)),
  confirm: session
    .input(contract.confirmInput)
    .mutation(({ ctx, input }) => ctx.services.login.confirm(ctx.who, input.loginSecret)),
})
