/** The list of sessions. */
import { sessionInput } from '#shared/contract/sessions.ts'
import { router, session } from './base.ts'

export const sessionsRouter = router({
  list: session.query(({ ctx }) => ctx.services.sessionList.list(ctx.who)),
  end: session.input(sessionInput).mutation(({ ctx, input }) => ctx.services.sessionList.end(ctx.who, input.sessionId)),
  endOthers: session.mutation(({ ctx }) => ctx.services.sessionList.endOthers(ctx.who)),
})
