/** The change list, and the feed that knocks when it has grown. */
import { tracked } from '@trpc/server'
import { pullInput } from '#shared/contract/feed.ts'
import { budgets } from '../services/budgets.ts'
import { personal, router, session } from './base.ts'

export const changesRouter = router({
  pull: personal('transfers:read')
    .input(pullInput)
    .query(({ ctx, input }) => ctx.services.feed.pull(ctx.who, input.seq)),
  /** A bearer of one use for the feed's first message. */
  ticket: session.mutation(async ({ ctx }) => {
    await ctx.services.ground.limits.spend(budgets.tickets, ctx.who.userId)
    return { ticket: await ctx.services.sessions.makeTicket(ctx.who) }
  }),
})

/** Served on the WebSocket alone. */
export const feedRouter = router({
  knocks: session.subscription(async function* ({ ctx, signal }) {
    const ended = signal ?? new AbortController().signal
    for await (const knock of ctx.services.feed.knocks(ctx.who, ended)) yield tracked(String(knock.head), knock)
  }),
})
export type FeedRouter = typeof feedRouter
