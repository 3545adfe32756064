/** Second factors as a person sets them up and takes them down. Each change is told by letter. */
import type { PublicKeyCredentialCreationOptionsJSON } from '@simplewebauthn/server'
import type { PasskeyWrap } from '#shared/contract/account.ts'
import type { PasskeyAttestation, SecurityView } from '#shared/contract/factors.ts'
import { passkeyLimits, recoveryCodeLength, recoveryCodes, times } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import { drawRecoveryText } from '#shared/contract/recovery-text.ts'
import type { FactorsRecord, PasskeyRecord, UserRecord } from '../store/records.ts'
import { ladders } from './budgets.ts'
import { changeDocument } from './change.ts'
import { attemptsOf } from './codes.ts'
import { hasStrongFactor, noFactors, recoveryCodeHash } from './factors.ts'
import { type Ground, plainHash } from './ground.ts'
import type { Notices } from './notices.ts'
import type { Passkeys } from './passkeys.ts'
import type { Sessions, Who } from './sessions.ts'
import type { Totp } from './totp.ts'

export interface NewPasskey {
  readonly response: PasskeyAttestation
  readonly name: string
  /** A wrap of the account key that this passkey opens, where it can. */
  readonly wrap?: PasskeyWrap | undefined
}

export interface FactorSettings {
  view(who: Who): Promise<SecurityView>
  /** A new secret, which counts once a code of it was typed; an app that is set up stays until then. */
  beginApp(who: Who): Promise<{ secret: string; uri: string }>
  /** Gives ten new recovery codes; those from before end. Throws `wrong-code`, `code-spent` where nothing was begun. */
  confirmApp(who: Who, code: string): Promise<{ recoveryCodes: readonly string[] }>
  removeApp(who: Who): Promise<void>
  /** Throws `bad-request` where neither an app nor a passkey is set up. */
  renewRecoveryCodes(who: Who): Promise<{ recoveryCodes: readonly string[] }>
  passkeyOptions(who: Who): Promise<PublicKeyCredentialCreationOptionsJSON>
  /**
   * `unlocks`: the wrap is kept. Recovery codes come with the first factor. Throws `passkey-refused`, `code-spent` where
   * no options were asked for, `bad-request` where there are too many.
   */
  addPasskey(
    who: Who,
    input: NewPasskey,
    origin: string | null,
  ): Promise<{ unlocks: boolean; recoveryCodes: readonly string[] | null }>
  /** Its wrap goes too. Throws `not-found`. */
  removePasskey(who: Who, credentialId: string): Promise<void>
}

export interface FactorSettingParts {
  readonly totp: Totp
  readonly passkeys: Passkeys
  readonly notices: Notices
  readonly sessions: Pick<Sessions, 'endResets' | 'nameOf'>
}

/** How long a secret waits for its first code. */
const awaitedLife = 30 * times.minute
/** A bundle of keys holds eight wraps (contract/account.ts). */
const wrapsKept = 8

export function makeFactorSettings(ground: Ground, parts: FactorSettingParts): FactorSettings {
  const { store } = ground
  const userOf = async (who: Who): Promise<UserRecord> => {
    const user = await store.users.get(who.userId)
    if (user === null) throw new Problem('logged-out')
    return user
  }
  const change = (who: Who, next: (doc: UserRecord) => UserRecord | null) =>
    changeDocument(store.users, who.userId, next)
  const tell = (who: Who) => parts.notices.tell(who.userId, 'factors-changed', String(ground.now()))
  const newCodes = (user: Pick<UserRecord, 'userId'>) => {
    const codes = Array.from({ length: recoveryCodes }, () => drawRecoveryText(recoveryCodeLength, ground.random))
    return { codes, hashes: codes.map(code => recoveryCodeHash(ground, user, code)) }
  }
  const challengeHash = (who: Who) => plainHash(`passkey ${who.sessionHash}`)

  return {
    view: async who => toView(await userOf(who)),

    async beginApp(who) {
      const { userId, email } = await userOf(who)
      const { sealed, secret, uri } = parts.totp.make(userId, email)
      const appAwaited = { secretSealed: sealed, since: ground.now() }
      await change(who, doc => ({ ...doc, factors: { ...(doc.factors ?? noFactors), appAwaited } }))
      return { secret, uri }
    },

    async confirmApp(who, code) {
      const { codes, hashes } = newCodes(who)
      const name = await parts.sessions.nameOf(who)
      await ground.limits.climb(ladders.setUp, name)
      let outcome = 'code-spent' as 'right' | 'wrong-code' | 'code-spent'
      await change(who, doc => {
        const confirmed = confirmedApp(ground, parts.totp, doc, code)
        outcome = typeof confirmed === 'string' ? confirmed : 'right'
        if (typeof confirmed === 'string') return null
        return { ...doc, factors: { ...confirmed, recoveryCodes: hashes } }
      })
      if (outcome !== 'right') throw new Problem(outcome)
      await ground.limits.forgive(ladders.setUp, name)
      await parts.sessions.endResets(who.userId)
      await tell(who)
      return { recoveryCodes: codes }
    },

    async removeApp(who) {
      await change(who, doc => {
        const { app: _app, appAwaited: _awaited, ...rest } = doc.factors ?? noFactors
        return withFactors(doc, rest)
      })
      await tell(who)
    },

    async renewRecoveryCodes(who) {
      const { codes, hashes } = newCodes(who)
      const after = await change(who, doc =>
        hasStrongFactor(doc) ? { ...doc, factors: { ...(doc.factors ?? noFactors), recoveryCodes: hashes } } : null,
      )
      if (after === null || !hasStrongFactor(after)) throw new Problem('bad-request')
      await tell(who)
      return { recoveryCodes: codes }
    },

    async passkeyOptions(who) {
      const user = await userOf(who)
      const challenge = Buffer.from(ground.random(32)).toString('base64url')
      const idHash = challengeHash(who)
      await store.attempts.delete(idHash)
      const expiresAt = ground.now() + passkeyLimits.challengeLife
      await store.attempts.insert({ version: 0, kind: 'passkey', idHash, userId: who.userId, challenge, expiresAt })
      return parts.passkeys.creation(user, challenge)
    },

    async addPasskey(who, input, origin) {
      const challenge = await takeChallenge(ground, challengeHash(who))
      const verified = await parts.passkeys.verifyNew(input.response, { challenge, origin })
      const passkey = newPasskey(ground, input, verified)
      const { codes, hashes } = newCodes(who)
      let first = false
      const after = await change(who, doc => {
        refuseTooMany(doc, passkey)
        first = !hasStrongFactor(doc)
        return withPasskey(doc, { passkey, wrap: input.wrap, codes: first ? hashes : null })
      })
      if (first) await parts.sessions.endResets(who.userId)
      await tell(who)
      return { unlocks: after !== null && unlocks(after, passkey), recoveryCodes: first ? codes : null }
    },

    async removePasskey(who, credentialId) {
      let found = false
      await change(who, doc => {
        const factors = doc.factors ?? noFactors
        const passkeys = factors.passkeys.filter(passkey => passkey.credentialId !== credentialId)
        found = passkeys.length < factors.passkeys.length
        return found ? withFactors(withoutWrap(doc, credentialId), { ...factors, passkeys }) : null
      })
      if (!found) throw new Problem('not-found')
      await tell(who)
    },
  }
}

/** Recovery codes stand in for an app or a passkey: without either they end. */
function withFactors(doc: UserRecord, factors: FactorsRecord): UserRecord {
  const next = { ...doc, factors }
  return hasStrongFactor(next) ? next : { ...doc, factors: { ...factors, recoveryCodes: [] } }
}

function confirmedApp(
  ground: Ground,
  totp: Totp,
  doc: UserRecord,
  code: string,
): FactorsRecord | 'wrong-code' | 'code-spent' {
  const { appAwaited, ...rest } = doc.factors ?? noFactors
  if (appAwaited === undefined || ground.now() - appAwaited.since > awaitedLife) return 'code-spent'
  const { secretSealed } = appAwaited
  const counter = totp.counterOf({ userId: doc.userId, sealed: secretSealed, code, lastCounter: -1 })
  return counter === null ? 'wrong-code' : { ...rest, app: { secretSealed, since: ground.now(), lastCounter: counter } }
}

/** The challenge of a passkey that is being made, once. */
async function takeChallenge(ground: Ground, idHash: string): Promise<string> {
  const attempts = attemptsOf(ground.store, 'passkey')
  const attempt = await attempts.get(idHash)
  const taken =
    attempt !== null && attempt.expiresAt > ground.now() && (await attempts.swap({ ...attempt, expiresAt: 0 }))
  if (!taken) throw new Problem('code-spent')
  await attempts.delete(idHash)
  return attempt.challenge
}

function newPasskey(
  ground: Ground,
  { response, name }: NewPasskey,
  verified: Pick<PasskeyRecord, 'publicKey' | 'counter'>,
): PasskeyRecord {
  const transports = response.response.transports ?? []
  return { ...verified, credentialId: response.id, transports, name, createdAt: ground.now(), lastUsedAt: null }
}

function refuseTooMany(doc: UserRecord, { credentialId }: PasskeyRecord): void {
  const { passkeys } = doc.factors ?? noFactors
  if (passkeys.some(passkey => passkey.credentialId === credentialId)) throw new Problem('passkey-refused')
  if (passkeys.length >= passkeyLimits.perPerson) {
    throw new Problem('bad-request', { data: { most: passkeyLimits.perPerson } })
  }
}

interface Adding {
  readonly passkey: PasskeyRecord
  readonly wrap: PasskeyWrap | undefined
  /** Hashes of recovery codes, with the first factor. */
  readonly codes: readonly string[] | null
}

function withPasskey(doc: UserRecord, { passkey, wrap, codes }: Adding): UserRecord {
  const factors = doc.factors ?? noFactors
  const next = {
    ...doc,
    factors: {
      ...factors,
      passkeys: [...factors.passkeys, passkey],
      recoveryCodes: codes ?? factors.recoveryCodes,
    },
  }
  const { keys } = doc
  const fits = wrap !== undefined && wrap.credentialId === passkey.credentialId
  if (!fits || keys === undefined || keys.wraps.length >= wrapsKept) return next
  return { ...next, keys: { ...keys, wraps: [...keys.wraps, wrap] } }
}

function withoutWrap(doc: UserRecord, credentialId: string): UserRecord {
  const { keys } = doc
  if (keys === undefined) return doc
  const wraps = keys.wraps.filter(wrap => wrap.kind !== 'passkey' || wrap.credentialId !== credentialId)
  return { ...doc, keys: { ...keys, wraps } }
}

const unlocks = (user: UserRecord, { credentialId }: Pick<PasskeyRecord, 'credentialId'>) =>
  (user.keys?.wraps ?? []).some(wrap => wrap.kind === 'passkey' && wrap.credentialId === credentialId)

function toView(user: UserRecord): SecurityView {
  const { app, recoveryCodes: left, passkeys } = user.factors ?? noFactors
  return {
    app: app === undefined ? null : { since: app.since },
    recoveryCodesLeft: left.length,
    passkeys: passkeys.map(passkey => {
      const { credentialId, name, createdAt, lastUsedAt } = passkey
      return { credentialId, name, createdAt, lastUsedAt, unlocks: unlocks(user, passkey) }
    }),
  }
}
