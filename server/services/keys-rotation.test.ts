/** Keys over time (THREATS A14, T1, T2, T12): one chain of cards, and everybody told of each card once. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { generateIdentity } from '#shared/crypto/identity.ts'
import { budgets } from './budgets.ts'
import { noBrowser } from './devices.ts'
import { type Failing, failingStore } from './fail-once.testing.ts'
import { openGround, type TestGround } from './ground.testing.ts'
import { bundleOf, cardOf, codeOfProblem, join, logIn, newKey, newPlace, send, signUp } from './people.testing.ts'
import {
  cardNewsOf,
  newPassword,
  paramsOf,
  recoveryWrap,
  renewal,
  resealing,
  rotation,
  sealedNoise,
} from './people-later.testing.ts'

/** A crash at each step is some thirty lives: on a busy machine they take their time. */
const slow = 120_000

let at: TestGround
beforeAll(async () => {
  at = await openGround({ seed: 'rotation' })
})
afterAll(() => at.close())

describe('a rotation', () => {
  test('is kept with all cards before it, and handed out', async () => {
    const [asker, ann] = [await join(at, 'asker'), await join(at, 'ann')]
    const [one, two] = await (async () => {
      const first = await rotation(ann.identity)
      return [first, await rotation(first.identity)]
    })()
    await at.keys.rotate(ann.who, one.input)
    await at.keys.rotate(ann.who, two.input)
    expect(await at.keys.cards(ann.who)).toEqual([cardOf(ann.identity), one.input.card, two.input.card])
    expect((await at.keys.lookUp(asker.who, ann.email)).card).toEqual(two.input.card)
    expect(await at.keys.own(ann.who)).toMatchObject({ card: two.input.card, keys: two.input.keys })
  })

  test('may be repeated, with its idempotency key or another', async () => {
    const ann = await join(at, 'ann')
    const { input } = await rotation(ann.identity)
    await at.keys.rotate(ann.who, input)
    await at.keys.rotate(ann.who, input)
    await at.keys.rotate(ann.who, { ...input, idempotencyKey: newKey() })
    expect(await at.keys.cards(ann.who)).toHaveLength(2)
    expect(await cardNewsOf(at.ground.store, ann.who, ann.who)).toHaveLength(1)
  })

  test('of 100 at the same time one wins (T12), and the chain has no fork', async () => {
    const ann = await join(at, 'ann')
    const inputs = await Promise.all(Array.from({ length: 100 }, () => rotation(ann.identity)))
    const outcomes = await Promise.all(inputs.map(({ input }) => codeOfProblem(at.keys.rotate(ann.who, input))))
    expect(outcomes.toSorted()).toEqual([...Array(99).fill('conflict'), 'went well'])
    const winner = inputs[outcomes.indexOf('went well')]?.input
    expect(await at.keys.cards(ann.who)).toEqual([cardOf(ann.identity), winner?.card])
    expect(await at.keys.own(ann.who)).toMatchObject({ card: winner?.card, keys: winner?.keys })
  })

  test('that leaves a gap, forks, goes back or is somebody else’s is refused', async () => {
    const [ann, eve] = [await join(at, 'ann'), await join(at, 'eve')]
    const one = await rotation(ann.identity)
    const two = await rotation(one.identity)
    const fork = await rotation((await rotation(ann.identity)).identity)
    const keys = sealedNoise()
    const offer = (card: unknown) =>
      codeOfProblem(at.keys.rotate(ann.who, { idempotencyKey: newKey(), card: card as typeof one.input.card, keys }))
    expect(await offer(two.input.card)).toBe('card-refused')
    await at.keys.rotate(ann.who, one.input)
    expect(await offer(cardOf(ann.identity))).toBe('conflict')
    expect(await offer(fork.input.card)).toBe('card-refused')
    expect(await offer((await rotation(eve.identity)).input.card)).toBe('card-refused')
    expect(await offer({ ...two.input.card, enc: cardOf(eve.identity).enc })).toBe('card-refused')
    expect(await offer({ ...two.input.card, sig: one.input.card.sig })).toBe('card-refused')
    expect((await at.keys.own(ann.who)).card).toEqual(one.input.card)
    expect(await at.keys.cards(ann.who)).toHaveLength(2)
  })

  test('needs keys to rotate', async () => {
    const bare = await signUp(at, 'bare')
    const { input } = await rotation((await generateIdentity()).identity)
    expect(await codeOfProblem(at.keys.rotate(bare.who, input))).toBe('keys-missing')
  })

  test('is told to those who sent or were sent to, to one’s own devices, and to nobody else', async () => {
    const people = await Promise.all(['ann', 'bob', 'cy', 'dora'].map(name => join(at, name)))
    const [ann, bob, cy, dora] = people as [
      (typeof people)[0],
      (typeof people)[0],
      (typeof people)[0],
      (typeof people)[0],
    ]
    await send(at, ann, { to: [bob] })
    await send(at, cy, { to: [ann] })
    const { input } = await rotation(ann.identity)
    await at.keys.rotate(ann.who, input)
    const told = await Promise.all([ann, bob, cy, dora].map(person => cardNewsOf(at.ground.store, person.who, ann.who)))
    expect(told.map(seqs => seqs.length)).toEqual([1, 1, 1, 0])
    const { changes } = await at.feed.pull(bob.who, 0)
    expect(changes.at(-1)).toEqual({ kind: 'card', seq: 2, item: { state: 'card', userId: ann.who.userId } })
  })
})

describe('a rotation that a crash cuts off', () => {
  let grounds: TestGround[] = []
  afterEach(async () => {
    for (const one of grounds) await one.close()
    grounds = []
  })
  async function openFailing(): Promise<{ here: TestGround; failing: Failing }> {
    const failing = failingStore()
    const here = await openGround({ around: failing.around })
    grounds.push(here)
    return { here, failing }
  }

  test.each(['before', 'after'] as const)(
    'at any step (%s) is mended: kept, and told once to each',
    async when => {
      const { here, failing } = await openFailing()
      const bob = await join(here, 'bob')
      let steps = 0
      for (let step = 1; step <= Math.max(steps, 1); step += 1) {
        const ann = await join(here, 'ann')
        await send(here, ann, { to: [bob] })
        const { input } = await rotation(ann.identity)
        failing.arm(step, when)
        const outcome = await codeOfProblem(here.keys.rotate(ann.who, input))
        steps = Math.max(steps, failing.calls() + 1)
        failing.arm(0)
        if (step % 2 === 0) await here.keys.rotate(ann.who, input)
        await here.cleanup.run()
        const rotated = (await here.keys.own(ann.who)).card.sig === input.card.sig
        expect(await cardNewsOf(here.ground.store, bob.who, ann.who)).toHaveLength(rotated ? 1 : 0)
        expect(await here.keys.cards(ann.who)).toHaveLength(rotated ? 2 : 1)
        if (outcome === 'went well') break
      }
      expect(steps).toBeGreaterThan(8)
    },
    slow,
  )

  test('is followed by the next one: no card is missing from the chain', async () => {
    const { here, failing } = await openFailing()
    let steps = 1
    for (let step = 1; step <= steps; step += 1) {
      const ann = await join(here, 'ann')
      const one = await rotation(ann.identity)
      failing.arm(step, 'after')
      await codeOfProblem(here.keys.rotate(ann.who, one.input))
      steps = Math.max(steps, failing.calls())
      failing.arm(0)
      const taken = (await here.keys.own(ann.who)).card.sig === one.input.card.sig
      const next = await rotation(taken ? one.identity : ann.identity)
      await here.keys.rotate(ann.who, next.input)
      const seqs = (await here.keys.cards(ann.who)).map(card => card.seq)
      expect(seqs).toEqual(taken ? [1, 2, 3] : [1, 2])
    }
  })
})

describe('keys sealed anew', () => {
  test('take the place of those of the same card alone', async () => {
    const ann = await join(at, 'ann')
    const [first, second] = [sealedNoise(), sealedNoise()]
    await at.keys.reseal(ann.who, await resealing(ann.identity, first))
    expect((await at.keys.own(ann.who)).keys).toEqual(first)
    const { input } = await rotation(ann.identity)
    await at.keys.rotate(ann.who, input)
    const late = at.keys.reseal(ann.who, await resealing(ann.identity, second))
    expect(await codeOfProblem(late)).toBe('conflict')
    expect((await at.keys.own(ann.who)).keys).toEqual(input.keys)
  })
})

test('keys sealed anew are taken from the identity alone: a stolen session puts no noise in their place (THREATS T20)', async () => {
  const [ann, thief] = [await join(at, 'ann'), await join(at, 'thief')]
  const held = (await at.keys.own(ann.who)).keys
  const good = await resealing(ann.identity, sealedNoise())
  const { signature } = await resealing({ ...thief.identity, card: ann.identity.card }, good.keys)
  for (const forged of [
    { ...good, signature },
    { ...good, keys: sealedNoise() },
  ]) {
    expect(await codeOfProblem(at.keys.reseal(ann.who, forged))).toBe('card-refused')
  }
  expect((await at.keys.own(ann.who)).keys).toEqual(held)
})

describe('the recovery wrap', () => {
  test('is one, unproven until its key was typed, and proven for good where it is set again', async () => {
    const ann = await join(at, 'ann')
    const [one, two] = [recoveryWrap(), recoveryWrap()]
    const held = async () => (await at.keys.own(ann.who)).wraps.filter(wrap => wrap.kind === 'recovery')
    await at.keys.setRecoveryWrap(ann.who, { ...one, provenAt: 4 })
    expect(await held()).toEqual([one])
    expect(await codeOfProblem(at.keys.proveRecovery(ann.who, two.sealed))).toBe('not-found')
    await at.keys.proveRecovery(ann.who, one.sealed)
    await at.keys.setRecoveryWrap(ann.who, one)
    expect(await held()).toEqual([{ ...one, provenAt: at.clock.now() }])
    await at.keys.setRecoveryWrap(ann.who, two)
    expect(await held()).toEqual([two])
    expect((await at.keys.own(ann.who)).wraps).toHaveLength(2)
  })

  test('belongs to keys', async () => {
    const bare = await signUp(at, 'bare')
    expect(await codeOfProblem(at.keys.setRecoveryWrap(bare.who, recoveryWrap()))).toBe('keys-missing')
    expect(await codeOfProblem(at.keys.proveRecovery(bare.who, recoveryWrap().sealed))).toBe('keys-missing')
  })
})

describe('a renewal after a theft', () => {
  const start = { from: newPlace() }

  test('replaces everything at once, and ends every session, token, known device and login under way', async () => {
    const ann = await join(at, 'ann')
    const kdf = await paramsOf(at, ann)
    const stolen = await logIn(at, ann)
    const halfway = await at.login.begin(ann, { from: newPlace(), browser: noBrowser, kind: 'app' })
    const { token } = await at.tokens.create(ann.who, { name: 'x', scopes: ['keys:read'], life: 3_600_000 })
    const { input } = await renewal(ann.identity, kdf)
    const fresh = await at.keys.renew(ann.who, input, start)
    expect(await at.keys.own(fresh.who)).toEqual(input.bundle)
    expect(await at.sessions.stands(ann.who)).toBe(false)
    expect(await at.sessions.stands(stolen.session.who)).toBe(false)
    expect(await at.sessions.stands(fresh.who)).toBe(true)
    expect(await at.tokens.whoIs(token)).toBeNull()
    expect(await at.ground.store.users.get(ann.who.userId)).not.toHaveProperty('devices')
    if (halfway.state !== 'factor') throw new Error('no factor')
    expect(await codeOfProblem(at.login.sendCode(halfway.attempt))).toBe('code-spent')
    expect(await codeOfProblem(logIn(at, ann))).toBe('wrong-login')
    expect((await logIn(at, { ...ann, loginSecret: input.loginSecret })).account.userId).toBe(ann.who.userId)
    expect((await at.lettersTo(ann.email)).map(letter => letter.subject)).toContain(
      'Your DataCrypt keys have been renewed',
    )
  })

  test('is refused with wraps that would lock its owner out, or a card that does not follow', async () => {
    const ann = await join(at, 'ann')
    const kdf = await paramsOf(at, ann)
    const other = { ...kdf, salt: 'A'.repeat(22) }
    const { input } = await renewal(ann.identity, kdf)
    const withWraps = (wraps: typeof input.bundle.wraps) => ({ ...input, bundle: { ...input.bundle, wraps } })
    const cases = [
      withWraps([recoveryWrap()]),
      withWraps([newPassword(other).wrap]),
      withWraps([newPassword(kdf).wrap, newPassword(kdf).wrap]),
      withWraps([newPassword(kdf).wrap, recoveryWrap(), recoveryWrap()]),
      { ...input, kdf: other },
    ]
    for (const wrong of cases) {
      const attempt = at.keys.renew(ann.who, { ...wrong, idempotencyKey: newKey() }, start)
      expect(await codeOfProblem(attempt)).toBe('bad-request')
    }
    const stranger = bundleOf((await generateIdentity()).identity, kdf)
    expect(await codeOfProblem(at.keys.renew(ann.who, { ...input, bundle: stranger }, start))).toBe('card-refused')
    expect(await at.sessions.stands(ann.who)).toBe(true)
  })

  test('made twice at once is made once', async () => {
    const ann = await join(at, 'ann')
    const kdf = await paramsOf(at, ann)
    const [one, two] = [await renewal(ann.identity, kdf), await renewal(ann.identity, kdf)]
    const outcomes = await Promise.all(
      [one, two].map(({ input }) => codeOfProblem(at.keys.renew(ann.who, input, start))),
    )
    expect(outcomes.toSorted()).toEqual(['conflict', 'went well'])
  })
})

test('an address that was looked up costs nothing of the day again, 300 different ones are all (T18)', async () => {
  const [asker, ann] = [await join(at, 'asker'), await join(at, 'ann')]
  for (let i = 0; i < 5; i += 1) await at.keys.lookUp(asker.who, ann.email)
  const spend = (address: string) => at.ground.limits.spendOn(budgets.lookupsADay, asker.who.userId, address)
  for (let i = 1; i < 300; i += 1) await spend(`nobody-${i}@example.org`)
  expect(await codeOfProblem(at.keys.lookUp(asker.who, 'one-more@example.org'))).toBe('too-many-tries')
  expect(await codeOfProblem(at.keys.lookUp(asker.who, ann.email))).toBe('went well')
  at.clock.pass(24 * 3_600_000)
  expect(await codeOfProblem(at.keys.lookUp(asker.who, 'one-more@example.org'))).toBe('unknown-address')
})
