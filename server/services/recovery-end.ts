/** The two ends of a reset: a new password under the same identity, or another identity in its place. */
import { Problem } from '#shared/contract/problems.ts'
import type { FinishRecoveryInput, StartOverInput } from '#shared/contract/recovery.ts'
import { verifyRecovery } from '#shared/crypto/identity.ts'
import { decodeBase64 } from '#shared/format/base64.ts'
import { parseCard } from '#shared/format/card.ts'
import type { UserRecord } from '../store/records.ts'
import { budgets } from './budgets.ts'
import { changeDocument } from './change.ts'
import type { Changes } from './changes.ts'
import { withoutDevices } from './devices.ts'
import { endAccess } from './endings.ts'
import { type Ground, keyedHash } from './ground.ts'
import { checkOtherIdentity, checkRepeated, newsOf, sameCard } from './keys-chain.ts'
import { checkWraps, type HeldKeys, keysOf, withWraps } from './keys-wraps.ts'
import type { Notices } from './notices.ts'
import type { Passwords } from './passwords.ts'
import type { NewSession, SessionStart, Sessions, Who } from './sessions.ts'

export interface RecoveryEndParts {
  readonly changes: Changes
  readonly passwords: Passwords
  readonly sessions: Sessions
  readonly notices: Notices
}

interface Ending<Input> {
  /** The recovery session. */
  readonly who: Who
  readonly input: Input
  readonly start: SessionStart
}

/** What the identity signs: follows from the session, which one reset has and which ends with it. 32 bytes, base64url. */
export const challengeOf = (ground: Pick<Ground, 'secret'>, who: Who): string =>
  keyedHash(ground, 'recovery-challenge', who.sessionHash)

export async function finish(
  ground: Ground,
  parts: RecoveryEndParts,
  { who, input, start }: Ending<FinishRecoveryInput>,
): Promise<NewSession> {
  const { userId, sessionHash } = who
  const user = await ground.store.users.get(userId)
  if (user?.keys === undefined) throw new Problem('keys-missing')
  const { keys } = user
  checkWraps(input.wraps, { kdf: input.kdf, expected: user.kdf })
  await checkSignature(challengeOf(ground, who), keys, input)
  await ground.limits.spend(budgets.newPasswords, sessionHash)
  const loginHash = await parts.passwords.hash(input.loginSecret)
  await endAccess(ground, parts.sessions, { userId, except: sessionHash })
  const next = (doc: UserRecord, held: HeldKeys): UserRecord => ({
    ...withoutDevices(doc),
    loginHash,
    kdf: input.kdf,
    keys: { ...held, wraps: withWraps(held.wraps, input.wraps) },
  })
  const stored = await changeDocument(ground.store.users, userId, doc =>
    doc.keys?.card.sign === keys.card.sign && doc.loginHash === user.loginHash ? next(doc, doc.keys) : null,
  )
  if (stored?.loginHash !== loginHash) throw new Problem('conflict')
  await endAccess(ground, parts.sessions, { userId })
  await parts.notices.tell(userId, 'password-changed', loginHash)
  return parts.sessions.begin(userId, start)
}

async function checkSignature(challengeText: string, keys: HeldKeys, input: FinishRecoveryInput): Promise<void> {
  const [challenge, loginSecret, sig] = [challengeText, input.loginSecret, input.signature].map(decodeBase64)
  if (!challenge || !loginSecret || !sig) throw new Problem('bad-request')
  const { sign } = parseCard(keys.card)
  if (!(await verifyRecovery(sign, sig, { challenge, loginSecret }))) throw new Problem('wrong-recovery-key')
}

export async function startOver(
  ground: Ground,
  parts: RecoveryEndParts,
  { who, input, start }: Ending<StartOverInput>,
): Promise<NewSession> {
  const { userId } = who
  await replaceIdentity(ground, parts, { who, input })
  await parts.changes.flushCard(userId)
  await parts.notices.tell(userId, 'identity-reset', input.bundle.card.sig)
  // Last of all: until here the same call can be made again, by the same session.
  await endAccess(ground, parts.sessions, { userId })
  return parts.sessions.begin(userId, start)
}

/** Repeated, it changes nothing; of two identities that are offered at once the second is a `conflict`. */
async function replaceIdentity(
  ground: Ground,
  parts: RecoveryEndParts,
  { who, input }: { who: Who; input: StartOverInput },
): Promise<void> {
  const { userId, sessionHash } = who
  const { bundle, kdf } = input
  const user = await ground.store.users.get(userId)
  if (user === null || user.leaving !== undefined) throw new Problem('logged-out')
  await ground.limits.spend(budgets.newPasswords, sessionHash)
  const held = user.keys?.card
  if (held !== undefined && sameCard(held, bundle.card)) return checkRepeated(parts.passwords, user, input.loginSecret)
  checkWraps(bundle.wraps, { kdf, expected: user.kdf })
  await checkOtherIdentity(held, bundle.card)
  const loginHash = await parts.passwords.hash(input.loginSecret)
  if (held !== undefined) await ground.store.cards.insert(userId, held, user.chain ?? 0)
  await endAccess(ground, parts.sessions, { userId, except: sessionHash })
  const chain = held === undefined ? (user.chain ?? 0) : (user.chain ?? 0) + 1
  const stored = await changeDocument(ground.store.users, userId, doc =>
    doc.keys?.card.sig === held?.sig && doc.leaving === undefined
      ? { ...withoutDevices(doc), chain, loginHash, kdf, keys: keysOf(bundle), news: newsOf(bundle.card) }
      : null,
  )
  if (stored?.keys?.card.sig !== bundle.card.sig) throw new Problem('conflict')
}
