/** Signing, checking and comparing cards; and the short numbers by which people compare keys. */
import { Problem } from '#shared/contract/problems.ts'
import { asBytes, type Bytes, compareBytes, concat, equalBytes, label } from '#shared/format/bytes.ts'
import { type Card, cardBytes } from '#shared/format/card.ts'
import { signMessage, verifyMessage } from './ecdsa.ts'
import { sha256, sha512 } from './hash.ts'

/** A larger step of `seq` than this is shown as a fork. */
const widestGap = 1000

/** Signs a card with the private half of its `sign`. */
export async function signCard(card: Omit<Card, 'sig'>, signKey: CryptoKey): Promise<Card> {
  return { ...card, sig: await signMessage(signKey, cardBytes(card)) }
}

/** Whether the card is signed by its own `sign`. */
export function verifyCard(card: Card): Promise<boolean> {
  return verifyMessage(card.sign, card.sig, cardBytes(card))
}

/** SHA-256 of the signing key, 32 bytes: who somebody is. Takes a card or the key's SPKI. */
export function identityHash(of: Pick<Card, 'sign'> | Uint8Array): Promise<Bytes> {
  return sha256(of instanceof Uint8Array ? asBytes(of) : of.sign)
}

/** SHA-256 of an encryption key's SPKI, 32 bytes. */
export function keyId(enc: Uint8Array): Promise<Bytes> {
  return sha256(asBytes(enc))
}

/** SHA-256 of the card bytes: the `prev` of the card that follows. */
export function cardHash(card: Card): Promise<Bytes> {
  return sha256(cardBytes(card))
}

/** Six groups of five digits, one space between them, from a signing key's SPKI. */
export async function fingerprint(sign: Uint8Array): Promise<string> {
  const hash = await sha512(concat(label('datacrypt/1 fingerprint'), sign))
  const groups = Array.from({ length: 6 }, (_, group) => fiveDigits(hash.subarray(group * 5, group * 5 + 5)))
  return groups.join(' ')
}

function fiveDigits(bytes: Uint8Array): string {
  // Five bytes stay below 2^40, so that plain numbers are exact.
  const value = bytes.reduce((sum, byte) => sum * 256 + byte, 0)
  return String(value % 100_000).padStart(5, '0')
}

/** The safety number of two people, from their signing keys: twelve groups, the same on both sides. */
export async function safetyNumber(a: Uint8Array, b: Uint8Array): Promise<string> {
  const [hashA, hashB] = await Promise.all([identityHash(a), identityHash(b)])
  const ordered = compareBytes(hashA, hashB) <= 0 ? [a, b] : [b, a]
  return (await Promise.all(ordered.map(fingerprint))).join(' ')
}

/**
 * What an offered card is to the one that is pinned. `same` and `rotation` are fine, and a rotation replaces the pin;
 * `older` never does; `fork` is an alarm; `new-identity` stops sending until the user has looked at it.
 */
export type CardVerdict = 'same' | 'rotation' | 'older' | 'fork' | 'new-identity'

/** Compares an offered card with the pinned one. Throws `card-refused` where the offered card is not signed by itself. */
export async function judgeCard({ pinned, offered }: { pinned: Card; offered: Card }): Promise<CardVerdict> {
  if (!(await verifyCard(offered))) throw new Problem('card-refused')
  if (!equalBytes(pinned.sign, offered.sign)) return 'new-identity'
  const step = offered.seq - pinned.seq
  if (step < 0) return 'older'
  if (step === 0) return equalBytes(cardBytes(pinned), cardBytes(offered)) ? 'same' : 'fork'
  if (step > widestGap) return 'fork'
  return step > 1 || equalBytes(offered.prev, await cardHash(pinned)) ? 'rotation' : 'fork'
}
