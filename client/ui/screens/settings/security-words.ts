/** How devices, tokens and factors are called. */
import type { SecurityView } from '#shared/contract/factors.ts'
import { recoveryCodes } from '#shared/contract/limits.ts'
import type { Place, SessionView, TokenScope, TokenView } from '#shared/contract/sessions.ts'
import { format } from '../../format.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** "Firefox on Linux", "DataCrypt on Android", "A program". */
export function sessionName({ kind, browser, system, installed }: SessionView): string {
  const program = kind === 'api' ? 'API login' : installed ? 'DataCrypt' : browser
  if (program === null) return system === null ? 'A browser that gives no name' : `A browser on ${system}`
  return system === null ? program : `${program} on ${system}`
}

/** Where an address belongs, as far as it tells. `country` gives a country's name from its code. */
export function placeWords(place: Place, country: (code: string) => string | undefined = countryName): string {
  switch (place.kind) {
    case 'this-machine':
      return 'this machine'
    case 'local-network':
      return 'your local network'
    case 'country':
      return country(place.country) ?? place.country
    default:
      return "a place we can't tell"
  }
}

function countryName(code: string): string | undefined {
  try {
    return new Intl.DisplayNames('en', { type: 'region' }).of(code)
  } catch {
    // Not a code of a country.
    return undefined
  }
}

/** "This device · Norway · since 12 Oct", "Installed app · Norway · 2 h ago". */
export function sessionLine(session: SessionView, now: number): string {
  const place = placeWords(session.place)
  if (session.current) return `This device · ${place} · since ${format.day(session.createdAt, now)}`
  const kind = session.kind === 'api' ? ['A program'] : session.installed ? ['Installed app'] : []
  return capital([...kind, place, ago(session.lastUsedAt, now)].join(' · '))
}

/** Since the last use, which the server keeps to five minutes: "now", "25 min ago", "9 November, 08:12". */
export function ago(time: number, now: number): string {
  const gone = now - time
  if (gone < 10 * minute) return 'just now'
  if (gone < hour) return `${format.duration(Math.floor(gone / minute) * 60)} ago`
  if (gone < day) return `${format.duration(Math.floor(gone / hour) * 3600)} ago`
  return format.long(time, now)
}

/** What a token may do, as a choice and in a list. */
export const scopeWords: Readonly<Record<TokenScope, { readonly choice: string; readonly short: string }>> = {
  'transfers:read': { choice: 'See and download transfers', short: 'download' },
  'transfers:write': { choice: 'Send, revoke and delete transfers', short: 'send and delete' },
  'people:read': { choice: 'Look people up', short: 'look people up' },
  'keys:read': { choice: 'Fetch your locked keys', short: 'fetch your locked keys' },
}

export const scopeOrder: readonly TokenScope[] = ['transfers:read', 'transfers:write', 'people:read', 'keys:read']

/** "May download and look people up · until 9 Jan · not used yet". */
export function tokenLine({ scopes, expiresAt, lastUsedAt }: TokenView, now: number): string {
  const may = format.names(scopeOrder.filter(scope => scopes.includes(scope)).map(scope => scopeWords[scope].short))
  const used = lastUsedAt === null ? 'not used yet' : `used ${ago(lastUsedAt, now)}`
  return `May ${may} · ${expiresAt <= now ? 'expired' : `until ${format.day(expiresAt, now)}`} · ${used}`
}

export function appLine({ app, passkeys, recoveryCodesLeft }: SecurityView, now: number): string {
  if (app !== null) return `Authenticator app, since ${format.day(app.since, now)}. ${codesLeft(recoveryCodesLeft)}`
  if (passkeys.length > 0) {
    return `A passkey is asked for whenever you log in. ${codesLeft(recoveryCodesLeft)}`
  }
  return 'None is set up: a code comes by mail when you log in on a new device.'
}

function codesLeft(left: number): string {
  if (left === 0) return 'No recovery code is left.'
  return `${format.count(left)} of ${format.count(recoveryCodes)} recovery codes left.`
}

export function passkeysLine({ passkeys }: SecurityView, here: boolean): string {
  const unlocking = passkeys.filter(passkey => passkey.unlocks).length
  if (passkeys.length > 0) {
    const count = passkeys.length === 1 ? '1 passkey' : `${format.count(passkeys.length)} passkeys`
    if (unlocking === 0) return `${count}. Your keys still open with the password alone.`
    return `${count}. ${unlocking === passkeys.length ? '' : `${format.count(unlocking)} of them `}${unlocks(passkeys.length, unlocking)}`
  }
  if (!here) return 'This browser has none to offer.'
  return 'They confirm that it is you, and some unlock your keys without the password.'
}

function unlocks(all: number, some: number): string {
  if (all !== some) return some === 1 ? 'unlocks your keys.' : 'unlock your keys.'
  return all === 1 ? 'It unlocks your keys without the password.' : 'They unlock your keys without the password.'
}

export function passkeyLine(passkey: SecurityView['passkeys'][number], now: number): string {
  const what = passkey.unlocks ? 'Unlocks your keys' : 'Confirms that it is you; does not unlock your keys'
  const used = passkey.lastUsedAt === null ? 'not used yet' : `used ${ago(passkey.lastUsedAt, now)}`
  return `${what} · added ${format.day(passkey.createdAt, now)} · ${used}`
}

export function lifeWords(milliseconds: number): string {
  const days = Math.round(milliseconds / day)
  if (days >= 365) return '1 year'
  return days === 1 ? '1 day' : `${format.count(days)} days`
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}
