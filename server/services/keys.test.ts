import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generateIdentity } from '#shared/crypto/identity.ts'
import { budgets } from './budgets.ts'
import { openGround, type TestGround } from './ground.testing.ts'
import { bundleOf, cardOf, codeOfProblem, join, newKey, newPlace, signUp } from './people.testing.ts'

let at: TestGround
beforeAll(async () => {
  at = await openGround()
})
afterAll(() => at.close())

async function newBundle() {
  const { identity } = await generateIdentity()
  return bundleOf(identity, await at.accounts.params('x@example.org', newPlace()))
}

describe('publishing', () => {
  test('keeps the bundle for its owner, and tells the account', async () => {
    const person = await signUp(at, 'first')
    expect(await codeOfProblem(at.keys.own(person.who))).toBe('keys-missing')
    const bundle = await newBundle()
    await at.keys.publish(person.who, { idempotencyKey: newKey(), bundle })
    expect(await at.keys.own(person.who)).toEqual(bundle)
    expect(await at.accounts.me(person.who)).toMatchObject({ keys: true })
    expect(await at.ground.store.cards.ofUser(person.who.userId)).toEqual([bundle.card])
  })

  test('refuses a card that its key did not sign', async () => {
    const { who } = await signUp(at, 'forger')
    const [bundle, other] = [await newBundle(), await newBundle()]
    const cards = [
      { ...bundle.card, enc: other.card.enc },
      { ...bundle.card, seq: 2 },
      { ...bundle.card, created: 9 },
      { ...bundle.card, sig: other.card.sig },
      { ...bundle.card, sign: other.card.sign },
      { ...bundle.card, format: 'datacrypt-id/2' },
      { ...bundle.card, sig: 'A'.repeat(128) },
    ]
    for (const card of cards) {
      const attempt = at.keys.publish(who, { idempotencyKey: newKey(), bundle: { ...bundle, card } })
      expect(await codeOfProblem(attempt)).toBe('card-refused')
    }
    expect(await codeOfProblem(at.keys.own(who))).toBe('keys-missing')
  })

  test('a second identity is refused, the first one stands', async () => {
    const { who, identity } = await join(at, 'settled')
    const attempt = at.keys.publish(who, { idempotencyKey: newKey(), bundle: await newBundle() })
    expect(await codeOfProblem(attempt)).toBe('keys-exist')
    expect((await at.keys.own(who)).card).toEqual(cardOf(identity))
  })

  test('of two browsers at once one is first', async () => {
    const { who } = await signUp(at, 'twice')
    const bundles = await Promise.all(Array.from({ length: 8 }, newBundle))
    const outcomes = await Promise.all(
      bundles.map(bundle => codeOfProblem(at.keys.publish(who, { idempotencyKey: newKey(), bundle }))),
    )
    expect(outcomes.toSorted()).toEqual([...Array(7).fill('keys-exist'), 'went well'])
    const winner = bundles[outcomes.indexOf('went well')]
    expect(await at.keys.own(who)).toEqual(winner)
    expect(await at.ground.store.cards.ofUser(who.userId)).toEqual([winner?.card])
  })

  test('may be repeated, with the key or without', async () => {
    const { who } = await signUp(at, 'stubborn')
    const order = { idempotencyKey: newKey(), bundle: await newBundle() }
    await at.keys.publish(who, order)
    await at.keys.publish(who, order)
    await at.keys.publish(who, { ...order, idempotencyKey: newKey() })
    expect(await codeOfProblem(at.keys.publish(who, { ...order, bundle: await newBundle() }))).toBe('conflict')
  })
})

describe('looking up', () => {
  test('finds a person with keys, and says the same of one without and of nobody', async () => {
    const [asker, found, bare] = [await join(at, 'asker'), await join(at, 'found'), await signUp(at, 'bare')]
    const { who, name, email, identity } = found
    const person = { userId: who.userId, name, email, card: cardOf(identity) }
    expect(await at.keys.lookUp(asker.who, email)).toEqual(person)
    expect(await at.keys.cardOf(asker.who, who.userId)).toEqual(person)
    const asProblem = (address: string) => at.keys.lookUp(asker.who, address).catch(error => JSON.stringify(error))
    expect(await asProblem(bare.email)).toBe(await asProblem('nobody@example.org'))
    expect(await asProblem(bare.email)).toContain('unknown-address')
    expect(await codeOfProblem(at.keys.cardOf(asker.who, bare.who.userId))).toBe('not-found')
  })

  test('never hands out sealed keys or wraps', async () => {
    const [asker, found] = [await join(at, 'asker'), await join(at, 'found')]
    const bundle = await at.keys.own(found.who)
    const seen = JSON.stringify(await at.keys.lookUp(asker.who, found.email))
    expect(seen).not.toContain(bundle.keys.sealed)
    expect(seen).not.toContain(bundle.wraps[0]?.sealed)
  })

  test('is bounded for each account', async () => {
    const asker = await join(at, 'crawler')
    for (let i = 0; i < budgets.lookups.points; i += 1) {
      expect(await codeOfProblem(at.keys.lookUp(asker.who, `nobody-${i}@example.org`))).toBe('unknown-address')
    }
    expect(await codeOfProblem(at.keys.lookUp(asker.who, 'nobody@example.org'))).toBe('too-many-tries')
  })
})
