import { beforeAll, describe, expect, test } from 'vitest'
import { utf8 } from '#shared/format/bytes.ts'
import { type Card, encodeCardFile, parseCardFile } from '#shared/format/card.ts'
import { cardHash } from './cards.ts'
import { pattern } from './forge.testing.ts'
import {
  fingerprint,
  generateIdentity,
  type Identity,
  type IdentitySecrets,
  identityFromSigningKey,
  importIdentity,
  judgeCard,
  rotateIdentity,
  safetyNumber,
  signCard,
  verifyCard,
} from './identity.ts'
import { makeKey } from './private-key.ts'

let mine: { identity: Identity; secrets: IdentitySecrets }
let other: { identity: Identity; secrets: IdentitySecrets }
beforeAll(async () => {
  mine = await generateIdentity({ now: 10 })
  other = await generateIdentity({ now: 11 })
})

const refused = { code: 'card-refused' }

/** A card of the same person that differs as told, signed. */
async function signed(change: Partial<Card>): Promise<Card> {
  const { sig: _, ...card } = mine.identity.card
  return signCard({ ...card, ...change }, mine.identity.signKey)
}

test('a new identity is signed, survives its own PKCS#8, and cannot be exported', async () => {
  const { identity, secrets } = mine
  expect(await verifyCard(identity.card)).toBe(true)
  expect(identity.card).toMatchObject({ seq: 1, created: 10 })
  const again = await importIdentity({ card: identity.card, ...secrets })
  for (const key of [identity.signKey, identity.encKey, again.signKey, again.encKey])
    expect(key.extractable).toBe(false)
  expect(await verifyCard(await signCard(identity.card, again.signKey))).toBe(true)
  expect(structuredClone(identity).card).toEqual(identity.card)
})

describe('an import is refused', () => {
  test.each(['sign', 'enc'] as const)("with somebody else's %s", async name => {
    const mixed = { ...mine.secrets, [name]: other.secrets[name] }
    await expect(importIdentity({ card: mine.identity.card, ...mixed })).rejects.toMatchObject(refused)
  })

  test('with keys that are none, or with a card that nobody signed', async () => {
    const { card } = mine.identity
    await expect(importIdentity({ card, ...mine.secrets, sign: pattern(50) })).rejects.toMatchObject(refused)
    const unsigned = { ...card, created: 12 }
    await expect(importIdentity({ card: unsigned, ...mine.secrets })).rejects.toMatchObject(refused)
  })

  test('with a private key whose file names another public key', async () => {
    const [a, b] = await Promise.all([makeKey('ECDH'), makeKey('ECDH')])
    const mixed = new Uint8Array(a.pkcs8)
    mixed.set(b.spki.subarray(-96), mixed.length - 96)
    const card = await signed({ enc: b.spki })
    await expect(importIdentity({ card, ...mine.secrets, enc: mixed })).rejects.toMatchObject(refused)
  })
})

test('a rotation follows its card and keeps the older key', async () => {
  const first = mine.identity
  const { identity: second, enc } = await rotateIdentity(first, { now: 20 })
  const { identity: third } = await rotateIdentity(second, { now: 30 })
  expect(second.card).toMatchObject({ seq: 2, created: 20, prev: await cardHash(first.card) })
  expect(third.olderEncKeys.map(older => older.enc)).toEqual([second.card.enc, first.card.enc])
  expect(await judgeCard({ pinned: first.card, offered: second.card })).toBe('rotation')
  expect(await judgeCard({ pinned: first.card, offered: third.card })).toBe('rotation')
  const again = await importIdentity({ card: second.card, ...mine.secrets, enc, older: [mine.secrets.enc] })
  expect(again.olderEncKeys.map(({ kid }) => kid)).toEqual(second.olderEncKeys.map(({ kid }) => kid))
})

test('a signing key alone becomes an identity, after the last card where there is one', async () => {
  const { sign } = mine.secrets
  const made = await identityFromSigningKey({ sign, now: 40 })
  expect(made.identity.card).toMatchObject({ seq: 1, sign: mine.identity.card.sign })
  const next = await identityFromSigningKey({ sign, now: 40, last: mine.identity.card })
  expect(await judgeCard({ pinned: mine.identity.card, offered: next.identity.card })).toBe('rotation')
  await expect(identityFromSigningKey({ sign, last: other.identity.card })).rejects.toMatchObject(refused)
})

describe('judging a card', () => {
  const judge = (offered: Card) => judgeCard({ pinned: mine.identity.card, offered })

  test('every verdict', async () => {
    const pinned = mine.identity.card
    const prev = await cardHash(pinned)
    expect(await judge(pinned)).toBe('same')
    expect(await judge(await signed({}))).toBe('same')
    expect(await judge(await signed({ created: 77 }))).toBe('fork')
    expect(await judge(await signed({ seq: 2, prev }))).toBe('rotation')
    expect(await judge(await signed({ seq: 2, prev: pattern(32) }))).toBe('fork')
    expect(await judge(await signed({ seq: 1001, prev: pattern(32) }))).toBe('rotation')
    expect(await judge(await signed({ seq: 1002, prev: pattern(32) }))).toBe('fork')
    expect(await judge(other.identity.card)).toBe('new-identity')
    expect(await judgeCard({ pinned: await signed({ seq: 2, prev }), offered: pinned })).toBe('older')
  })

  test('a card that is not signed is none', async () => {
    await expect(judge({ ...mine.identity.card, seq: 2 })).rejects.toMatchObject(refused)
  })
})

test('numbers for people have their shape and are the same on both sides', async () => {
  const [a, b] = [mine.identity.card.sign, other.identity.card.sign]
  expect(await fingerprint(a)).toMatch(/^\d{5}( \d{5}){5}$/)
  expect(await safetyNumber(a, b)).toBe(await safetyNumber(b, a))
  expect(new Set((await safetyNumber(a, b)).split(' ')).size).toBeGreaterThan(6)
})

test('a card file keeps its hints', () => {
  const file = { card: mine.identity.card, name: 'Ann', address: 'ann@example.org' }
  expect(parseCardFile(utf8(encodeCardFile(file)))).toEqual(file)
  expect(() => parseCardFile(utf8(JSON.stringify({ format: 'datacrypt-id/1' })))).toThrow('card-refused')
})
