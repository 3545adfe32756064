/** What every answer has to carry, whatever it answers. */
import { expect } from 'vitest'

const page =
  /^default-src 'none'; script-src 'self'(?: 'wasm-unsafe-eval')?;.*frame-ancestors 'none';.*require-trusted-types-for 'script'; trusted-types default$/
const noPage = /^default-src 'none';.*frame-ancestors 'none'; sandbox$/
const kept = ['no-store', 'no-cache', 'public, max-age=31536000, immutable']

export interface Expected {
  readonly secure?: boolean
  /** The configured origin that asked. */
  readonly cors?: string
}

/** Asserts the headers of one answer; `what` names it where it fails. */
export function expectSafe(answer: Response, what: string, { secure = false, cors }: Expected = {}): void {
  const { headers } = answer
  const { pathname } = new URL(answer.url)
  const policy = headers.get('content-security-policy') ?? ''
  const api = /^\/(trpc|api|healthz)(\/|$)/.test(pathname)
  expect(policy, what).toMatch(api ? noPage : page)
  expect(policy, what).not.toMatch(/unsafe-inline|'unsafe-eval'|\*/)
  expect(policy.includes('wasm'), what).toBe(/^\/assets\/argon2/.test(pathname))
  expect(Object.fromEntries(headers), what).toMatchObject({
    'x-datacrypt': '1',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-resource-policy': 'same-origin',
    'permissions-policy': expect.stringContaining('geolocation=()'),
    vary: expect.stringContaining('Origin'),
  })
  expect(api ? ['no-store'] : kept, what).toContain(headers.get('cache-control'))
  expect(headers.get('strict-transport-security'), what).toBe(secure ? 'max-age=31536000; includeSubDomains' : null)
  expect(headers.get('access-control-allow-origin'), what).toBe(cors ?? null)
  expect(headers.has('x-powered-by') || headers.has('server'), what).toBe(false)
  for (const cookie of headers.getSetCookie()) expectSafeCookie(cookie, secure)
}

/** RFC 6265bis §4.1.3.2: a `__Host-` cookie is Secure, of the whole host, and of no other. */
function expectSafeCookie(cookie: string, secure: boolean): void {
  const [pair = '', ...attributes] = cookie.split(';').map(piece => piece.trim())
  expect(pair).toMatch(secure ? /^__Host-datacrypt(-[a-z]+)?=/ : /^datacrypt(-[a-z]+)?=/)
  expect(attributes).toEqual(expect.arrayContaining(['HttpOnly', 'SameSite=Strict', 'Path=/']))
  expect(attributes.includes('Secure')).toBe(secure)
  expect(attributes.some(attribute => /^domain/i.test(attribute))).toBe(false)
}
