/** "Password or device stolen": a new account key, and every way in that rested on the old one ends. */
import type { RenewInput } from '#shared/contract/account.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { UserRecord } from '../store/records.ts'
import { budgets } from './budgets.ts'
import { changeDocument } from './change.ts'
import type { Changes } from './changes.ts'
import { withoutDevices } from './devices.ts'
import { endAccess } from './endings.ts'
import { withoutPasskeys } from './factors.ts'
import type { Ground } from './ground.ts'
import { checkNextCard, checkRepeated, newsOf, sameCard } from './keys-chain.ts'
import { checkWraps, keysOf } from './keys-wraps.ts'
import type { Notices } from './notices.ts'
import { once } from './once.ts'
import type { Passwords } from './passwords.ts'
import type { NewSession, SessionStart, Sessions, Who } from './sessions.ts'

export interface RenewalParts {
  readonly changes: Changes
  readonly passwords: Passwords
  readonly sessions: Sessions
  readonly notices: Notices
}

export function makeRenewal(ground: Ground, parts: RenewalParts) {
  return async (who: Who, input: RenewInput, start: SessionStart): Promise<NewSession> => {
    const { userId } = who
    const { idempotencyKey: key, bundle } = input
    await once(ground, { userId, key, call: 'keys.renew', input: bundle }, async () => {
      await renew(ground, parts, { who, input })
      return null
    })
    await endAccess(ground, parts.sessions, { userId })
    await parts.changes.flushCard(userId)
    await parts.notices.tell(userId, 'keys-renewed', key)
    return parts.sessions.begin(userId, start)
  }
}

async function renew(ground: Ground, parts: RenewalParts, order: { who: Who; input: RenewInput }): Promise<void> {
  const { userId, sessionHash } = order.who
  const { bundle, kdf, loginSecret } = order.input
  const user = await ground.store.users.get(userId)
  if (user?.keys === undefined) throw new Problem('keys-missing')
  await ground.limits.spend(budgets.newPasswords, userId)
  if (sameCard(user.keys.card, bundle.card)) return checkRepeated(parts.passwords, user, loginSecret)
  checkWraps(bundle.wraps, { kdf, expected: user.kdf })
  await checkNextCard(user.keys.card, bundle.card)
  const loginHash = await parts.passwords.hash(loginSecret)
  await ground.store.cards.insert(userId, user.keys.card, user.chain ?? 0)
  await endAccess(ground, parts.sessions, { userId, except: sessionHash })
  const held = user.keys.card.sig
  const stored = await changeDocument(ground.store.users, userId, doc =>
    doc.keys?.card.sig === held ? renewed(doc, { loginHash, input: order.input }) : null,
  )
  if (stored?.keys?.card.sig !== bundle.card.sig) throw new Problem('conflict')
}

/** Passkeys go: a stolen device may hold one. The app and its recovery codes stay: they open nothing by themselves. */
function renewed(user: UserRecord, { loginHash, input }: { loginHash: string; input: RenewInput }): UserRecord {
  const { bundle, kdf } = input
  const factors = user.factors === undefined ? {} : { factors: withoutPasskeys(user.factors) }
  return { ...withoutDevices(user), ...factors, loginHash, kdf, keys: keysOf(bundle), news: newsOf(bundle.card) }
}
