/** Identities, and people who can be sent to. */
import { addressInput, publishInput } from '#shared/contract/account.ts'
import { cardInput } from '#shared/contract/contact.ts'
import { personal, router } from './base.ts'

export const keysRouter = router({
  publish: personal.input(publishInput).mutation(({ ctx, input }) => ctx.services.keys.publish(ctx.who, input)),
  own: personal.query(({ ctx }) => ctx.services.keys.own(ctx.who)),
  lookUp: personal.input(addressInput).query(({ ctx, input }) => ctx.services.keys.lookUp(ctx.who, input.email)),
  cardOf: personal.input(cardInput).query(({ ctx, input }) => ctx.services.keys.cardOf(ctx.who, input.userId)),
})
