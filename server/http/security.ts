/** Headers of every answer, and which origins may change anything. */
import type { IncomingMessage } from 'node:http'
import type { RequestHandler } from 'express'
import helmet from 'helmet'
import { Problem } from '#shared/contract/problems.ts'

export interface OriginRules {
  /** Address at which people reach the app. */
  readonly publicUrl: () => string
}

const self = "'self'"
const none = "'none'"

/** SHA-256 of the two constant style elements that React Aria adds: touch on what can be pressed, scrolling under a dialog. */
const reactAriaStyles = [
  "'sha256-38RhXrc7EdReTKsOm23ZPOCUgniTUUcjky8QOOrQx6o='",
  "'sha256-gYiS/BvZvRcK27JIXTuwhZ3hs2+VJ1X+2gUlE+farlg='",
]

/** Content Security Policy Level 3. `wasm` is for the worker alone that stretches passwords. */
function policy(host: string, wasm: boolean): string {
  const directives = {
    'default-src': [none],
    'script-src': wasm ? [self, "'wasm-unsafe-eval'"] : [self],
    'style-src': [self, ...reactAriaStyles],
    'img-src': [self, 'data:', 'blob:'],
    'font-src': [self],
    // WebKit before 15.4 does not count ws: as the page's own origin.
    'connect-src': [self, `ws://${host}`, `wss://${host}`],
    'worker-src': [self],
    'manifest-src': [self],
    // Saving through the service worker navigates a hidden frame to /save.
    'frame-src': [self],
    'base-uri': [none],
    'form-action': [self],
    'frame-ancestors': [none],
    'object-src': [none],
  }
  return Object.entries(directives)
    .map(([name, values]) => `${name} ${values.join(' ')}`)
    .join('; ')
}

const hostPattern = /^[A-Za-z0-9.:[\]-]{1,255}$/
const stretchingWorker = /^\/assets\/argon2[^/]*\.js$/

/** Sets the headers of OWASP ASVS 3.4, and `x-datacrypt`, by which the client tells our answers from a captive portal's. */
export function securityHeaders(options: { secure: boolean }): RequestHandler[] {
  const base = helmet({
    contentSecurityPolicy: false,
    crossOriginOpenerPolicy: { policy: 'same-origin' },
    crossOriginResourcePolicy: { policy: 'same-origin' },
    referrerPolicy: { policy: 'no-referrer' },
    strictTransportSecurity: options.secure ? { maxAge: 31_536_000, includeSubDomains: true } : false,
    xFrameOptions: { action: 'deny' },
  })
  return [
    base,
    (request, response, next) => {
      const host = request.headers.host ?? ''
      const safeHost = hostPattern.test(host) ? host : 'localhost'
      response.setHeader('Content-Security-Policy', policy(safeHost, stretchingWorker.test(request.path)))
      response.setHeader('x-datacrypt', '1')
      response.setHeader('Permissions-Policy', 'camera=(self), geolocation=(), microphone=(), payment=(), usb=()')
      next()
    },
  ]
}

/**
 * Whether a request comes from our own page: its Origin is the public one, or that of the host it was sent to. Requests
 * without an Origin are not made by pages of others (Fetch §3.2: cross-origin POST and PUT always carry one).
 */
export function isOurOrigin(request: IncomingMessage, rules: OriginRules): boolean {
  const { origin, host } = request.headers
  if (origin === undefined) return request.headers['sec-fetch-site'] !== 'cross-site'
  if (origin === new URL(rules.publicUrl()).origin) return true
  return URL.canParse(origin) && new URL(origin).host === host
}

/** Refuses what another site's page asks us to change (THREATS T16). */
export function refuseOtherOrigins(rules: OriginRules): RequestHandler {
  return (request, _response, next) => {
    const reads = request.method === 'GET' || request.method === 'HEAD'
    if (!reads && !isOurOrigin(request, rules)) throw new Problem('origin-refused')
    next()
  }
}
