/** The network address that a caller is counted by. */
import type { IncomingMessage } from 'node:http'

/**
 * The address of the socket, or, behind `proxies` of one's own, what the outermost of them saw: each adds the address
 * it heard from at the end of X-Forwarded-For, and what stands further left is whatever the caller liked to write.
 */
export function addressOf(request: IncomingMessage, proxies: number): string {
  const socket = request.socket.remoteAddress ?? ''
  const header = request.headers['x-forwarded-for']
  const chain = [header].flat().join(',').split(',')
  const told = proxies === 0 ? '' : (chain.at(-proxies)?.trim() ?? '')
  return plain(told === '' ? socket : told)
}

/** An IPv4 address that came through an IPv6 socket, as itself (RFC 4291 §2.5.5.2). */
const plain = (address: string) => address.replace(/^::ffff:(?=\d+\.)/i, '')
