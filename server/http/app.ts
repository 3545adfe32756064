/** The order in which a request meets us. */
import { createExpressMiddleware } from '@trpc/server/adapters/express'
import express, { type Express } from 'express'
import { Problem } from '#shared/contract/problems.ts'
import { budgets } from '../services/budgets.ts'
import { networkOf } from '../services/places.ts'
import type { Services } from '../services/services.ts'
import { appRouter } from '../trpc/router.ts'
import { addressOf } from './address.ts'
import { blobRoutes } from './blobs.ts'
import { browserOf } from './browser.ts'
import { type Letters, mailboxRoutes } from './mailbox.ts'
import { allowConfiguredOrigins, answerPreflights, refuseOtherOrigins } from './origins.ts'
import { answerErrors } from './problems.ts'
import { restAuthRoutes } from './rest-auth.ts'
import { securityHeaders } from './security.ts'
import { staticRoutes } from './static.ts'

export interface AppOptions {
  readonly services: Services
  readonly publicUrl: () => string
  /** Further origins that serve the app. */
  readonly corsOrigins: readonly string[]
  /** Proxies of one's own in front of this server. */
  readonly proxies: number
  /** Whether people reach the app by https. */
  readonly secure: boolean
  /** The development mailbox, where letters go to a folder on this machine. */
  readonly letters: Letters | null
  /** Folder of the built app; null where another server serves it. */
  readonly clientFolder: string | null
  readonly warn: (event: string, error: unknown) => void
}

/** An envelope of 4 MiB inside its JSON quotes is the largest body. */
const bodyLimit = 6 * 1024 * 1024
const batchLimit = 20

export function makeApp(options: AppOptions): Express {
  const { services } = options
  const app = express()
  app.disable('x-powered-by')
  // Answers are kept by nobody; files have tags of their own.
  app.disable('etag')
  app.use(securityHeaders(options))
  app.use(allowConfiguredOrigins(options))
  app.use(async (request, _response, next) => {
    await services.ground.limits.spend(budgets.requests, addressOf(request, options.proxies))
    next()
  })
  app.use(answerPreflights)
  app.use(refuseOtherOrigins(options))
  app.get('/healthz', async (_request, response) => {
    await services.ground.store.ping()
    response.json({ alive: true })
  })
  if (services.directBlobs !== null) {
    app.use('/api/blobs', blobRoutes(services.directBlobs))
  }
  app.use('/api/auth', restAuthRoutes({ services, addressOf: request => addressOf(request, options.proxies) }))
  app.use('/trpc', trpc(options))
  app.use('/api', (_request, _response, next) => next(new Problem('not-found')))
  if (options.letters !== null) app.use('/dev/mail', mailboxRoutes(options.letters))
  if (options.clientFolder !== null) app.use(staticRoutes(options.clientFolder))
  app.use((_request, _response, next) => next(new Problem('not-found')))
  app.use(answerErrors(options.warn))
  return app
}

function trpc({ services, proxies, warn }: AppOptions) {
  return createExpressMiddleware({
    router: appRouter,
    maxBodySize: bodyLimit,
    // Queries come as POST, so that no address stands in a URL or a proxy's log.
    allowMethodOverride: true,
    maxBatchSize: batchLimit,
    async createContext({ req, res }) {
      const from = networkOf(addressOf(req, proxies))
      return {
        services,
        ...(await services.callers.of(req.headers, from)),
        from,
        browser: browserOf(req.headers),
        setCookie: cookie => res.appendHeader('Set-Cookie', cookie),
      }
    },
    responseMeta: () => ({ headers: new Headers({ 'Cache-Control': 'no-store', Vary: 'Origin' }) }),
    onError({ error, path }) {
      if (error.code === 'INTERNAL_SERVER_ERROR' && !(error.cause instanceof Problem))
        warn(`call ${path ?? '?'}`, error)
    },
  })
}
