/** What a person changes about their account, takes with them, and deletes. */
import * as contract from '#shared/contract/account.ts'
import { router, sensitive, session } from './base.ts'

export const accountChangesRouter = router({
  changePassword: sensitive
    .input(contract.changePasswordInput)
    .mutation(({ ctx, input }) => ctx.services.accountChanges.changePassword(ctx.who, input)),
  changeName: session
    .input(contract.changeNameInput)
    .mutation(({ ctx, input }) => ctx.services.accountChanges.changeName(ctx.who, input.name)),
  beginEmailChange: sensitive
    .input(contract.changeEmailInput)
    .mutation(({ ctx, input }) => ctx.services.accountChanges.beginEmailChange(ctx.who, input)),
  confirmEmailChange: session
    .input(contract.codeInput)
    .mutation(({ ctx, input }) => ctx.services.accountChanges.confirmEmailChange(ctx.who, input.code)),
  exportData: sensitive.query(({ ctx }) => ctx.services.exportData(ctx.who)),
  remove: sensitive.mutation(async ({ ctx }) => {
    const { cookie } = await ctx.services.leaving.remove(ctx.who)
    ctx.setCookie(cookie)
  }),
})
