/** The part of the fake `App` that holds accounts: factors, sessions, recovery, in memory. */
import type { IdleMinutes, LoginStep, RecoveryStep, Safety, SafetyActions } from '#client/app/safety-views.ts'
import type { SecurityView } from '#shared/contract/factors.ts'
import { sessionId, tokenId } from '#shared/contract/ids.ts'
import { times } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { SessionView, TokenView } from '#shared/contract/sessions.ts'
import { cell, idText } from './cell.testing.ts'

const { minute, hour, day } = times

export interface FakeSafetyOptions {
  readonly now: number
  /** Nothing set up, no other session, no token. */
  readonly empty?: boolean
  /** What the server would tell never comes. */
  readonly loading?: boolean
  readonly offline?: boolean
  /** Sensitive calls ask for the password first. */
  readonly confirm?: boolean
  readonly kit?: Safety['kit']['state']
  readonly alarm?: boolean
  readonly loginStep?: LoginStep
  readonly recovery?: RecoveryStep
  readonly noPasskeys?: boolean
  readonly open: () => void
  readonly leave: () => void
  readonly rename: (change: { name?: string; email?: string }) => void
}

/** What opens things in the gallery; anything else is wrong. Codes of zeros alone are wrong too. */
const recoveryKey = '7QK4-M2XD-9HTR-WP3B-6YNE-C8VJ-FA5G-2ZSU'
const recoveryCodes = [
  'H7QK4-M2XD9',
  'TRWP3-B6YNE',
  'C8VJF-A5G2Z',
  'SU4KM-9QXTB',
  'E2WNH-7RYDC',
  'VJ6PA-G3F8K',
  'ZM5TS-U9BQX',
  'N4EHW-2CRY7',
  'D8PVK-6JGAF',
  '3XZST-M5UQB',
]

const plain = (text: string) => text.replace(/[\s-]/g, '').toUpperCase()

function checkCode(code: string) {
  if (/^0+$/.test(code)) throw new Problem('wrong-code', { data: { triesLeft: 3 } })
}

function checkKey(typed: string) {
  if (plain(typed) !== plain(recoveryKey)) throw new Problem('wrong-recovery-key')
}

function sessionList(now: number): readonly SessionView[] {
  const one = (n: number, rest: Partial<SessionView>): SessionView => ({
    sessionId: sessionId.parse(idText(400 + n)),
    current: false,
    kind: 'app',
    browser: 'Chrome',
    system: 'Windows',
    installed: false,
    place: { kind: 'country', country: 'NO' },
    createdAt: now - 41 * day,
    lastUsedAt: now - minute,
    ...rest,
  })
  return [
    one(1, { current: true, browser: 'Firefox', system: 'Linux' }),
    one(2, { system: 'Android', installed: true, lastUsedAt: now - 2 * hour }),
    one(3, { place: { kind: 'country', country: 'PL' }, createdAt: now - 13 * day, lastUsedAt: now - 13 * day }),
    one(4, { kind: 'api', browser: null, system: null, place: { kind: 'local-network' }, lastUsedAt: now - 5 * day }),
    one(5, { browser: 'Safari', system: null, place: { kind: 'unknown' }, lastUsedAt: now - 9 * day }),
  ]
}

function tokenList(now: number): readonly TokenView[] {
  return [
    {
      tokenId: tokenId.parse(idText(501)),
      name: 'Nightly export',
      scopes: ['transfers:read', 'transfers:write', 'people:read', 'keys:read'],
      createdAt: now - 40 * day,
      expiresAt: now + 50 * day,
      lastUsedAt: now - 7 * hour,
    },
    {
      tokenId: tokenId.parse(idText(502)),
      name: 'Scanner in the hall, second floor, beside the plotter',
      scopes: ['transfers:write'],
      createdAt: now - 2 * day,
      expiresAt: now + 5 * day,
      lastUsedAt: null,
    },
  ]
}

const nothingSetUp: SecurityView = { app: null, recoveryCodesLeft: 0, passkeys: [] }

function setUp(now: number): SecurityView {
  const made = { createdAt: now - 20 * day }
  return {
    app: { since: now - 41 * day },
    recoveryCodesLeft: 8,
    passkeys: [
      { ...made, credentialId: 'cGFzc2tleTE', name: 'This laptop', lastUsedAt: now - hour, unlocks: true },
      { ...made, credentialId: 'cGFzc2tleTI', name: 'Blue security key', lastUsedAt: null, unlocks: false },
    ],
  }
}

function safetyOf(kit: Safety['kit']['state'], now: number): Safety {
  const madeAt = now - 41 * day
  const kits = {
    none: { state: 'none' },
    untried: { state: 'untried', madeAt, savedAt: null },
    proven: { state: 'proven', madeAt, provenAt: madeAt + hour },
  } as const
  const older = [
    { retiredAt: now - 41 * day, neededBy: 5, until: now + 6 * day },
    { retiredAt: now - 90 * day, neededBy: 0, until: now + day },
  ]
  return { kit: kits[kit], olderKeys: older, deleteOlder: true }
}

export function fakeSafety(options: FakeSafetyOptions): SafetyActions {
  const { now, open, leave, rename } = options
  const full = options.empty !== true
  const loginStep = cell<LoginStep | null>(options.loginStep ?? null)
  const recovery = cell<RecoveryStep | null>(options.recovery ?? null)
  const safety = cell<Safety | null>(safetyOf(options.kit ?? 'untried', now))
  const idleAfter = cell<IdleMinutes>(30)
  let security = full ? setUp(now) : nothingSetUp
  let sessions = sessionList(now).slice(0, full ? undefined : 1)
  let tokens = full ? tokenList(now) : []
  let confirmed = options.confirm !== true
  let newEmail = ''

  const ask = async () => {
    if (options.loading === true) await new Promise<never>(() => undefined)
    if (options.offline === true) throw new Problem('network')
  }
  const sensitive = async () => {
    await ask()
    if (!confirmed) throw new Problem('confirm-needed')
  }
  const setKit = (kit: Safety['kit']) => {
    const before = safety.get()
    if (before !== null) safety.set({ ...before, kit })
  }
  const newKit = async () => {
    await sensitive()
    setKit({ state: 'untried', madeAt: now, savedAt: null })
    return recoveryKey
  }

  return {
    loginStep,
    recovery,
    safety,
    unlockWays: cell({ passkey: options.noPasskeys !== true, kit: true }),
    ownAlarm: cell(options.alarm ?? false),
    idleAfter,
    setIdleAfter: idleAfter.set,
    passkeysHere: options.noPasskeys !== true,

    sendLoginCode: async () => {
      const step = loginStep.get()
      if (step !== null) loginStep.set({ ...step, mailed: true })
    },
    finishLogIn: async typed => {
      if (typed.kind !== 'passkey') checkCode(typed.code)
      loginStep.set(null)
      open()
    },
    cancelLogIn: () => loginStep.set(null),
    confirm: async password => {
      if (password === 'wrong') throw new Problem('wrong-password')
      confirmed = true
    },
    unlockWithPasskey: async () => open(),
    unlockWithRecoveryKey: async key => {
      checkKey(key)
      open()
    },

    beginRecovery: async email => recovery.set({ state: 'code', email, ways: [] }),
    proveRecovery: async (code, typed) => {
      checkCode(code)
      const step = recovery.get()
      const factorAsked = step?.state === 'code' && code.startsWith('2') && typed === undefined
      if (factorAsked) recovery.set({ ...step, ways: ['app', 'recovery-code'] })
      else
        recovery.set({
          state: 'proven',
          email: step?.email ?? '',
          name: 'Ines Halvorsen',
          kit: options.kit !== 'none',
        })
    },
    recoverWithKey: async key => {
      checkKey(key)
      recovery.set(null)
      open()
    },
    startOver: async () => {
      recovery.set(null)
      open()
    },
    cancelRecovery: () => recovery.set(null),

    changePassword: sensitive,
    makeRecoveryKit: newKit,
    noteKitSaved: async () => setKit({ state: 'untried', madeAt: now, savedAt: now }),
    tryRecoveryKit: async key => {
      checkKey(key)
      setKit({ state: 'proven', madeAt: now, provenAt: now })
    },
    renewEverything: newKit,

    security: async () => {
      await ask()
      return security
    },
    beginApp: async () => {
      await sensitive()
      const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
      const uri = `otpauth://totp/DataCrypt:ines%40nordlys-arkitekter.example?secret=${secret}&issuer=DataCrypt`
      return { secret, uri }
    },
    confirmApp: async code => {
      checkCode(code)
      security = { ...security, app: { since: now }, recoveryCodesLeft: 10 }
      return recoveryCodes
    },
    removeApp: async () => {
      await sensitive()
      security = { ...security, app: null, recoveryCodesLeft: security.passkeys.length === 0 ? 0 : 8 }
    },
    renewRecoveryCodes: async () => {
      await sensitive()
      security = { ...security, recoveryCodesLeft: 10 }
      return recoveryCodes
    },
    addPasskey: async name => {
      await sensitive()
      const first = security.app === null && security.passkeys.length === 0
      const passkey = { credentialId: `fake${name}`, name, createdAt: now, lastUsedAt: null, unlocks: true }
      security = { ...security, passkeys: [...security.passkeys, passkey], ...(first ? { recoveryCodesLeft: 10 } : {}) }
      return { unlocks: true, recoveryCodes: first ? recoveryCodes : null }
    },
    removePasskey: async credentialId => {
      await sensitive()
      security = { ...security, passkeys: security.passkeys.filter(one => one.credentialId !== credentialId) }
    },

    sessions: async () => {
      await ask()
      return sessions
    },
    endSession: async id => {
      sessions = sessions.filter(one => one.sessionId !== id)
    },
    endOtherSessions: async () => {
      sessions = sessions.filter(one => one.current)
    },
    tokens: async () => {
      await ask()
      return tokens
    },
    createToken: async ({ name, scopes, life }) => {
      await sensitive()
      const id = tokenId.parse(idText(510 + tokens.length))
      tokens = [{ tokenId: id, name, scopes, createdAt: now, expiresAt: now + life, lastUsedAt: null }, ...tokens]
      return 'dct_pXb2-0nWcY7aJ4q1mEo8Zr3KfLx5Tg9uVhD6iSsQw_k'
    },
    revokeToken: async id => {
      tokens = tokens.filter(one => one.tokenId !== id)
    },

    rotateKey: ask,
    setDeleteOlder: async on => {
      const before = safety.get()
      if (before !== null) safety.set({ ...before, deleteOlder: on })
    },
    saveKeyFile: async () => undefined,
    saveCard: async () => undefined,

    changeName: async name => {
      await ask()
      rename({ name })
    },
    beginEmailChange: async ({ email, password }) => {
      if (password === 'wrong') throw new Problem('wrong-password')
      await sensitive()
      newEmail = email
    },
    confirmEmailChange: async code => {
      checkCode(code)
      rename({ email: newEmail })
    },
    exportEverything: sensitive,
    deleteAccount: async () => {
      await sensitive()
      leave()
    },
  }
}
