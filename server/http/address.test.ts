import type { IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import { addressOf } from './address.ts'

const from = (remoteAddress: string | undefined, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: { 'x-forwarded-for': forwarded } }) as unknown as IncomingMessage

test.each<[string, IncomingMessage, number, string]>([
  ['a socket', from('203.0.113.5'), 0, '203.0.113.5'],
  ['an IPv4 address in an IPv6 socket', from('::ffff:203.0.113.5'), 0, '203.0.113.5'],
  ['a line of IPv6 addresses', from('2001:db8:1:2:3:4:5:6'), 0, '2001:db8:1:2::/64'],
  ['a socket that is gone', from(undefined), 0, ''],
  ['what a caller writes, where there is no proxy', from('203.0.113.5', '198.51.100.1'), 0, '203.0.113.5'],
  ['what one proxy saw', from('127.0.0.1', '198.51.100.1'), 1, '198.51.100.1'],
  ['what one proxy saw of a liar', from('127.0.0.1', '192.0.2.9, 198.51.100.1'), 1, '198.51.100.1'],
  ['what the outer of two saw', from('127.0.0.1', '192.0.2.9, 198.51.100.1, 10.0.0.2'), 2, '198.51.100.1'],
  ['a proxy that says nothing', from('127.0.0.1'), 1, '127.0.0.1'],
  ['fewer proxies than there should be', from('127.0.0.1', '198.51.100.1'), 2, '127.0.0.1'],
])('%s', (_, request, proxies, expected) => {
  expect(addressOf(request, proxies)).toBe(expected)
})
