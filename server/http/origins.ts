/** Whose pages may ask us for anything: our own, and those that the configuration names (THREATS T16). */
import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import { Problem } from '#shared/contract/problems.ts'

export interface OriginRules {
  /** Address at which people reach the app. */
  readonly publicUrl: () => string
  /** Further origins that serve the app; they are as much ours as the public one. */
  readonly corsOrigins: readonly string[]
}

const localNames = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * Whether a request comes from our own page: its Origin is the public one, a configured one, or that of the host it was
 * sent to. Requests without an Origin are not made by pages of others (Fetch §3.2: cross-origin POST and PUT always
 * carry one), and where a browser says more (Fetch Metadata §2.1), it has to say that nobody else's page asked.
 */
export function isOurOrigin(request: IncomingMessage, rules: OriginRules): boolean {
  const { origin, host } = request.headers
  if (origin === undefined) return isOwnFetch(request.headers['sec-fetch-site'])
  const home = new URL(rules.publicUrl())
  if (origin === home.origin || rules.corsOrigins.includes(origin)) return true
  if (!URL.canParse(origin) || new URL(origin).host !== host) return false
  // A page that came without TLS may be anybody's where the app has TLS.
  const { protocol, hostname } = new URL(origin)
  return home.protocol === 'http:' || protocol === 'https:' || localNames.has(hostname)
}

const isOwnFetch = (site: string | string[] | undefined) =>
  site === undefined || site === 'same-origin' || site === 'none'

/** Refuses what another site's page asks us to change, and its preflights. */
export function refuseOtherOrigins(rules: OriginRules): RequestHandler {
  return (request, _response, next) => {
    const reads = request.method === 'GET' || request.method === 'HEAD'
    if (!reads && !isOurOrigin(request, rules)) throw new Problem('origin-refused')
    next()
  }
}

const allowed = {
  'Access-Control-Allow-Methods': 'GET, HEAD, POST, PUT',
  'Access-Control-Allow-Headers': 'authorization, content-type, range, trpc-accept, x-datacrypt-grant',
  'Access-Control-Max-Age': '600',
}
const exposed = 'accept-ranges, content-range, retry-after, x-datacrypt'

/** CORS (Fetch §3.3) for the configured origins, and no word of it to any other. */
export function allowConfiguredOrigins(rules: OriginRules): RequestHandler {
  return (request, response, next) => {
    response.vary('Origin')
    const { origin } = request.headers
    if (origin !== undefined && rules.corsOrigins.includes(origin)) {
      response.setHeader('Access-Control-Allow-Origin', origin)
      response.setHeader('Access-Control-Allow-Credentials', 'true')
      response.setHeader('Access-Control-Expose-Headers', exposed)
    }
    next()
  }
}

/** Answers the preflights of those that {@link allowConfiguredOrigins} let in. */
export const answerPreflights: RequestHandler = (request, response, next) => {
  const asked = request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined
  if (!asked || !response.hasHeader('Access-Control-Allow-Origin')) return next()
  for (const [name, value] of Object.entries(allowed)) response.setHeader(name, value)
  response.status(204).end()
}
