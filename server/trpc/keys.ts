/** Identities, and people who can be sent to. */
import { addressInput, publishInput } from '#shared/contract/account.ts'
import { cardInput } from '#shared/contract/contact.ts'
import { personal, router, session } from './base.ts'

export const keysRouter = router({
  publish: session.input(publishInput).mutation(({ ctx, input }) => ctx.services.keys.publish(ctx.who, input)),
  own: personal('keys:read').query(({ ctx }) => ctx.services.keys.own(ctx.who)),
  lookUp: personal('people:read')
    .input(addressInput)
    .query(({ ctx, input }) => ctx.services.keys.lookUp(ctx.who, input.email)),
  cardOf: personal('people:read')
    .input(cardInput)
    .query(({ ctx, input }) => ctx.services.keys.cardOf(ctx.who, input.userId)),
})
