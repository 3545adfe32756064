/** Registering, logging in, and who somebody is. Nothing here tells whether an address has an account (THREATS T18). */
import type { Account, KdfParams, ServerFacts } from '#shared/contract/account.ts'
import { makeId, type UserId, userId as userIdSchema } from '#shared/contract/ids.ts'
import { argon2Floor, codeLimits, times } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { RegistrationRecord, UserRecord } from '../store/records.ts'
import { budgets } from './budgets.ts'
import { changeDocument } from './change.ts'
import { makeCode } from './codes.ts'
import { type Ground, keyedHash, plainHash, sameText } from './ground.ts'
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
  /** Makes the account. Throws `wrong-code` (data `triesLeft`) or `code-spent`. */
  verify(input: { registrationId: string; code: string }, from: string): Promise<{ cookie: string; account: Account }>
  /** Throws `wrong-login`, the same for a wrong password and an unknown address. */
  logIn(input: { email: string; loginSecret: string }, from: string): Promise<{ cookie: string; account: Account }>
  me(who: Who): Promise<Account>
}

export interface AccountParts {
  readonly passwords: Passwords
  readonly sessions: Sessions
  readonly mailouts: Mailouts
}

export function makeAccounts(ground: Ground, parts: AccountParts): Accounts {
  const { store, rules, limits } = ground

  const paramsFor = async (email: string): Promise<KdfParams> => {
    const user = await store.users.byEmail(email)
    const salt = Buffer.from(keyedHash(ground, 'kdf-salt', email), 'base64url')
      .subarray(0, 16)
      .toString('base64url')
    return user?.kdf ?? { salt, m: rules.kdfMemory, t: argon2Floor.t, p: argon2Floor.p }
  }

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
      return paramsFor(email)
    },

    async register(input, from) {
      await limits.spend(budgets.register, from)
      await limits.spend(budgets.codesToAddress, input.email)
      checkInvitation(rules, input.invitation)
      const expected = await paramsFor(input.email)
      if (!sameParams(expected, input.kdf)) throw new Problem('bad-request')
      const loginHash = await parts.passwords.hash(input.loginSecret)
      const known = await store.users.byEmail(input.email)
      const registrationId = Buffer.from(ground.random(16)).toString('base64url')
      const code = makeCode(ground.random)
      const registration: RegistrationRecord = {
        version: 0,
        idHash: plainHash(registrationId),
        name: input.name,
        email: input.email,
        loginHash,
        kdf: input.kdf,
        codeHash: known === null ? codeHash(ground, registrationId, code) : null,
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
        codeHash: doc.codeHash === null ? null : codeHash(ground, registrationId, code),
        tries: 0,
        codesSent: doc.codesSent + 1,
        expiresAt: ground.now() + codeLimits.life,
      }))
      if (renewed !== null) await mailCode(renewed, code)
    },

    async verify(input, from) {
      await limits.spend(budgets.verify, from)
      const registration = await takeCode(ground, input)
      const user = newUser(ground, registration)
      // Somebody with the same mailbox was faster: they have the account, and can log in.
      if (!(await store.users.insert(user))) throw new Problem('code-spent')
      await store.registrations.delete(registration.idHash)
      const { cookie } = await parts.sessions.begin(user.userId)
      return { cookie, account: toAccount(user) }
    },

    async logIn(input, from) {
      await limits.spend(budgets.loginFrom, from)
      await limits.spend(budgets.loginPair, `${input.email} ${from}`)
      const user = await store.users.byEmail(input.email)
      const good = await parts.passwords.verify(user?.loginHash ?? null, input.loginSecret)
      if (user === null || !good) throw new Problem('wrong-login')
      await limits.reset(budgets.loginPair, `${input.email} ${from}`)
      const { cookie } = await parts.sessions.begin(user.userId)
      return { cookie, account: toAccount(user) }
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

const codeHash = (ground: Ground, registrationId: string, code: string) =>
  keyedHash(ground, 'registration-code', registrationId, code)

/**
 * Counts a try before it looks, atomically, so that parallel guesses share one allowance; a right code is spent by the
 * same swap, so that of a hundred parallel uses one succeeds (THREATS T12).
 */
async function takeCode(ground: Ground, input: { registrationId: string; code: string }): Promise<RegistrationRecord> {
  const offered = codeHash(ground, input.registrationId, input.code)
  let outcome: 'right' | 'wrong' | 'spent' = 'spent'
  const after = await changeDocument(ground.store.registrations, plainHash(input.registrationId), doc => {
    outcome = judgeCode(doc, offered, ground.now())
    if (outcome === 'spent') return null
    return outcome === 'right' ? { ...doc, tries: codeLimits.tries } : { ...doc, tries: doc.tries + 1 }
  })
  if (after === null || outcome === 'spent') throw new Problem('code-spent')
  if (outcome === 'wrong') throw new Problem('wrong-code', { data: { triesLeft: codeLimits.tries - after.tries } })
  return after
}

function judgeCode(doc: RegistrationRecord, offered: string, now: number): 'right' | 'wrong' | 'spent' {
  if (doc.expiresAt <= now || doc.tries >= codeLimits.tries) return 'spent'
  return doc.codeHash !== null && sameText(doc.codeHash, offered) ? 'right' : 'wrong'
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

const sameParams = (a: KdfParams, b: KdfParams) => a.salt === b.salt && a.m === b.m && a.t === b.t && a.p === b.p

function toAccount(user: UserRecord): Account {
  return { userId: user.userId, name: user.name, email: user.email, keys: user.keys !== undefined }
}
