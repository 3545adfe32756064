/** Ids: brand, schema and predicate together. All are 16 random bytes as base64url, made by parsing alone. */
import * as z from 'zod/mini'

const idPattern = /^[A-Za-z0-9_-]{21}[AQgw]$/

const id = <Brand extends string>() => z.string().check(z.regex(idPattern)).brand<Brand>()

/** A person with an account. */
export const userId = id<'UserId'>()
export type UserId = z.infer<typeof userId>

/** A transfer: one stored ciphertext and what is known about it. */
export const transferId = id<'TransferId'>()
export type TransferId = z.infer<typeof transferId>

/** One recipient's share of a transfer: stanza, expiry, leases, receipt. */
export const slotId = id<'SlotId'>()
export type SlotId = z.infer<typeof slotId>

/** The right to download one slot's ciphertext for a while. */
export const leaseId = id<'LeaseId'>()
export type LeaseId = z.infer<typeof leaseId>

/** Stored ciphertext; never shown to people. */
export const blobId = id<'BlobId'>()
export type BlobId = z.infer<typeof blobId>

/** One life of the store: new at each restore, so that a cursor of another life is noticed. */
export const storeEpoch = id<'StoreEpoch'>()
export type StoreEpoch = z.infer<typeof storeEpoch>

/** A session as its person sees it; opens nothing. */
export const sessionId = id<'SessionId'>()
export type SessionId = z.infer<typeof sessionId>

/** An API token as its person sees it; opens nothing. */
export const tokenId = id<'TokenId'>()
export type TokenId = z.infer<typeof tokenId>

/** Names a write, so that repeating it changes nothing; remembered for 60 days. */
export const idempotencyKey = id<'IdempotencyKey'>()
export type IdempotencyKey = z.infer<typeof idempotencyKey>

/** The schemas' common door: an id of the asked kind from 16 random bytes. */
export function makeId<Id>(schema: { parse(text: unknown): Id }, random: (length: number) => Uint8Array): Id {
  return schema.parse(toBase64Url(random(16)))
}

/** 16 bytes from the platform's generator; the default source for {@link makeId}. */
export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(length))
}

function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}
