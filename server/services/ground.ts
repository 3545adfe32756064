/** What every service stands on: ports, clock, randomness, bounds. Arguments, so that tests need no doubles. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { BlobStore } from '../blob/blob.ts'
import type { Bus } from '../bus/bus.ts'
import type { Limits } from '../limits/limits.ts'
import type { Store } from '../store/store.ts'

/** The part of the configuration that the product's rules need. Sizes are bytes, times milliseconds. */
export interface Rules {
  readonly registration: 'open' | 'invitation' | 'closed'
  readonly invitationCodes: readonly string[]
  readonly maxTransferBytes: number
  readonly quotaBytes: number
  readonly expiryMin: number
  readonly expiryDefault: number
  readonly expiryMax: number
  readonly kdfMemory: number
  readonly bcryptCost: number
}

export interface Ground {
  readonly store: Store
  readonly blobs: BlobStore
  readonly bus: Bus
  readonly limits: Limits
  readonly rules: Rules
  /** Key of keyed hashes, 32 bytes. */
  readonly secret: Uint8Array
  readonly now: () => number
  readonly random: (length: number) => Uint8Array
  /** Told of what went wrong behind the scenes, without secrets. */
  readonly warn: (event: string, error: unknown) => void
}

/** HMAC-SHA-256 under a key of its own for each purpose, as base64url. */
export function keyedHash(ground: Pick<Ground, 'secret'>, purpose: string, ...parts: string[]): string {
  const key = createHmac('sha256', ground.secret).update(`datacrypt/1 ${purpose}`).digest()
  return createHmac('sha256', key).update(parts.join('\0')).digest('base64url')
}

/** SHA-256 as base64url: how bearers are kept, so that a leaked table opens nothing. */
export function plainHash(text: string): string {
  return createHash('sha256').update(text).digest('base64url')
}

/** Whether two texts are equal, in time that does not tell where they differ. */
export function sameText(a: string, b: string): boolean {
  const left = createHash('sha256').update(a).digest()
  const right = createHash('sha256').update(b).digest()
  return timingSafeEqual(left, right)
}
