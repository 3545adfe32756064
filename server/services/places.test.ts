import { describe, expect, test } from 'vitest'
import { networkOf, openPlaces } from './places.ts'

const never = () => Promise.reject(new Error('the table was opened'))

describe('the network that an address counts for', () => {
  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '::1'],
    ['2001:db8:0:1:2:3:4:5', '2001:db8:0:1::/64'],
    ['2001:0DB8::1', '2001:db8:0:0::/64'],
    ['2001:db8:0:1::', '2001:db8:0:1::/64'],
    ['::2', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
    ['nonsense', 'nonsense'],
  ])('%s counts for %s', (address, network) => {
    expect(networkOf(address)).toBe(network)
  })

  test('is one for all addresses of a prefix', () => {
    const all = Array.from({ length: 100 }, (_, n) => networkOf(`2001:db8:1:2:${n.toString(16)}::${n.toString(16)}`))
    expect(new Set(all)).toEqual(new Set(['2001:db8:1:2::/64']))
  })
})

describe('a place', () => {
  test.each([
    ['127.0.0.1', 'this-machine'],
    ['127.8.9.1', 'this-machine'],
    ['::1', 'this-machine'],
    ['10.1.2.3', 'local-network'],
    ['172.31.0.1', 'local-network'],
    ['192.168.1.1', 'local-network'],
    ['fd12:0:0:1::/64', 'local-network'],
    ['fe80:0:0:0::/64', 'local-network'],
    ['', 'unknown'],
    ['nonsense', 'unknown'],
  ])('of %s is %s, without a table', async (address, kind) => {
    expect(await openPlaces(never).of(address)).toEqual({ kind })
  })

  test.each([
    ['8.8.8.8', 'US'],
    ['193.0.6.139', 'NL'],
    ['2001:67c:2e8:22::/64', 'NL'],
  ])('of %s is the country %s', async (address, country) => {
    expect(await openPlaces().of(address)).toEqual({ kind: 'country', country })
  })

  test('that no registry has given out is unknown', async () => {
    expect(await openPlaces().of('192.0.2.1')).toEqual({ kind: 'unknown' })
  })

  test('is unknown where the table cannot be read, which is tried once', async () => {
    let opened = 0
    const places = openPlaces(() => {
      opened += 1
      return Promise.reject(new Error('no such file'))
    })
    expect([await places.of('8.8.8.8'), await places.of('8.8.4.4')]).toEqual([{ kind: 'unknown' }, { kind: 'unknown' }])
    expect(opened).toBe(1)
  })

  test.each([{ country_code: 'usa' }, { country_code: '<b>' }, { country_code: 7 }, 'US', null])(
    'is unknown where the table says %j',
    async row => {
      const places = openPlaces(async () => ({ get: () => row as never }))
      expect(await places.of('8.8.8.8')).toEqual({ kind: 'unknown' })
    },
  )
})
