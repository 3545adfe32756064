/** The whole API over HTTP. */
import { accountRouter } from './account.ts'
import { router } from './base.ts'
import { changesRouter } from './changes.ts'
import { factorsRouter } from './factors.ts'
import { keysRouter } from './keys.ts'
import { sessionsRouter } from './sessions.ts'
import { tokensRouter } from './tokens.ts'
import { transfersRouter } from './transfers.ts'

export const appRouter = router({
  account: accountRouter,
  factors: factorsRouter,
  sessions: sessionsRouter,
  tokens: tokensRouter,
  keys: keysRouter,
  transfers: transfersRouter,
  changes: changesRouter,
})
export type AppRouter = typeof appRouter
export type { FeedRouter } from './changes.ts'
