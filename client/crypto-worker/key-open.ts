/** What is open while the app is unlocked, and how a bundle becomes that. */
import type { CardJson, KeyBundle, SealedKeys } from '#shared/contract/account.ts'
import { cardJson as cardSchema } from '#shared/contract/account.ts'
import { Problem } from '#shared/contract/problems.ts'
import { fingerprint, type Identity, identityHash, importIdentity, judgeCard } from '#shared/crypto/identity.ts'
import { encodeBase64 } from '#shared/format/base64.ts'
import type { Bytes } from '#shared/format/bytes.ts'
import { type Card, cardJson, parseCard } from '#shared/format/card.ts'
import { type Secrets, withSecrets } from './key-secrets.ts'
import type { IdentityFacts } from './orders.ts'
import { boxKey } from './sealed-box.ts'

export interface OpenKeys {
  readonly userId: string
  readonly accountKey: CryptoKey
  /** The account key again, for wrapping: {@link withAccountKey} exports it, and it can do nothing else. */
  readonly wrappable: CryptoKey
  readonly identity: Identity
  /** The private keys as they lie on the device: opened only while they are sealed anew. */
  readonly keys: SealedKeys
  readonly older: readonly { readonly kid: string; readonly retiredAt: number }[]
  readonly deleteOlder: boolean
}

/** The account key in both its forms. */
export type AccountKey = Pick<OpenKeys, 'accountKey' | 'wrappable'>

/** Takes 32 bytes in, and wipes them. */
export async function takeAccountKey(raw: Bytes): Promise<AccountKey> {
  const wrappable = await crypto.subtle.importKey('raw', raw, 'AES-GCM', true, ['wrapKey'])
  const accountKey = await boxKey(raw)
  raw.fill(0)
  return { accountKey, wrappable }
}

/** Hands the 32 bytes to `use`, and wipes them afterwards. */
export async function withAccountKey<T>({ wrappable }: AccountKey, use: (raw: Bytes) => Promise<T>): Promise<T> {
  const raw = new Uint8Array(await crypto.subtle.exportKey('raw', wrappable))
  try {
    return await use(raw)
  } finally {
    raw.fill(0)
  }
}

/** Whose keys, and under which account key. */
export type KeysPlace = AccountKey & { readonly userId: string }

/** Opens a bundle's private keys and holds them against its card; throws `card-refused`. */
export async function openKeysOf(place: KeysPlace, { card: json, keys }: Omit<KeyBundle, 'wraps'>): Promise<OpenKeys> {
  const card = parseCard(json)
  const { userId, accountKey, wrappable } = place
  return withSecrets({ userId, accountKey, keys, retiredBefore: card.created }, async secrets => {
    const { sign, enc, older, deleteOlder } = secrets
    const identity = await importIdentity({ card, sign, enc, older: older.map(({ key }) => key) })
    return { userId, accountKey, wrappable, identity, keys, older: olderOf(identity, secrets), deleteOlder }
  })
}

function olderOf({ olderEncKeys }: Identity, { older }: Secrets): OpenKeys['older'] {
  // `importIdentity` keeps their order.
  return older.flatMap(({ retiredAt }, index) => {
    const kid = olderEncKeys[index]?.kid
    return kid === undefined ? [] : [{ kid: encodeBase64(kid), retiredAt }]
  })
}

/** The private keys of what is open, wiped afterwards. */
export function withOpenSecrets<T>(
  { userId, accountKey, keys, identity }: OpenKeys,
  use: (secrets: Secrets) => Promise<T>,
): Promise<T> {
  return withSecrets({ userId, accountKey, keys, retiredBefore: identity.card.created }, use)
}

/**
 * Throws `card-refused` unless `next` is the card of `open`, or one that follows it. Under the same card keys only ever
 * go: an older copy would bring back what was deleted.
 */
export async function requireSuccessor(open: OpenKeys, next: OpenKeys): Promise<void> {
  const verdict = await judgeCard({ pinned: open.identity.card, offered: next.identity.card })
  const known = new Set(open.older.map(({ kid }) => kid))
  const fits = verdict === 'same' ? next.older.every(({ kid }) => known.has(kid)) : verdict === 'rotation'
  if (!fits) throw new Problem('card-refused', { data: { verdict } })
}

/** A card as the wire writes it. */
export function wireCard(card: Card): CardJson {
  return cardSchema.parse(cardJson(card))
}

export async function factsOf({ identity: { card } }: OpenKeys): Promise<IdentityFacts> {
  const [print, hash] = await Promise.all([fingerprint(card.sign), identityHash(card)])
  return { fingerprint: print, identityHash: encodeBase64(hash), keyNumber: card.seq, keySince: card.created }
}
