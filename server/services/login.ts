/** Logging in: the password, then a second factor unless this browser has shown one. */
import type { PublicKeyCredentialRequestOptionsJSON } from '@simplewebauthn/server'
import type { Account } from '#shared/contract/account.ts'
import type { FactorProof, FactorWay } from '#shared/contract/factors.ts'
import { codeLimits, times } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { UserRecord } from '../store/records.ts'
import { toAccount } from './accounts.ts'
import { budgets, ladders } from './budgets.ts'
import { changeDocument } from './change.ts'
import { type AttemptOf, attemptsOf, codeHash, makeCode, takeCode, takeTry } from './codes.ts'
import type { Browser, Devices } from './devices.ts'
import { findEvenly } from './evenly.ts'
import { type Factors, waysOf } from './factors.ts'
import { type Ground, plainHash } from './ground.ts'
import type { Mailouts } from './mailouts.ts'
import type { Notices } from './notices.ts'
import { makePasswordChecks } from './password-checks.ts'
import type { Passwords } from './passwords.ts'
import type { NewSession, Sessions, Who } from './sessions.ts'

/** Where a call comes from, and what it asks a session for. */
export interface LoginCall {
  /** The caller's network. */
  readonly from: string
  readonly browser: Browser
  readonly kind: 'app' | 'api'
}

export interface LoginInput {
  readonly email: string
  readonly loginSecret: string
  readonly installed?: boolean | undefined
}

export interface FinishInput {
  readonly attempt: string
  readonly proof: FactorProof
  readonly installed?: boolean | undefined
}

/** A login that is through. */
export interface LoggedIn {
  readonly state: 'done'
  readonly account: Account
  readonly session: NewSession
  /** Set-Cookie header that makes the browser known; null where it is already, or is none. */
  readonly device: string | null
}

export interface FactorAsked {
  readonly state: 'factor'
  /** Names this login on the browser that began it. */
  readonly attempt: string
  readonly ways: readonly FactorWay[]
}

export interface Login {
  /**
   * Throws `wrong-login`, the same for a wrong password and an unknown address, and `too-many-tries` after failures in a
   * row. A known device whose person has no app and no passkey is asked for nothing more.
   */
  begin(input: LoginInput, call: LoginCall): Promise<LoggedIn | FactorAsked>
  /** Mails a code, where `mail` is one of the ways. Throws `code-spent` for an attempt that is over, `bad-request`. */
  sendCode(attempt: string): Promise<void>
  /** What the browser is to ask its passkeys. Throws `code-spent`. */
  askPasskey(attempt: string): Promise<PublicKeyCredentialRequestOptionsJSON>
  /** Throws `wrong-code` (data `triesLeft`), `passkey-refused`, `code-spent`, `too-many-tries`. */
  finish(input: FinishInput, call: LoginCall): Promise<LoggedIn>
  /** The password once more in a session. Throws `wrong-login`, `too-many-tries`. */
  confirm(who: Who, loginSecret: string): Promise<void>
}

export interface LoginParts {
  readonly passwords: Passwords
  readonly sessions: Sessions
  readonly devices: Devices
  readonly factors: Factors
  readonly mailouts: Mailouts
  readonly notices: Notices
}

export function makeLogin(ground: Ground, parts: LoginParts): Login {
  const { store, limits } = ground
  const attempts = attemptsOf(store, 'login')
  const passwords = makePasswordChecks(ground, parts)

  const enter = async (user: UserRecord, call: LoginCall, installed: boolean | undefined): Promise<LoggedIn> => {
    const { from, kind, browser } = call
    const session = await parts.sessions.begin(user.userId, { from, kind, agent: browser.agent, installed })
    // A password that was changed meanwhile has ended every session but this one.
    if (await isSame(user)) return { state: 'done', account: toAccount(user), session, device: null }
    await parts.sessions.end(session.who)
    throw new Problem('wrong-login')
  }
  const isSame = async ({ userId, loginHash }: UserRecord) => (await store.users.get(userId))?.loginHash === loginHash
  const attemptOf = async (attempt: string): Promise<{ doc: AttemptOf<'login'>; user: UserRecord }> => {
    const doc = await attempts.get(plainHash(attempt))
    const user = doc === null || doc.expiresAt <= ground.now() ? null : await store.users.get(doc.userId)
    if (doc === null || user === null) throw new Problem('code-spent')
    return { doc, user }
  }
  return {
    async begin(input, call) {
      const user = await findEvenly(ground, input.email)
      const device = parts.devices.known(user, call.browser)
      const checked = await passwords.atDoor({ ...input, user, from: call.from, device: device?.idHash ?? null })
      const ways = waysOf(checked)
      if (device !== null && ways.includes('mail')) return enter(checked, call, input.installed)
      const attempt = await newAttempt(ground, { user: checked, ways, session: call.kind })
      if (!(await isSame(checked))) {
        await attempts.delete(plainHash(attempt))
        throw new Problem('wrong-login')
      }
      return { state: 'factor', attempt, ways }
    },

    async sendCode(attempt) {
      const { user } = await attemptOf(attempt)
      if (!waysOf(user).includes('mail')) throw new Problem('bad-request')
      await limits.spend(budgets.loginCodes, user.userId)
      const code = makeCode(ground.random)
      const renewed = await changeDocument(attempts, plainHash(attempt), doc => ({
        ...doc,
        codeHash: codeHash(ground, 'login', attempt, code),
        tries: 0,
        codesSent: doc.codesSent + 1,
        expiresAt: ground.now() + codeLimits.life,
      }))
      if (renewed === null) throw new Problem('code-spent')
      const minutes = codeLimits.life / times.minute
      const mailId = `login-${renewed.idHash}-${renewed.codesSent}`
      await parts.mailouts.post(mailId, { kind: 'login-code', to: user.email, code, minutes })
    },

    async askPasskey(attempt) {
      await attemptOf(attempt)
      return parts.factors.ask('login', plainHash(attempt))
    },

    async finish(input, call) {
      const { doc, user } = await attemptOf(input.attempt)
      if (doc.session !== call.kind) throw new Problem('code-spent')
      const device = parts.devices.known(user, call.browser)
      await proveFactor(ground, parts, { input, user, call, ladder: device?.idHash ?? 'elsewhere' })
      await attempts.delete(doc.idHash)
      const done = await enter(user, call, input.installed)
      return device === null ? { ...done, device: await becomeKnown(ground, parts, user, call) } : done
    },

    async confirm(who, loginSecret) {
      await passwords.inSession(who, loginSecret)
      await parts.sessions.confirm(who)
    },
  }
}

interface AttemptFacts {
  readonly user: UserRecord
  readonly ways: readonly FactorWay[]
  readonly session: 'app' | 'api'
}

async function newAttempt(ground: Ground, { user, ways, session }: AttemptFacts): Promise<string> {
  const attempt = Buffer.from(ground.random(32)).toString('base64url')
  await ground.store.attempts.insert({
    version: 0,
    kind: 'login',
    idHash: plainHash(attempt),
    userId: user.userId,
    ways,
    session,
    codeHash: null,
    challenge: null,
    tries: 0,
    codesSent: 0,
    expiresAt: ground.now() + codeLimits.life,
  })
  return attempt
}

interface Proving {
  readonly input: FinishInput
  readonly user: UserRecord
  readonly call: LoginCall
  readonly ladder: string
}

/** Each try costs one of the attempt's, and a step of the account's ladder. */
async function proveFactor(ground: Ground, parts: LoginParts, { input, user, call, ladder }: Proving): Promise<void> {
  const { attempt, proof } = input
  const attempts = attemptsOf(ground.store, 'login')
  const idHash = plainHash(attempt)
  // What is set up now decides, not what was when the password was typed.
  if (!waysOf(user).includes(proof.kind)) throw new Problem('bad-request')
  if (proof.kind === 'mail') {
    const key = `${user.userId} ${ladder}`
    await ground.limits.climb(ladders.factor, key)
    const offered = codeHash(ground, 'login', attempt, proof.code)
    await takeCode(ground, attempts, { idHash, offered, right: 'spend' })
    await ground.limits.forgive(ladders.factor, key)
    return
  }
  const { tries } = await takeTry(ground, attempts, idHash)
  const challenge = proof.kind === 'passkey' ? await parts.factors.takeChallenge('login', idHash) : null
  try {
    await parts.factors.prove(user, proof, { challenge, origin: call.browser.origin, ladder })
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'wrong-code') throw error
    throw new Problem('wrong-code', { data: { triesLeft: codeLimits.tries - tries } })
  }
}

/** Programs have no cookies to be known by. */
async function becomeKnown(
  ground: Ground,
  parts: LoginParts,
  user: UserRecord,
  call: LoginCall,
): Promise<string | null> {
  await parts.notices.tell(user.userId, 'new-device', String(ground.now()))
  if (call.kind === 'api') return null
  let cookie: string | null = null
  await changeDocument(ground.store.users, user.userId, doc => {
    const remembered = parts.devices.remember(doc, call.browser)
    cookie = doc.loginHash === user.loginHash ? remembered.cookie : null
    return cookie === null ? null : remembered.user
  })
  return cookie
}
