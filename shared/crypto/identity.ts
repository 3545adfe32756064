/** A person's identity: the card, and the private keys that only that person's devices hold. */
import { Problem } from '#shared/contract/problems.ts'
import { asBytes, type Bytes, equalBytes } from '#shared/format/bytes.ts'
import { type Card, maxSeq } from '#shared/format/card.ts'
import { cardHash, keyId, signCard, verifyCard } from './cards.ts'
import { makeKey, takeKey } from './private-key.ts'

// The server may import identity.ts and receipt.ts alone, so what it checks is reached from here.
export { fingerprint, identityHash, judgeCard, keyId, safetyNumber, signCard, verifyCard } from './cards.ts'
export { signRecovery, verifyRecovery } from './recovery-proof.ts'
export { signReseal, verifyReseal } from './reseal-proof.ts'

/** An encryption key that was replaced; kept to open what was sealed to it. */
export interface OlderKey {
  /** SHA-256 of the key's SPKI, 32 bytes. */
  readonly kid: Bytes
  /** The public half, canonical SPKI: HPKE needs it beside the private one. */
  readonly enc: Bytes
  readonly key: CryptoKey
}

/** Cloneable; no private key in it can be exported. */
export interface Identity {
  readonly card: Card
  readonly signKey: CryptoKey
  readonly encKey: CryptoKey
  /** Newest first. */
  readonly olderEncKeys: readonly OlderKey[]
}

/** Private keys as PKCS#8, for the caller to wrap and then forget. */
export interface IdentitySecrets {
  readonly sign: Bytes
  readonly enc: Bytes
  /** Newest first. */
  readonly older: readonly Bytes[]
}

/** Makes a new identity with a card of `seq` 1. `now` is epoch milliseconds. */
export async function generateIdentity({ now = Date.now() }: { now?: number } = {}): Promise<{
  identity: Identity
  secrets: IdentitySecrets
}> {
  const [sign, enc] = await Promise.all([makeKey('ECDSA'), makeKey('ECDH')])
  const unsigned = { sign: sign.spki, enc: enc.spki, seq: 1, created: now, prev: new Uint8Array(32) }
  const card = await signCard(unsigned, sign.key)
  const identity = { card, signKey: sign.key, encKey: enc.key, olderEncKeys: [] }
  return { identity, secrets: { sign: sign.pkcs8, enc: enc.pkcs8, older: [] } }
}

/**
 * Takes an identity in from PKCS#8 keys. The public keys are derived from the private ones and compared with the card.
 * Throws `card-refused` where a key is not P-384, does not fit the card, or the card is not signed: the caller must
 * not use or publish that card.
 */
export async function importIdentity(input: IdentitySecrets & { card: Card }): Promise<Identity> {
  const { card } = input
  const [sign, enc] = await Promise.all([takeKey('ECDSA', input.sign), takeKey('ECDH', input.enc)])
  const fits = equalBytes(sign.spki, card.sign) && equalBytes(enc.spki, card.enc)
  if (!fits || !(await verifyCard(card))) throw new Problem('card-refused')
  const olderEncKeys = await Promise.all(input.older.map(takeOlder))
  return { card, signKey: sign.key, encKey: enc.key, olderEncKeys }
}

async function takeOlder(pkcs8: Uint8Array): Promise<OlderKey> {
  const { key, spki } = await takeKey('ECDH', asBytes(pkcs8))
  return { kid: await keyId(spki), enc: spki, key }
}

/**
 * Makes an identity from a signing key alone, for somebody who has no card yet: an encryption key is made, and a card
 * of `seq` 1, or the one that follows `last`. Throws `card-refused` where `last` is of another signing key.
 */
export async function identityFromSigningKey(input: { sign: Bytes; last?: Card; now?: number }): Promise<{
  identity: Identity
  secrets: IdentitySecrets
}> {
  const [sign, enc] = await Promise.all([takeKey('ECDSA', input.sign), makeKey('ECDH')])
  if (input.last !== undefined && !equalBytes(input.last.sign, sign.spki)) throw new Problem('card-refused')
  const { seq, prev } = await following(input.last)
  const created = input.now ?? Date.now()
  const card = await signCard({ sign: sign.spki, enc: enc.spki, seq, created, prev }, sign.key)
  const identity = { card, signKey: sign.key, encKey: enc.key, olderEncKeys: [] }
  return { identity, secrets: { sign: sign.pkcs8, enc: enc.pkcs8, older: [] } }
}

/** Number and link of the card after `last`, or of a first one. Throws `card-refused` after the last possible one. */
export async function following(last: Card | undefined): Promise<Pick<Card, 'seq' | 'prev'>> {
  if (last === undefined) return { seq: 1, prev: new Uint8Array(32) }
  if (last.seq >= maxSeq) throw new Problem('card-refused')
  return { seq: last.seq + 1, prev: await cardHash(last) }
}

/**
 * Replaces the encryption key. The old one joins `olderEncKeys`; the new one's PKCS#8 is `enc`. Store the result
 * before the card is used or published. Throws `card-refused` at the last possible `seq`.
 */
export async function rotateIdentity(
  identity: Identity,
  { now = Date.now() }: { now?: number } = {},
): Promise<{ identity: Identity; enc: Bytes }> {
  const { card, signKey, encKey, olderEncKeys } = identity
  const { seq, prev } = await following(card)
  const enc = await makeKey('ECDH')
  const next = await signCard({ sign: card.sign, enc: enc.spki, seq, created: now, prev }, signKey)
  const older = { kid: await keyId(card.enc), enc: card.enc, key: encKey }
  return { identity: { card: next, signKey, encKey: enc.key, olderEncKeys: [older, ...olderEncKeys] }, enc: enc.pkcs8 }
}
