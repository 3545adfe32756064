/** The whole API over HTTP. */
import { accountRouter } from './account.ts'
import { accountChangesRouter } from './account-changes.ts'
import { mergeRouters, router } from './base.ts'
import { changesRouter } from './changes.ts'
import { factorsRouter } from './factors.ts'
import { keysRouter } from './keys.ts'
import { recoveryRouter } from './recovery.ts'
import { sessionsRouter } from './sessions.ts'
import { tokensRouter } from './tokens.ts'
import { transfersRouter } from './transfers.ts'

export const appRouter = router({
  account: mergeRouters(accountRouter, accountChangesRouter),
  factors: factorsRouter,
  sessions: sessionsRouter,
  tokens: tokensRouter,
  keys: keysRouter,
  recovery: recoveryRouter,
  transfers: transfersRouter,
  changes: changesRouter,
})
export type AppRouter = typeof appRouter
export type { FeedRouter } from './changes.ts'
