import { describe, expect, it } from 'vitest'
import type { SecurityView } from '#shared/contract/factors.ts'
import { sessionId, tokenId } from '#shared/contract/ids.ts'
import type { SessionView } from '#shared/contract/sessions.ts'
import {
  ago,
  appLine,
  lifeWords,
  passkeysLine,
  placeWords,
  sessionLine,
  sessionName,
  tokenLine,
} from './security-words.ts'

const now = Date.UTC(2026, 10, 22, 12)
const minute = 60_000
const day = 86_400_000

const session = (rest: Partial<SessionView>): SessionView => ({
  sessionId: sessionId.parse(`${'x'.repeat(21)}A`),
  current: false,
  kind: 'app',
  browser: 'Firefox',
  system: 'Linux',
  installed: false,
  place: { kind: 'country', country: 'NO' },
  createdAt: now - 20 * day,
  lastUsedAt: now - 125 * minute,
  ...rest,
})

describe('sessions', () => {
  it.each([
    [{}, 'Firefox on Linux'],
    [{ installed: true, system: 'Android' }, 'DataCrypt on Android'],
    [{ system: null }, 'Firefox'],
    [{ browser: null }, 'A browser on Linux'],
    [{ browser: null, system: null }, 'A browser that gives no name'],
    [{ kind: 'api', browser: null, system: null }, 'API login'],
  ] as const)('are named by what they said of themselves: %j', (rest, name) => {
    expect(sessionName(session(rest))).toBe(name)
  })

  it('say where and when they were used', () => {
    expect(sessionLine(session({}), now)).toBe('Norway · 2\u00a0h ago')
    expect(sessionLine(session({ kind: 'api', place: { kind: 'local-network' } }), now)).toBe(
      'A program · your local network · 2\u00a0h ago',
    )
    expect(sessionLine(session({ place: { kind: 'unknown' } }), now)).toBe("A place we can't tell · 2\u00a0h ago")
    expect(sessionLine(session({ current: true, place: { kind: 'this-machine' } }), now)).toBe(
      'This device · this machine · since 2 Nov',
    )
  })

  it('are not told closer than the server keeps them', () => {
    expect(ago(now - 9 * minute, now)).toBe('just now')
    expect(ago(now - 25.5 * minute, now)).toBe('25\u00a0min ago')
    expect(ago(now + minute, now)).toBe('just now')
  })

  it('keep the code of a country that has no name', () => {
    expect(placeWords({ kind: 'country', country: 'QQ' }, () => undefined)).toBe('QQ')
    expect(placeWords({ kind: 'country', country: '1' })).toBe('1')
  })
})

describe('factors', () => {
  const passkey = (unlocks: boolean) => ({ credentialId: 'a', name: 'a', createdAt: now, lastUsedAt: null, unlocks })
  const security = (rest: Partial<SecurityView>): SecurityView => ({
    app: null,
    recoveryCodesLeft: 0,
    passkeys: [],
    ...rest,
  })

  it('say what is asked for', () => {
    expect(appLine(security({}), now)).toBe('None is set up: a code comes by mail when you log in on a new device.')
    expect(appLine(security({ app: { since: now - 2 * day }, recoveryCodesLeft: 8 }), now)).toBe(
      'Authenticator app, since 20 Nov. 8 of 10 recovery codes left.',
    )
    expect(appLine(security({ passkeys: [passkey(true)] }), now)).toBe(
      'A passkey is asked for whenever you log in. No recovery code is left.',
    )
  })

  it('say which passkeys unlock', () => {
    const line = (...unlock: readonly boolean[]) => passkeysLine(security({ passkeys: unlock.map(passkey) }), true)
    expect(line(true)).toBe('1 passkey. It unlocks your keys without the password.')
    expect(line(true, true)).toBe('2 passkeys. They unlock your keys without the password.')
    expect(line(true, false)).toBe('2 passkeys. 1 of them unlocks your keys.')
    expect(line(true, true, false)).toBe('3 passkeys. 2 of them unlock your keys.')
    expect(line(false)).toBe('1 passkey. Your keys still open with the password alone.')
    expect(passkeysLine(security({}), false)).toBe('This browser has none to offer.')
  })
})

describe('tokens', () => {
  it('say what they may, until when, and when they did', () => {
    const token = {
      tokenId: tokenId.parse(`${'x'.repeat(21)}A`),
      name: 'a',
      scopes: ['people:read', 'transfers:read'],
      createdAt: now,
      expiresAt: now + 10 * day,
      lastUsedAt: null,
    } as const
    expect(tokenLine(token, now)).toBe('May download and look people up · until 2 Dec · not used yet')
    expect(tokenLine({ ...token, lastUsedAt: now - 60 * minute }, now + 11 * day)).toContain('· expired · used ')
  })

  it('live for days or a year', () => {
    expect([1, 30, 365].map(days => lifeWords(days * day))).toEqual(['1 day', '30 days', '1 year'])
  })
})
