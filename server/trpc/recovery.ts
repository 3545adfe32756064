/** Coming back without the password. */
import * as contract from '#shared/contract/recovery.ts'
import { noBrowser } from '../services/devices.ts'
import type { From } from '../services/recovery.ts'
import { type Context, open, recovering, router } from './base.ts'
import { startOf } from './session-start.ts'

const callerOf = ({ from, browser = noBrowser }: Context): From => ({ from, browser })

export const recoveryRouter = router({
  begin: open
    .input(contract.beginRecoveryInput)
    .mutation(({ ctx, input }) => ctx.services.recovery.begin(input.email, callerOf(ctx))),
  passkeyChallenge: open
    .input(contract.resetInput)
    .mutation(({ ctx, input }) => ctx.services.recovery.passkeyChallenge(input.resetId)),
  prove: open.input(contract.proveRecoveryInput).mutation(async ({ ctx, input }) => {
    const { answer, session } = await ctx.services.recovery.prove(input, callerOf(ctx))
    if (session !== null) {
      // Its cookie takes the place of one that this browser may still have.
      if (ctx.who?.via === 'session') await ctx.services.sessions.end(ctx.who)
      ctx.setCookie(session.cookie)
    }
    return answer
  }),
  bundle: recovering.query(({ ctx }) => ctx.services.recovery.bundle(ctx.who)),
  finish: recovering.input(contract.finishRecoveryInput).mutation(async ({ ctx, input }) => {
    const { cookie } = await ctx.services.recovery.finish(ctx.who, input, startOf(ctx))
    ctx.setCookie(cookie)
  }),
  startOver: recovering.input(contract.startOverInput).mutation(async ({ ctx, input }) => {
    const { cookie } = await ctx.services.recovery.startOver(ctx.who, input, startOf(ctx))
    ctx.setCookie(cookie)
  }),
})
