/** What follows the keys that are open: another encryption key, fewer older ones, or everything new. */
import type { CardJson, KeyBundle, SealedKeys } from '#shared/contract/account.ts'
import { rotateIdentity } from '#shared/crypto/identity.ts'
import type { Random } from '#shared/crypto/random.ts'
import {
  type KeysPlace,
  type OpenKeys,
  openKeysOf,
  takeAccountKey,
  wireCard,
  withAccountKey,
  withOpenSecrets,
} from './key-open.ts'
import type { PasswordKeys } from './key-password.ts'
import { sealSecrets } from './key-secrets.ts'
import { drawRecoveryKey } from './recovery-key.ts'
import { sealPasswordWrap, sealRecoveryWrap } from './wraps.ts'

/** The next card and the private keys for it, sealed under the account key of `place`. */
export function rotateUnder(
  open: OpenKeys,
  { place, now, random }: { place: KeysPlace; now: number; random: Random },
): Promise<{ card: CardJson; keys: SealedKeys }> {
  return withOpenSecrets(open, async ({ sign, enc, older, deleteOlder }) => {
    const next = await rotateIdentity(open.identity, { now })
    const retired = [{ key: enc, retiredAt: now }, ...older]
    const keys = await sealSecrets(place, { sign, enc: next.enc, older: retired, deleteOlder }, random)
    next.enc.fill(0)
    return { card: wireCard(next.identity.card), keys }
  })
}

/** The same keys without those named by `drop` (key ids, base64url). */
export function reseal(
  open: OpenKeys,
  { drop, deleteOlder, random }: { drop: readonly string[]; deleteOlder: boolean; random: Random },
): Promise<SealedKeys> {
  const dropped = new Set(drop)
  return withOpenSecrets(open, secrets => {
    // The open list and the sealed one stand in the same order.
    const older = secrets.older.filter((_, index) => !dropped.has(open.older[index]?.kid ?? ''))
    return sealSecrets(open, { ...secrets, older, deleteOlder }, random)
  })
}

/** A bundle under another account key, and that key's owner's new ways in. */
export interface Renewal {
  readonly open: OpenKeys
  readonly bundle: KeyBundle
  readonly recoveryKey: string
}

export async function renew(
  open: OpenKeys,
  { password, now, random }: { password: PasswordKeys; now: number; random: Random },
): Promise<Renewal> {
  const { userId } = open
  const place = { userId, ...(await takeAccountKey(random(32))) }
  const { card, keys } = await rotateUnder(open, { place, now, random })
  const recovery = await drawRecoveryKey(random)
  const wraps = await withAccountKey(place, async raw => [
    await sealPasswordWrap({ userId, raw, wrapKey: password.wrapKey, random }, password.kdf),
    await sealRecoveryWrap({ userId, raw, wrapKey: recovery.wrapKey, random }, now),
  ])
  const bundle = { card, keys, wraps }
  return { open: await openKeysOf(place, bundle), bundle, recoveryKey: recovery.text }
}
