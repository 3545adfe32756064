/** Identities, and people who can be sent to. */
import * as contract from '#shared/contract/account.ts'
import { cardInput } from '#shared/contract/contact.ts'
import { personal, router, sensitive, session } from './base.ts'
import { startOf } from './session-start.ts'

export const keysRouter = router({
  publish: session.input(contract.publishInput).mutation(({ ctx, input }) => ctx.services.keys.publish(ctx.who, input)),
  own: personal('keys:read').query(({ ctx }) => ctx.services.keys.own(ctx.who)),
  cards: personal('keys:read').query(({ ctx }) => ctx.services.keys.cards(ctx.who)),
  rotate: session.input(contract.rotateInput).mutation(({ ctx, input }) => ctx.services.keys.rotate(ctx.who, input)),
  reseal: session.input(contract.resealInput).mutation(({ ctx, input }) => ctx.services.keys.reseal(ctx.who, input)),
  renew: sensitive.input(contract.renewInput).mutation(async ({ ctx, input }) => {
    const { cookie } = await ctx.services.keys.renew(ctx.who, input, startOf(ctx))
    ctx.setCookie(cookie)
  }),
  setRecoveryWrap: sensitive
    .input(contract.recoveryWrapInput)
    .mutation(({ ctx, input }) => ctx.services.keys.setRecoveryWrap(ctx.who, input.wrap)),
  proveRecovery: session
    .input(contract.provenInput)
    .mutation(({ ctx, input }) => ctx.services.keys.proveRecovery(ctx.who, input.sealed)),
  lookUp: personal('people:read')
    .input(contract.addressInput)
    .query(({ ctx, input }) => ctx.services.keys.lookUp(ctx.who, input.email)),
  cardOf: personal('people:read')
    .input(cardInput)
    .query(({ ctx, input }) => ctx.services.keys.cardOf(ctx.who, input.userId)),
})
