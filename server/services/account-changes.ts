/** A person changes password, name or address. */
import type { Account, ChangeEmailInput, ChangePasswordInput } from '#shared/contract/account.ts'
import { codeLimits, times } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { UserRecord } from '../store/records.ts'
import type { Accounts } from './accounts.ts'
import { budgets } from './budgets.ts'
import { changeDocument } from './change.ts'
import { type AttemptOf, attemptsOf, codeHash, makeCode, takeCode } from './codes.ts'
import { withoutDevices } from './devices.ts'
import { endAccess } from './endings.ts'
import { findEvenly } from './evenly.ts'
import { type Ground, plainHash } from './ground.ts'
import { kdfParamsFor } from './kdf-params.ts'
import { checkWraps, withWraps } from './keys-wraps.ts'
import type { Mailouts } from './mailouts.ts'
import type { Notices } from './notices.ts'
import type { Passwords } from './passwords.ts'
import type { Sessions, Who } from './sessions.ts'

export interface AccountChanges {
  /**
   * A new password: its hash and its wrap together. Other sessions, known devices and API tokens end: whoever had the
   * old password may have made them. Throws `keys-missing`, `bad-request` for a wrap of other parameters, `conflict`
   * where another change was faster.
   */
  changePassword(who: Who, input: ChangePasswordInput): Promise<void>
  changeName(who: Who, name: string): Promise<Account>
  /** Mails a code to the new address; to one that has an account already, a letter that says so. The answer is the same. */
  beginEmailChange(who: Who, input: ChangeEmailInput): Promise<void>
  /** Address, login hash, parameters and wrap in one step; the old address is told. Throws `wrong-code`, `code-spent`. */
  confirmEmailChange(who: Who, code: string): Promise<Account>
}

export interface AccountChangeParts {
  readonly accounts: Pick<Accounts, 'me'>
  readonly passwords: Passwords
  readonly sessions: Sessions
  readonly mailouts: Mailouts
  readonly notices: Notices
}

export function makeAccountChanges(ground: Ground, parts: AccountChangeParts): AccountChanges {
  const { store } = ground
  return {
    changePassword: (who, input) => changePassword(ground, parts, { who, input }),

    async changeName(who, name) {
      await changeDocument(store.users, who.userId, user => (user.name === name ? null : { ...user, name }))
      return parts.accounts.me(who)
    },

    beginEmailChange: (who, input) => beginEmailChange(ground, parts, { who, input }),

    async confirmEmailChange(who, code) {
      await ground.limits.spend(budgets.verify, who.userId)
      const idHash = addressAttempt(who)
      const offered = codeHash(ground, 'address', idHash, code)
      const attempt = await takeCode(ground, attemptsOf(store, 'address'), { idHash, offered, right: 'spend' })
      const before = await moveTo(ground, attempt)
      await store.attempts.deleteOfUser(who.userId)
      // Whoever reads the old address's mail may have come as far as a reset's session.
      await parts.sessions.endResets(who.userId)
      const mailId = `address-changed-${plainHash(`${idHash} ${before} ${attempt.loginHash}`)}`
      await parts.mailouts.post(mailId, { kind: 'address-changed', to: before, next: attempt.email })
      return parts.accounts.me(who)
    },
  }
}

async function changePassword(
  ground: Ground,
  parts: AccountChangeParts,
  { who, input }: { who: Who; input: ChangePasswordInput },
): Promise<void> {
  const { kdf, wrap } = input
  const others = { userId: who.userId, except: who.sessionHash }
  const user = await personWithKeys(ground, who)
  checkWraps([wrap], { kdf, expected: user.kdf })
  await ground.limits.spend(budgets.newPasswords, who.userId)
  const loginHash = await parts.passwords.hash(input.loginSecret)
  await endAccess(ground, parts.sessions, others)
  const stored = await changeDocument(ground.store.users, who.userId, doc => {
    if (doc.keys === undefined || doc.loginHash !== user.loginHash) return null
    const keys = { ...doc.keys, wraps: withWraps(doc.keys.wraps, [wrap]) }
    return { ...withoutDevices(doc), loginHash, kdf, keys }
  })
  if (stored?.loginHash !== loginHash) throw new Problem('conflict')
  await endAccess(ground, parts.sessions, others)
  await parts.notices.tell(who.userId, 'password-changed', loginHash)
}

/** A person has one change of address under way at most: the next one takes its place. */
const addressAttempt = (who: Who) => plainHash(`address ${who.userId}`)

async function beginEmailChange(
  ground: Ground,
  parts: AccountChangeParts,
  { who, input }: { who: Who; input: ChangeEmailInput },
): Promise<void> {
  const { email, kdf, wrap } = input
  await ground.limits.spend(budgets.addressChanges, who.userId)
  await ground.limits.spend(budgets.codesToAddress, email)
  const user = await personWithKeys(ground, who)
  if (user.email === email) throw new Problem('bad-request')
  checkWraps([wrap], { kdf, expected: await kdfParamsFor(ground, email) })
  const loginHash = await parts.passwords.hash(input.loginSecret)
  const known = await findEvenly(ground, email)
  const code = makeCode(ground.random)
  const idHash = addressAttempt(who)
  const attempt = await putAttempt(ground, {
    version: 0,
    kind: 'address',
    idHash,
    userId: who.userId,
    email,
    loginHash,
    kdf,
    wrap,
    codeHash: known === null ? codeHash(ground, 'address', idHash, code) : null,
    tries: 0,
    codesSent: 1,
    expiresAt: ground.now() + codeLimits.life,
  })
  const minutes = codeLimits.life / times.minute
  const letter =
    attempt.codeHash === null
      ? ({ kind: 'known-address', to: email } as const)
      : ({ kind: 'address-code', to: email, code, minutes } as const)
  await parts.mailouts.post(`address-${plainHash(`${idHash} ${loginHash}`)}`, letter)
}

async function putAttempt(ground: Ground, attempt: AttemptOf<'address'>): Promise<AttemptOf<'address'>> {
  const attempts = attemptsOf(ground.store, 'address')
  if (await attempts.insert(attempt)) return attempt
  const put = await changeDocument(attempts, attempt.idHash, held => ({ ...attempt, codesSent: held.codesSent + 1 }))
  // It ended in between: whoever ended it wanted nothing of the kind to go on.
  if (put === null) throw new Problem('conflict')
  return put
}

/**
 * Moves the account to its new address and gives the old one. An address that somebody else has taken meanwhile, or a
 * password that has changed, ends it with `code-spent`.
 */
async function moveTo(ground: Ground, attempt: AttemptOf<'address'>): Promise<string> {
  const { users, attempts } = ground.store
  const { userId, email, idHash } = attempt
  for (;;) {
    const user = await users.get(userId)
    // Looked at after the record: a change of password removes the attempt before it swaps.
    const stands = (await attempts.get(idHash)) !== null && (await users.byEmail(email)) === null
    if (user === null || !stands) throw new Problem('code-spent')
    // False where the record has moved on, or where somebody has just taken the address: the next look tells.
    if (await users.swap(movedTo(user, attempt))) return user.email
  }
}

function movedTo(user: UserRecord, { email, loginHash, kdf, wrap }: AttemptOf<'address'>): UserRecord {
  const { keys } = user
  return {
    ...user,
    email,
    loginHash,
    kdf,
    ...(keys === undefined ? {} : { keys: { ...keys, wraps: withWraps(keys.wraps, [wrap]) } }),
  }
}

async function personWithKeys(ground: Ground, who: Who): Promise<UserRecord> {
  const user = await ground.store.users.get(who.userId)
  if (user?.keys === undefined) throw new Problem('keys-missing')
  return user
}
