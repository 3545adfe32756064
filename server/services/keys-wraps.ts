/** The wraps of an account key: which ones may be given, and how one takes another's place. */
import type { KdfParams, KeyBundle, RecoveryWrap, Wrap } from '#shared/contract/account.ts'
import type { UserId } from '#shared/contract/ids.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { UserRecord } from '../store/records.ts'
import { changeDocument } from './change.ts'
import type { Ground } from './ground.ts'
import { sameParams } from './kdf-params.ts'

/** A person's keys as their record holds them. */
export type HeldKeys = NonNullable<UserRecord['keys']>

/** A bundle as a record holds it: whether its recovery key was ever typed is for this server to find out. */
export function keysOf(bundle: KeyBundle): HeldKeys {
  return { card: bundle.card, sealed: bundle.keys, wraps: bundle.wraps.map(unproven) }
}

const unproven = (wrap: Wrap): Wrap => (wrap.kind === 'recovery' ? { ...wrap, provenAt: null } : wrap)

/**
 * The wraps that come with a new password: one of the password, stretched with the address's own parameters, and one of
 * a recovery key at most. Throws `bad-request` for anything else: what cannot be opened would lock its owner out.
 */
export function checkWraps(wraps: readonly Wrap[], password: { kdf: KdfParams; expected: KdfParams }): void {
  const ofPassword = wraps.flatMap(wrap => (wrap.kind === 'password' ? [wrap.kdf] : []))
  const ofRecovery = wraps.filter(wrap => wrap.kind === 'recovery')
  const params = [password.kdf, ...ofPassword]
  const good =
    ofPassword.length === 1 &&
    ofRecovery.length <= 1 &&
    ofPassword.length + ofRecovery.length === wraps.length &&
    params.every(kdf => sameParams(kdf, password.expected))
  if (!good) throw new Problem('bad-request')
}

/** These wraps in the place of those of the same kind; the others stay. */
export function withWraps(held: readonly Wrap[], given: readonly Wrap[]): readonly Wrap[] {
  const kinds = new Set(given.map(wrap => wrap.kind))
  return [...given.map(unproven), ...held.filter(wrap => !kinds.has(wrap.kind))]
}

/** Puts a recovery wrap in the place of the one before. Repeated, it stays as proven as it was. */
export async function setRecoveryWrap(ground: Ground, userId: UserId, wrap: RecoveryWrap): Promise<void> {
  await changeKeys(ground, userId, keys => {
    const held = recoveryWrapOf(keys)
    return held?.sealed === wrap.sealed ? keys : { ...keys, wraps: withWraps(keys.wraps, [wrap]) }
  })
}

/** Notes that the recovery key of this wrap was typed and opened it. Throws `not-found` where another one took its place. */
export async function proveRecoveryWrap(ground: Ground, userId: UserId, sealed: string): Promise<void> {
  const provenAt = ground.now()
  await changeKeys(ground, userId, keys => {
    if (recoveryWrapOf(keys)?.sealed !== sealed) throw new Problem('not-found')
    return { ...keys, wraps: keys.wraps.map(wrap => (wrap.kind === 'recovery' ? { ...wrap, provenAt } : wrap)) }
  })
}

export const recoveryWrapOf = (keys: HeldKeys): RecoveryWrap | null =>
  keys.wraps.find(wrap => wrap.kind === 'recovery') ?? null

/** Throws `keys-missing` where the person has none. */
async function changeKeys(ground: Ground, userId: UserId, next: (keys: HeldKeys) => HeldKeys): Promise<void> {
  await changeDocument(ground.store.users, userId, user => {
    if (user.keys === undefined) throw new Problem('keys-missing')
    return { ...user, keys: next(user.keys) }
  })
}
