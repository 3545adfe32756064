/**
 * Coming back without the password: a code to the address, a second factor where one is set up, then the recovery key or
 * a new identity. Nothing here tells whether an address has an account until its code is typed (THREATS T18).
 */
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server'
import type { FactorProof } from '#shared/contract/factors.ts'
import { codeLimits, times } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { FinishRecoveryInput, RecoveryAnswer, RecoveryBundle, StartOverInput } from '#shared/contract/recovery.ts'
import type { UserRecord } from '../store/records.ts'
import { budgets } from './budgets.ts'
import { type AttemptOf, attemptsOf, codeHash, makeCode, takeCode } from './codes.ts'
import type { Browser, Devices } from './devices.ts'
import { findEvenly } from './evenly.ts'
import { type Factors, hasStrongFactor, waysOf } from './factors.ts'
import { type Ground, plainHash } from './ground.ts'
import { recoveryWrapOf } from './keys-wraps.ts'
import type { Mailouts } from './mailouts.ts'
import { challengeOf, finish, type RecoveryEndParts, startOver } from './recovery-end.ts'
import type { NewSession, SessionStart, Sessions, Who } from './sessions.ts'

/** Where a call comes from. */
export interface From {
  readonly from: string
  readonly browser: Browser
}

export interface ProveInput {
  readonly resetId: string
  readonly code: string
  readonly proof?: FactorProof | undefined
}

export type Proven =
  | { readonly answer: RecoveryAnswer & { state: 'proven' }; readonly session: NewSession }
  | { readonly answer: RecoveryAnswer & { state: 'factor' }; readonly session: null }

export interface Recovery {
  /** Mails a code, or a letter that says that there is no account. Same answer, same work. */
  begin(email: string, caller: From): Promise<{ resetId: string }>
  /** What the browser asks its passkeys; the same for every reset. Throws `code-spent`. */
  passkeyChallenge(resetId: string): Promise<PublicKeyCredentialRequestOptionsJSON>
  /**
   * Takes the code, and a factor with it where an app or a passkey is set up: a mailbox alone never opens such an account.
   * Gives a session that may finish the reset and nothing else. Throws `wrong-code`, `code-spent`, `passkey-refused`.
   */
  prove(input: ProveInput, caller: From): Promise<Proven>
  bundle(who: Who): Promise<RecoveryBundle>
  /** A new password under the same identity. Throws `wrong-recovery-key` unless the identity signed for it. */
  finish(who: Who, input: FinishRecoveryInput, start: SessionStart): Promise<NewSession>
  /** A new identity, with chain + 1; everybody who knows the person is told. Throws `card-refused`, `conflict`. */
  startOver(who: Who, input: StartOverInput, start: SessionStart): Promise<NewSession>
}

export type RecoveryParts = RecoveryEndParts & {
  readonly devices: Devices
  readonly factors: Factors
  readonly mailouts: Mailouts
  readonly sessions: Sessions
}

export function makeRecovery(ground: Ground, parts: RecoveryParts): Recovery {
  const { store } = ground
  return {
    begin: (email, caller) => begin(ground, parts, { email, caller }),
    passkeyChallenge: resetId => parts.factors.ask('reset', plainHash(resetId)),

    async prove(input, caller) {
      await ground.limits.spend(budgets.verify, caller.from)
      const idHash = plainHash(input.resetId)
      const attempt = await attemptsOf(store, 'reset').get(idHash)
      const user = await personOf(ground, attempt)
      const strong = user !== null && hasStrongFactor(user)
      const offered = codeHash(ground, 'reset', input.resetId, input.code)
      await takeCode(ground, attemptsOf(store, 'reset'), { idHash, offered, right: strong ? 'count' : 'spend' })
      if (user === null) throw new Problem('code-spent')
      if (strong && input.proof === undefined) {
        return { answer: { state: 'factor', ways: waysOf(user) }, session: null }
      }
      if (strong) await takeFactor(parts, { user, input, caller })
      await store.attempts.delete(idHash)
      const start = { scope: 'recovery', from: caller.from, agent: caller.browser.agent } as const
      const session = await parts.sessions.begin(user.userId, start)
      const now = await personOf(ground, attempt)
      // What was proven may have become too little meanwhile: another address or password, a first factor.
      if (now?.loginHash === user.loginHash && hasStrongFactor(now) === strong) {
        return { answer: { state: 'proven' }, session }
      }
      await parts.sessions.end(session.who)
      throw new Problem('code-spent')
    },

    async bundle(who) {
      const { userId, name, email, keys } = await comingBack(ground, who)
      const challenge = challengeOf(ground, who)
      const held = keys === undefined ? null : { card: keys.card, sealed: keys.sealed, wrap: recoveryWrapOf(keys) }
      return { userId, name, email, keys: held, challenge }
    },

    finish: (who, input, start) => finish(ground, parts, { who, input, start }),
    startOver: (who, input, start) => startOver(ground, parts, { who, input, start }),
  }
}

async function begin(
  ground: Ground,
  parts: Pick<RecoveryParts, 'devices' | 'mailouts'>,
  { email, caller }: { email: string; caller: From },
): Promise<{ resetId: string }> {
  await ground.limits.spend(budgets.resets, caller.from)
  const user = await findEvenly(ground, email)
  // A known device has an allowance of its own: strangers who spend the address's keep nobody from coming back.
  const device = parts.devices.known(user, caller.browser)
  await ground.limits.spend(budgets.resetsOfAddress, device === null ? email : `${email} ${device.idHash}`)
  const resetId = Buffer.from(ground.random(16)).toString('base64url')
  const idHash = plainHash(resetId)
  const code = makeCode(ground.random)
  await ground.store.attempts.insert({
    version: 0,
    kind: 'reset',
    idHash,
    email,
    userId: user?.userId ?? null,
    // Kept for an unknown address, too, so that the work is the same; nobody is ever told that code.
    codeHash: codeHash(ground, 'reset', resetId, code),
    tries: 0,
    codesSent: 1,
    challenge: null,
    expiresAt: ground.now() + codeLimits.life,
  })
  const minutes = codeLimits.life / times.minute
  const letter =
    user === null
      ? ({ kind: 'unknown-address', to: email } as const)
      : ({ kind: 'reset-code', to: email, code, minutes } as const)
  await parts.mailouts.post(`reset-${idHash}`, letter)
  return { resetId }
}

/** Whom a reset is about, as long as they still have the address that the code went to. */
async function personOf(ground: Ground, attempt: AttemptOf<'reset'> | null): Promise<UserRecord | null> {
  if (attempt?.userId === undefined || attempt.userId === null) return null
  const user = await ground.store.users.get(attempt.userId)
  return user?.email === attempt.email ? user : null
}

/** Who stands here reads the person's mail: networks are no ladders of their own, a known device is (NIST 800-63B §5.2.2). */
async function takeFactor(
  { factors, devices }: Pick<RecoveryParts, 'factors' | 'devices'>,
  { user, input, caller }: { user: UserRecord; input: ProveInput; caller: From },
): Promise<void> {
  if (input.proof === undefined) throw new Problem('wrong-code')
  const byPasskey = input.proof.kind === 'passkey'
  const challenge = byPasskey ? await factors.takeChallenge('reset', plainHash(input.resetId)) : null
  const ladder = devices.known(user, caller.browser)?.idHash ?? 'reset'
  await factors.prove(user, input.proof, { challenge, origin: caller.browser.origin, ladder })
}

async function comingBack(ground: Ground, who: Who): Promise<UserRecord> {
  const user = await ground.store.users.get(who.userId)
  if (user === null || user.leaving !== undefined) throw new Problem('logged-out')
  return user
}
