/** The network that a caller is counted by. */
import type { IncomingMessage } from 'node:http'
import { networkOf } from '../services/places.ts'

/**
 * The network of the socket's address, or, behind `proxies` of one's own, of what the outermost of them saw: each adds
 * the address it heard from at the end of X-Forwarded-For, and what stands further left is whatever the caller wrote.
 */
export function addressOf(request: IncomingMessage, proxies: number): string {
  const socket = request.socket.remoteAddress ?? ''
  const chain = [request.headers['x-forwarded-for']].flat().join(',').split(',')
  const told = proxies === 0 ? '' : (chain.at(-proxies)?.trim() ?? '')
  return networkOf(told === '' ? socket : told)
}
