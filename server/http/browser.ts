/** What a request's headers say of the browser behind it. */
import type { IncomingHttpHeaders } from 'node:http'
import type { Browser } from '../services/devices.ts'

export function browserOf(headers: IncomingHttpHeaders): Browser {
  return {
    agent: headers['user-agent'] ?? null,
    cookies: headers.cookie ?? null,
    origin: headers.origin ?? null,
  }
}
