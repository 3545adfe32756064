/** Where a network address is, as far as it tells: this machine, the network around it, or a country. Asked of nobody. */
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { BlockList, isIP } from 'node:net'
import { type CountryResponse, Reader } from 'mmdb-lib'
import type { Place } from '#shared/contract/sessions.ts'

export interface Places {
  /** Never throws: an address that is none, or a table that cannot be read, is `unknown`. */
  of(from: string): Promise<Place>
}

/** Registries' own delegations, CC0; 8 MB, read once somebody from elsewhere comes. */
const table = '@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb'

type Countries = Pick<Reader<CountryResponse>, 'get'>

export function openPlaces(open: () => Promise<Countries> = readTable): Places {
  let countries: Promise<Countries | null> | null = null
  return {
    async of(from) {
      const address = from.replace(/\/64$/, '')
      const version = isIP(address)
      if (version === 0) return { kind: 'unknown' }
      const family = version === 4 ? 'ipv4' : 'ipv6'
      if (machine.check(address, family)) return { kind: 'this-machine' }
      if (around.check(address, family)) return { kind: 'local-network' }
      countries ??= open().catch(() => null)
      return countryOf(await countries, address)
    },
  }
}

/**
 * The network that an address counts for: an IPv4 address, or an IPv6 prefix of 64 bits (`2001:db8:0:1::/64`), since one
 * line is given at least that many. Anything else comes back as it is.
 */
export function networkOf(remote: string): string {
  const address = remote.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, '').replace(/%.*$/, '')
  if (isIP(address) !== 6 || machine.check(address, 'ipv6')) return address
  return `${expanded(address).slice(0, 4).join(':')}::/64`
}

/** The eight groups, without leading zeros. An IPv4 tail stands in the last two, which no prefix reaches. */
function expanded(address: string): string[] {
  const [head = '', tail] = address.split('::')
  const groups = (text: string) => (text === '' ? [] : text.split(':'))
  const [left, right] = [groups(head), groups(tail ?? '')]
  const missing = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  const all = [...left, ...Array.from({ length: missing }, () => '0'), ...right]
  return all.map(group => group.replace(/^0+(?=.)/, '').toLowerCase())
}

const machine = new BlockList()
machine.addSubnet('127.0.0.0', 8)
machine.addAddress('::1', 'ipv6')

/** RFC 1918, RFC 3927, RFC 6598; RFC 4193, RFC 4291 §2.5.6. */
const around = new BlockList()
around.addSubnet('10.0.0.0', 8)
around.addSubnet('172.16.0.0', 12)
around.addSubnet('192.168.0.0', 16)
around.addSubnet('169.254.0.0', 16)
around.addSubnet('100.64.0.0', 10)
around.addSubnet('fc00::', 7, 'ipv6')
around.addSubnet('fe80::', 10, 'ipv6')

async function readTable(): Promise<Countries> {
  return new Reader<CountryResponse>(await readFile(createRequire(import.meta.url).resolve(table)))
}

/** The table is flat (`country_code`) where MaxMind's own are nested. */
function countryOf(countries: Countries | null, address: string): Place {
  const row: unknown = countries?.get(address) ?? null
  const code = typeof row === 'object' && row !== null && 'country_code' in row ? row.country_code : null
  return typeof code === 'string' && /^[A-Z]{2}$/.test(code) ? { kind: 'country', country: code } : { kind: 'unknown' }
}
