/** A bundle's parts: its wraps by kind, and what of the server's copy is taken over. */
import type { KeyBundle, PasskeyWrap, PasswordWrap, RecoveryWrap, Wrap } from '#shared/contract/account.ts'

export function passwordWrapOf({ wraps }: Pick<KeyBundle, 'wraps'>): PasswordWrap | null {
  return wraps.find(wrap => wrap.kind === 'password') ?? null
}

export function recoveryWrapOf({ wraps }: Pick<KeyBundle, 'wraps'>): RecoveryWrap | null {
  return wraps.find(wrap => wrap.kind === 'recovery') ?? null
}

export function passkeyWrapsOf({ wraps }: Pick<KeyBundle, 'wraps'>): PasskeyWrap[] {
  return wraps.filter(wrap => wrap.kind === 'passkey')
}

/** The bundle with this wrap in the place of the one of its kind (of its credential, for a passkey). */
export function withWrap(bundle: KeyBundle, wrap: Wrap): KeyBundle {
  const replaced = (other: Wrap) =>
    other.kind === wrap.kind &&
    (other.kind !== 'passkey' || wrap.kind !== 'passkey' || other.credentialId === wrap.credentialId)
  return { ...bundle, wraps: [...bundle.wraps.filter(other => !replaced(other)), wrap] }
}

export function withoutPasskey(bundle: KeyBundle, credentialId: string): KeyBundle {
  const isIt = (wrap: Wrap) => wrap.kind === 'passkey' && wrap.credentialId === credentialId
  return { ...bundle, wraps: bundle.wraps.filter(wrap => !isIt(wrap)) }
}

/**
 * What this device takes from the server's copy without having opened it: passkeys, and a newer recovery wrap. The
 * password's wrap stays: a server that sent another one could lock its owner out (THREATS T2).
 */
export function mergeWraps(held: KeyBundle, own: KeyBundle): KeyBundle {
  const recovery = newerKit(recoveryWrapOf(held), recoveryWrapOf(own))
  const wraps = [passwordWrapOf(held), recovery, ...passkeyWrapsOf(own)].filter(wrap => wrap !== null)
  return { ...held, wraps }
}

function newerKit(held: RecoveryWrap | null, own: RecoveryWrap | null): RecoveryWrap | null {
  if (held === null || own === null) return held ?? own
  if (held.sealed === own.sealed) return { ...held, provenAt: held.provenAt ?? own.provenAt }
  return own.madeAt > held.madeAt ? own : held
}
