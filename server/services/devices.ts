/** Browsers that have passed a second factor, and what a browser calls itself. */
import bowser from 'bowser'
import { times } from '#shared/contract/limits.ts'
import type { KnownDevice, UserRecord } from '../store/records.ts'
import { type Ground, plainHash, sameText } from './ground.ts'

/** What a request says of the browser behind it. Nothing of it is proven. */
export interface Browser {
  /** User-Agent header. */
  readonly agent: string | null
  /** Cookie header: the known-device cookie is looked for in it. */
  readonly cookies: string | null
  /** Origin header. */
  readonly origin: string | null
}

/** A caller of which nothing is known. */
export const noBrowser: Browser = { agent: null, cookies: null, origin: null }

/** How many browsers are known at once; the oldest gives way. */
const devicesKept = 20
const cookieLife = 365 * times.day

/** Names as the browser says them, null where they are not known ones. */
export function deviceOf(agent: string | null): { browser: string | null; system: string | null } {
  if (agent === null || agent === '') return { browser: null, system: null }
  const { browser, os } = bowser.parse(agent.slice(0, 512))
  return { browser: shortName(browser.name), system: shortName(os.name) }
}

const shortName = (name: string | undefined) =>
  name === undefined || name === '' || name.length > 40 || /\p{Cc}/u.test(name) ? null : name

/** The person's record without its known devices: each browser passes a second factor again. */
export function withoutDevices(user: UserRecord): UserRecord {
  const { devices: _, ...rest } = user
  return rest
}

export interface Devices {
  /** The known device of this person that the request's cookie names, or null. */
  known(user: UserRecord | null, browser: Browser): KnownDevice | null
  /**
   * Makes the browser known to the person, who has passed a factor in it. Gives the cookie to set, or null where it was
   * known before.
   */
  remember(user: UserRecord, browser: Browser): { user: UserRecord; cookie: string | null }
}

export function makeDevices(ground: Ground, options: { secure: boolean }): Devices {
  const name = options.secure ? '__Host-datacrypt-device' : 'datacrypt-device'
  const attributes = `Max-Age=${cookieLife / times.second}; Path=/; HttpOnly; SameSite=Strict`
  const known = (user: UserRecord | null, browser: Browser) => {
    const id = idIn(browser.cookies ?? '', name)
    const idHash = plainHash(id ?? '')
    const found = (user?.devices ?? []).filter(device => sameText(device.idHash, idHash))[0] ?? null
    return id === null ? null : found
  }
  return {
    known,
    remember(user, browser) {
      if (known(user, browser) !== null) return { user, cookie: null }
      const id = Buffer.from(ground.random(32)).toString('base64url')
      const device = { idHash: plainHash(id), since: ground.now() }
      const devices = [...(user.devices ?? []), device].slice(-devicesKept)
      const cookie = `${name}=${id}; ${attributes}${options.secure ? '; Secure' : ''}`
      return { user: { ...user, devices }, cookie }
    },
  }
}

function idIn(cookies: string, name: string): string | null {
  const own = cookies
    .split(';')
    .map(pair => pair.trim())
    .find(pair => pair.startsWith(`${name}=`))
  const id = own?.slice(name.length + 1)
  return id !== undefined && /^[A-Za-z0-9_-]{43}$/.test(id) ? id : null
}
