/** Second factors, where they are asked for: after the password, and beside the code of a reset. */
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server'
import type { FactorProof, FactorWay } from '#shared/contract/factors.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { FactorsRecord, UserRecord } from '../store/records.ts'
import { ladders } from './budgets.ts'
import { changeDocument } from './change.ts'
import { attemptsOf, type ChallengedKind } from './codes.ts'
import { type Ground, keyedHash } from './ground.ts'
import type { Passkeys } from './passkeys.ts'
import type { Totp } from './totp.ts'

export const noFactors: FactorsRecord = { recoveryCodes: [], passkeys: [] }

/** Recovery codes stand in for an app or a passkey: without either they end. */
export const withoutPasskeys = (factors: FactorsRecord): FactorsRecord => ({
  ...factors,
  passkeys: [],
  recoveryCodes: factors.app === undefined ? [] : factors.recoveryCodes,
})

/** Whether an app or a passkey is set up: then a mailbox alone never opens the account. */
export const hasStrongFactor = ({ factors = noFactors }: UserRecord): boolean =>
  factors.app !== undefined || factors.passkeys.length > 0

/** What may follow the password. `mail` where neither an app nor a passkey is set up. */
export function waysOf(user: UserRecord): FactorWay[] {
  const { app, passkeys, recoveryCodes } = user.factors ?? noFactors
  const strong: FactorWay[] = [
    ...(app === undefined ? [] : (['app'] as const)),
    ...(passkeys.length === 0 ? [] : (['passkey'] as const)),
  ]
  const spare: FactorWay[] = recoveryCodes.length === 0 ? [] : ['recovery-code']
  return strong.length === 0 ? ['mail'] : [...strong, ...spare]
}

/** How a recovery code is kept. */
export const recoveryCodeHash = (ground: Pick<Ground, 'secret'>, user: Pick<UserRecord, 'userId'>, code: string) =>
  keyedHash(ground, 'recovery-code', user.userId, code)

export interface ProofFacts {
  /** What a passkey was asked to sign: from {@link Factors.takeChallenge}. */
  readonly challenge: string | null
  /** Origin header of the request. */
  readonly origin: string | null
  /** Whose failures in a row delay the next try, within the account: a known device's hash, or where the call is made. */
  readonly ladder: string
}

export interface Factors {
  /**
   * Takes a proof by an app, a recovery code or a passkey, once: of a hundred at the same time one succeeds. A mailed
   * code is the attempt's own (`takeCode`). Throws `wrong-code`, `passkey-refused`, or `too-many-tries`.
   */
  prove(user: UserRecord, proof: FactorProof, facts: ProofFacts): Promise<void>
  /** Keeps a new challenge with an attempt, and gives what the browser is to ask its passkeys. Throws `code-spent`. */
  ask(kind: ChallengedKind, idHash: string): Promise<PublicKeyCredentialRequestOptionsJSON>
  /** The attempt's challenge, once. */
  takeChallenge(kind: ChallengedKind, idHash: string): Promise<string | null>
}

export interface FactorParts {
  readonly totp: Totp
  readonly passkeys: Passkeys
}

export function makeFactors(ground: Ground, parts: FactorParts): Factors {
  const { store, limits } = ground
  return {
    async prove(user, proof, facts) {
      const key = `${user.userId} ${facts.ladder}`
      await limits.climb(ladders.factor, key)
      await take(ground, parts, { user, proof, facts })
      await limits.forgive(ladders.factor, key)
    },
    async ask(kind, idHash) {
      const challenge = Buffer.from(ground.random(32)).toString('base64url')
      const attempt = await changeDocument(attemptsOf(store, kind), idHash, doc =>
        doc.expiresAt > ground.now() ? { ...doc, challenge } : null,
      )
      if (attempt?.challenge !== challenge) throw new Problem('code-spent')
      return parts.passkeys.request(challenge)
    },
    async takeChallenge(kind, idHash) {
      let taken: string | null = null
      await changeDocument(attemptsOf(store, kind), idHash, doc => {
        taken = doc.challenge
        return doc.challenge === null ? null : { ...doc, challenge: null }
      })
      return taken
    },
  }
}

interface Taking {
  readonly user: UserRecord
  readonly proof: FactorProof
  readonly facts: ProofFacts
}

async function take(ground: Ground, parts: FactorParts, { user, proof, facts }: Taking): Promise<void> {
  const factors = user.factors ?? noFactors
  if (proof.kind === 'mail') throw new Problem('wrong-code')
  if (proof.kind === 'app') return takeAppCode(ground, parts.totp, user, proof.code)
  if (proof.kind === 'recovery-code') return takeRecoveryCode(ground, user, proof.code)
  const passkey = factors.passkeys.find(({ credentialId }) => credentialId === proof.response.id)
  if (passkey === undefined || facts.challenge === null) throw new Problem('passkey-refused')
  const asked = { challenge: facts.challenge, origin: facts.origin }
  const counter = await parts.passkeys.verify(passkey, proof.response, asked)
  await noteUse(ground, user, { credentialId: passkey.credentialId, counter })
}

/** The counter is kept by the same swap that accepts the code (RFC 6238 §5.2). */
async function takeAppCode(ground: Ground, totp: Totp, user: UserRecord, code: string): Promise<void> {
  let right = false
  await changeDocument(ground.store.users, user.userId, doc => {
    const app = doc.factors?.app
    const counter =
      app === undefined
        ? null
        : totp.counterOf({ userId: doc.userId, sealed: app.secretSealed, code, lastCounter: app.lastCounter })
    right = counter !== null
    if (app === undefined || counter === null) return null
    return { ...doc, factors: { ...(doc.factors ?? noFactors), app: { ...app, lastCounter: counter } } }
  })
  if (!right) throw new Problem('wrong-code')
}

async function takeRecoveryCode(ground: Ground, user: UserRecord, code: string): Promise<void> {
  const offered = recoveryCodeHash(ground, user, code)
  let right = false
  await changeDocument(ground.store.users, user.userId, doc => {
    const factors = doc.factors ?? noFactors
    const left = factors.recoveryCodes.filter(hash => hash !== offered)
    right = left.length < factors.recoveryCodes.length
    return right ? { ...doc, factors: { ...factors, recoveryCodes: left } } : null
  })
  if (!right) throw new Problem('wrong-code')
}

interface PasskeyUse {
  readonly credentialId: string
  readonly counter: number
}

async function noteUse(ground: Ground, user: UserRecord, { credentialId, counter }: PasskeyUse): Promise<void> {
  const lastUsedAt = ground.now()
  await changeDocument(ground.store.users, user.userId, doc => {
    const factors = doc.factors ?? noFactors
    const passkeys = factors.passkeys.map(passkey =>
      passkey.credentialId === credentialId ? { ...passkey, counter, lastUsedAt } : passkey,
    )
    return { ...doc, factors: { ...factors, passkeys } }
  })
}
