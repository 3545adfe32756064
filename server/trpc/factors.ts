/** Second factors, set up and taken down. */
import * as z from 'zod/mini'
import { passkeyWrap } from '#shared/contract/account.ts'
import { appCodeInput, credentialInput, passkeyAttestation, passkeyName } from '#shared/contract/factors.ts'
import { router, sensitive, session } from './base.ts'

const addPasskeyInput = z.object({
  response: passkeyAttestation,
  name: passkeyName,
  wrap: z.optional(passkeyWrap),
})

export const factorsRouter = router({
  view: session.query(({ ctx }) => ctx.services.factorSettings.view(ctx.who)),
  beginApp: sensitive.mutation(({ ctx }) => ctx.services.factorSettings.beginApp(ctx.who)),
  confirmApp: session
    .input(appCodeInput)
    .mutation(({ ctx, input }) => ctx.services.factorSettings.confirmApp(ctx.who, input.code)),
  removeApp: sensitive.mutation(({ ctx }) => ctx.services.factorSettings.removeApp(ctx.who)),
  renewRecoveryCodes: sensitive.mutation(({ ctx }) => ctx.services.factorSettings.renewRecoveryCodes(ctx.who)),
  passkeyOptions: sensitive.mutation(({ ctx }) => ctx.services.factorSettings.passkeyOptions(ctx.who)),
  addPasskey: session
    .input(addPasskeyInput)
    .mutation(({ ctx, input }) => ctx.services.factorSettings.addPasskey(ctx.who, input, ctx.browser?.origin ?? null)),
  removePasskey: sensitive
    .input(credentialInput)
    .mutation(({ ctx, input }) => ctx.services.factorSettings.removePasskey(ctx.who, input.credentialId)),
})
