/** Encryption keys that were replaced: what on this device still needs them, and when nothing does any more. */
import { times, transferLimits } from '#shared/contract/limits.ts'

/** A transfer that can still be opened. `kid` is base64url, null where its envelope has not told yet. */
export interface KeyNeed {
  readonly kid: string | null
  readonly expiresAt: number
}

export interface OlderKey {
  readonly kid: string
  readonly retiredAt: number
}

export interface OlderKeyUse extends OlderKey {
  readonly neededBy: number
  /** The last moment at which something may need it. */
  readonly until: number
}

/** How long a key is kept after the last moment at which it may be needed. */
const grace = 7 * times.day

/**
 * What needs each key at `now`. A transfer whose envelope has not told counts for each of them. Until a transfer of its
 * last day has run out, a key may be needed by one that nobody here has heard of.
 */
export function keyUses(keys: readonly OlderKey[], needs: readonly KeyNeed[], now: number): OlderKeyUse[] {
  return keys.map(key => {
    const needing = needs.filter(({ kid, expiresAt }) => expiresAt > now && (kid === null || kid === key.kid))
    const ends = needing.map(({ expiresAt }) => expiresAt)
    return { ...key, neededBy: needing.length, until: Math.max(key.retiredAt + transferLimits.expiryMax, ...ends) }
  })
}

/** Keys that may be deleted: nothing can need them, and that for a week. */
export function spentKeys(uses: readonly OlderKeyUse[], now: number): string[] {
  return uses.filter(({ neededBy, until }) => neededBy === 0 && until + grace < now).map(({ kid }) => kid)
}
