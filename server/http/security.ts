/** Headers of every answer. */
import type { RequestHandler } from 'express'
import helmet from 'helmet'

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
    // Scripts and workers start by the one policy of client/trusted-scripts.ts, which knows their names.
    'require-trusted-types-for': ["'script'"],
    'trusted-types': ['default'],
  }
  return written(directives)
}

/** What an answer that is no page may do where somebody opens it as one: nothing. */
const notAPage = written({
  'default-src': [none],
  'base-uri': [none],
  'form-action': [none],
  'frame-ancestors': [none],
  sandbox: [],
})

function written(directives: Readonly<Record<string, readonly string[]>>): string {
  return Object.entries(directives)
    .map(([name, values]) => [name, ...values].join(' '))
    .join('; ')
}

const hostPattern = /^[A-Za-z0-9.:[\]-]{1,255}$/
const stretchingWorker = /^\/assets\/argon2[^/]*\.js$/
const noPage = /^\/(trpc|api|healthz)(\/|$)/

/**
 * Sets the headers of OWASP ASVS 3.4, isolation from other sites (HTML §7.1.3, §7.1.4), and `x-datacrypt`, by which the
 * client tells our answers from a captive portal's. Nothing is kept by caches unless a route says so.
 */
export function securityHeaders(options: { secure: boolean }): RequestHandler[] {
  const base = helmet({
    contentSecurityPolicy: false,
    crossOriginEmbedderPolicy: { policy: 'require-corp' },
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
      const page = !noPage.test(request.path)
      response.setHeader(
        'Content-Security-Policy',
        page ? policy(safeHost, stretchingWorker.test(request.path)) : notAPage,
      )
      response.setHeader('Cache-Control', 'no-store')
      response.setHeader('x-datacrypt', '1')
      response.setHeader('Permissions-Policy', 'camera=(self), geolocation=(), microphone=(), payment=(), usb=()')
      next()
    },
  ]
}
