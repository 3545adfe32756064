/** Registering, and who somebody is. Nothing here tells whether an address has an account (THREATS T18). */
import type { Account, KdfParams, ServerFacts } from '#shared/contract/account.ts'
import { makeId, type UserId, userId as userIdSchema } from '#shared/contract/ids.ts'
import { codeLimits, times } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { RegistrationRecord, UserRecord } from '../store/records.ts'
import { budgets } from './budgets.ts'
import { changeDocument } from './change.ts'
import { codeHash, makeCode, takeCode } from './codes.ts'
import { type Browser, type Devices, noBrowser } from './devices.ts'
import { findEvenly } from './evenly.ts'
import { type Ground, plainHash, sameText } from './ground.ts'
import { kdfParamsFor, sameParams } from './kdf-params.ts'
import type { Mailouts } from './mailouts.ts'
import type { Passwords } from './passwords.ts'
import type { Sessions, Who } from './sessions.ts'

export interface RegisterInput {
  readonly name: string
  readonly email: string
  readonly loginSecret: string
  readonly kdf: KdfParams
  readonly invitation?: string | undefined
}

export interface Accounts {
  facts(): ServerFacts
  /** Argon2id's parameters for an address: of the same shape, and the same each time, for an unknown one. */
  params(email: string, from: string): Promise<KdfParams>
  /** Mails a code. The answer is the same whether the address has an account or not. */
  register(input: RegisterInput, from: string): Promise<{ registrationId: string }>
  /** Mails a new code for a registration; nothing happens where there is none. */
  resend(registrationId: string, from: string): Promise<void>
  /**
   * Makes the account, and the browser that had the code a known device of it. Throws `wrong-code` (data `triesLeft`) or
   * `code-spent`.
   */
  verify(input: { registrationId: string; code: string }, from: string, browser?: Browser): Promise<Verified>
  me(who: Who): Promise<Account>
}

export interface Verified {
  /** Set-Cookie header of the session. */
  readonly cookie: string
  /** Set-Cookie header by which the browser is known. */
  readonly device: string | null
  readonly account: Account
}

export interface AccountParts {
  readonly passwords: Passwords
  readonly devices: Devices
  readonly sessions: Sessions
  readonly mailouts: Mailouts
}

export function makeAccounts(ground: Ground, parts: AccountParts): Accounts {
  const { store, rules, limits } = ground

  const mailCode = async (registration: RegistrationRecord, code: string): Promise<void> => {
    const { email: to, codeHash, idHash, codesSent } = registration
    const minutes = codeLimits.life / times.minute
    const letter =
      codeHash === null ? ({ kind: 'known-address', to } as const) : ({ kind: 'code', to, code, minutes } as const)
    await parts.mailouts.post(`code-${idHash}-${codesSent}`, letter)
  }

  return {
    facts: () => ({
      registration: rules.registration,
      maxTransferBytes: rules.maxTransferBytes,
      expiryMin: rules.expiryMin,
      expiryDefault: rules.expiryDefault,
      expiryMax: rules.expiryMax,
      now: ground.now(),
    }),

    async params(email, from) {
      await limits.spend(budgets.params, from)
      return kdfParamsFor(ground, email)
    },

    async register(input, from) {
      await limits.spend(budgets.register, from)
      await limits.spend(budgets.codesToAddress, input.email)
      checkInvitation(rules, input.invitation)
      const expected = await kdfParamsFor(ground, input.email)
      if (!sameParams(expected, input.kdf)) throw new Problem('bad-request')
      const loginHash = await parts.passwords.hash(input.loginSecret)
      const known = await findEvenly(ground, input.email)
      const registrationId = Buffer.from(ground.random(16)).toString('base64url')
      const code = makeCode(ground.random)
      const registration: RegistrationRecord = {
        version: 0,
        idHash: plainHash(registrationId),
        name: input.name,
        email: input.email,
        loginHash,
        kdf: input.kdf,
        codeHash: known === null ? codeHash(ground, 'registration', registrationId, code) : null,
        tries: 0,
        codesSent: 1,
        expiresAt: ground.now() + codeLimits.life,
      }
      await store.registrations.insert(registration)
      await mailCode(registration, code)
      return { registrationId }
    },

    async resend(registrationId, from) {
      await limits.spend(budgets.register, from)
      const idHash = plainHash(registrationId)
      const held = await store.registrations.get(idHash)
      if (held === null) return
      await limits.spend(budgets.codesToAddress, held.email)
      const code = makeCode(ground.random)
      const renewed = await changeDocument(store.registrations, idHash, doc => ({
        ...doc,
        codeHash: doc.codeHash === null ? null : codeHash(ground, 'registration', registrationId, code),
        tries: 0,
        codesSent: doc.codesSent + 1,
        expiresAt: ground.now() + codeLimits.life,
      }))
      if (renewed !== null) await mailCode(renewed, code)
    },

    async verify({ registrationId, code }, from, browser = noBrowser) {
      await limits.spend(budgets.verify, from)
      const registration = await takeCode(ground, store.registrations, {
        idHash: plainHash(registrationId),
        offered: codeHash(ground, 'registration', registrationId, code),
        right: 'spend',
      })
      const { user, cookie: device } = parts.devices.remember(newUser(ground, registration), browser)
      // Somebody with the same mailbox was faster: they have the account, and can log in.
      if (!(await store.users.insert(user))) throw new Problem('code-spent')
      await store.registrations.delete(registration.idHash)
      const { cookie } = await parts.sessions.begin(user.userId, { from, agent: browser.agent })
      return { cookie, device, account: toAccount(user) }
    },

    async me(who) {
      const user = await store.users.get(who.userId)
      if (user === null) throw new Problem('logged-out')
      return toAccount(user)
    },
  }
}

function checkInvitation(rules: Ground['rules'], invitation: string | undefined): void {
  if (rules.registration === 'closed') throw new Problem('registration-closed')
  if (rules.registration === 'open') return
  const fits = rules.invitationCodes.map(code => sameText(code, invitation ?? '')).includes(true)
  if (!fits) throw new Problem('invitation-needed')
}

function newUser(ground: Ground, registration: RegistrationRecord): UserRecord {
  return {
    version: 0,
    userId: makeId<UserId>(userIdSchema, ground.random),
    name: registration.name,
    email: registration.email,
    loginHash: registration.loginHash,
    kdf: registration.kdf,
    createdAt: ground.now(),
  }
}

/** The person as their own session sees them. */
export function toAccount(user: UserRecord): Account {
  return { userId: user.userId, name: user.name, email: user.email, keys: user.keys !== undefined }
}
