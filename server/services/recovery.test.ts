/** Coming back without the password (THREATS A12, T12, T18). */
import { decodeBase32IgnorePadding } from '@oslojs/encoding'
import { generateHOTP } from '@oslojs/otp'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { codeLimits, sessionLimits } from '#shared/contract/limits.ts'
import { generateIdentity } from '#shared/crypto/identity.ts'
import { failingStore } from './fail-once.testing.ts'
import { openGround, type TestGround } from './ground.testing.ts'
import {
  cardOf,
  codeOf,
  codeOfProblem,
  first,
  join,
  logIn,
  newPlace,
  type Person,
  send,
  signUp,
} from './people.testing.ts'
import {
  callFrom,
  cardNewsOf,
  finishing,
  mailedReset,
  newPassword,
  paramsOf,
  recoverySession,
  recoveryWrap,
  startingOver,
} from './people-later.testing.ts'

/** A crash at each step is some thirty lives: on a busy machine they take their time. */
const slow = 120_000

let at: TestGround
beforeAll(async () => {
  at = await openGround({ seed: 'recovery' })
})
afterAll(() => at.close())

const start = { from: newPlace() }
const otherThan = (code: string) => (code === '00000000' ? '00000001' : '00000000')
const subjects = async (email: string) => (await at.lettersTo(email)).map(letter => letter.subject)

const shown = (secret: string) => {
  // The counter that set the app up is taken: the next one is a step later.
  at.clock.pass(30_000)
  return generateHOTP(decodeBase32IgnorePadding(secret), BigInt(Math.floor(at.clock.now() / 30_000)), 6)
}

/** Sets up an authenticator app; gives its secret and the recovery codes that come with it. */
async function withApp(person: Person): Promise<{ secret: string; codes: readonly string[] }> {
  const { secret } = await at.factorSettings.beginApp(person.who)
  const { recoveryCodes: codes } = await at.factorSettings.confirmApp(person.who, shown(secret))
  return { secret, codes }
}

describe('the code', () => {
  test('opens a session that stands for half an hour and is nobody elsewhere', async () => {
    const ann = await join(at, 'ann')
    const { who, cookie } = await recoverySession(at, ann)
    expect(await at.sessions.whoIs(cookie)).toBeNull()
    expect(await at.callers.of({ cookie }, 'x')).toEqual({ who: null, recovering: who })
    const asBearer = { authorization: `Bearer ${(await at.access.make(who)).token}` }
    expect(await at.callers.of(asBearer, 'x')).toEqual({ who: null, recovering: null })
    at.clock.pass(sessionLimits.recoveryLife)
    expect(await at.callers.of({ cookie }, 'x')).toEqual({ who: null, recovering: null })
  })

  test('is used once, of 100 at the same time too (T12)', async () => {
    const ann = await join(at, 'ann')
    const reset = await mailedReset(at, ann)
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, () => codeOfProblem(at.recovery.prove(reset, callFrom()))),
    )
    expect(outcomes.filter(outcome => outcome === 'went well')).toHaveLength(1)
    expect(new Set(outcomes)).toEqual(new Set(['went well', 'code-spent']))
  })

  test('has five tries, shared by those at the same time, and ten minutes', async () => {
    const ann = await join(at, 'ann')
    const { resetId, code } = await mailedReset(at, ann)
    const guesses = Array.from({ length: 50 }, () =>
      codeOfProblem(at.recovery.prove({ resetId, code: otherThan(code) }, callFrom())),
    )
    const outcomes = await Promise.all(guesses)
    expect(outcomes.filter(outcome => outcome === 'wrong-code')).toHaveLength(codeLimits.tries)
    expect(await codeOfProblem(at.recovery.prove({ resetId, code }, callFrom()))).toBe('code-spent')
    const late = await mailedReset(at, ann)
    at.clock.pass(codeLimits.life)
    expect(await codeOfProblem(at.recovery.prove(late, callFrom()))).toBe('code-spent')
  })

  test('of an unknown address is answered alike, and nobody has it (T18)', async () => {
    const ann = await join(at, 'ann')
    const nobody = 'nobody@example.org'
    const [known, unknown] = [
      await at.recovery.begin(ann.email, callFrom()),
      await at.recovery.begin(nobody, callFrom()),
    ]
    expect(Object.keys(unknown)).toEqual(Object.keys(known))
    expect(unknown.resetId).toHaveLength(known.resetId.length)
    const wrong = (resetId: string) =>
      at.recovery.prove({ resetId, code: '12345678' }, callFrom()).catch((error: unknown) => JSON.stringify(error))
    for (let i = 0; i <= codeLimits.tries; i += 1) expect(await wrong(unknown.resetId)).toBe(await wrong(known.resetId))
    const letter = (await at.lettersTo(nobody)).at(-1)
    expect(letter?.subject).toBe('There is no DataCrypt account at this address')
    expect(letter?.text).not.toMatch(/\d{8}/)
    const asked = await Promise.all(
      [ann.email, nobody].map(async email => {
        const { resetId } = await at.recovery.begin(email, callFrom())
        const { challenge: _, ...options } = await at.recovery.passkeyChallenge(resetId)
        return options
      }),
    )
    expect(asked[0]).toEqual(asked[1])
  })

  test('is mailed five times an hour to one address, known or not', async () => {
    const ann = await join(at, 'ann')
    for (const email of [ann.email, 'no-one@example.org']) {
      for (let i = 0; i < 5; i += 1) await at.recovery.begin(email, callFrom())
      expect(await codeOfProblem(at.recovery.begin(email, callFrom()))).toBe('too-many-tries')
    }
  })

  test('is mailed to a known device’s browser, however often strangers asked', async () => {
    const ann = await join(at, 'ann')
    const stranger = () => codeOfProblem(at.recovery.begin(ann.email, callFrom()))
    for (let i = 0; i < 6; i += 1) await stranger()
    expect(await stranger()).toBe('too-many-tries')
    const here = { from: newPlace(), browser: ann.browser }
    const { resetId } = await at.recovery.begin(ann.email, here)
    const { answer } = await at.recovery.prove({ resetId, code: await codeOf(at, ann.email) }, here)
    expect(answer.state).toBe('proven')
  })

  test('of an address that the account has left is worth nothing', async () => {
    const ann = await join(at, 'ann')
    const reset = await mailedReset(at, ann)
    const user = await at.ground.store.users.get(ann.who.userId)
    if (user === null) throw new Error('nobody')
    await at.ground.store.users.swap({ ...user, email: `moved-${ann.email}` })
    expect(await codeOfProblem(at.recovery.prove(reset, callFrom()))).toBe('code-spent')
  })
})

describe('where an app is set up', () => {
  test('the mailbox alone never opens the account', async () => {
    const ann = await join(at, 'ann')
    await withApp(ann)
    const reset = await mailedReset(at, ann)
    expect((await at.recovery.prove(reset, callFrom())).answer).toEqual({
      state: 'factor',
      ways: ['app', 'recovery-code'],
    })
    const sessions = async () => (await at.ground.store.sessions.ofUser(ann.who.userId)).map(one => one.scope)
    for (const proof of [
      { kind: 'mail', code: reset.code },
      { kind: 'app', code: '000000' },
      { kind: 'recovery-code', code: 'ZZZZZZZZZZ' },
    ] as const) {
      expect(await codeOfProblem(at.recovery.prove({ ...reset, proof }, callFrom()))).toBe('wrong-code')
    }
    expect(await sessions()).toEqual(['full'])
  })

  test('code and factor together do, once, of 100 at the same time too (T12)', async () => {
    const ann = await join(at, 'ann')
    const { codes } = await withApp(ann)
    const proof = { kind: 'recovery-code', code: first(codes) } as const
    const reset = { ...(await mailedReset(at, ann)), proof }
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, () => codeOfProblem(at.recovery.prove(reset, callFrom()))),
    )
    expect(outcomes.filter(outcome => outcome === 'went well')).toHaveLength(1)
    expect((await at.ground.store.users.get(ann.who.userId))?.factors?.recoveryCodes).toHaveLength(codes.length - 1)
  })

  test('a factor without the code is worth nothing, and costs no recovery code', async () => {
    const ann = await join(at, 'ann')
    const { codes } = await withApp(ann)
    const { resetId, code } = await mailedReset(at, ann)
    const proof = { kind: 'recovery-code', code: first(codes) } as const
    const attempt = at.recovery.prove({ resetId, code: otherThan(code), proof }, callFrom())
    expect(await codeOfProblem(attempt)).toBe('wrong-code')
    expect((await at.ground.store.users.get(ann.who.userId))?.factors?.recoveryCodes).toEqual(
      codes.map(() => expect.any(String)),
    )
  })

  test('the app’s code comes with the mailed one, and the app stays', async () => {
    const ann = await join(at, 'ann')
    const { secret } = await withApp(ann)
    const reset = await mailedReset(at, ann)
    expect((await at.recovery.prove(reset, callFrom())).answer.state).toBe('factor')
    const { answer } = await at.recovery.prove({ ...reset, proof: { kind: 'app', code: shown(secret) } }, callFrom())
    expect(answer).toEqual({ state: 'proven' })
    expect((await at.factorSettings.view(ann.who)).app).not.toBeNull()
  })
})

describe('with the recovery key', () => {
  test('of the wraps the recovery key’s alone is handed out', async () => {
    const ann = await join(at, 'ann')
    const wrap = recoveryWrap()
    await at.keys.setRecoveryWrap(ann.who, wrap)
    const { who } = await recoverySession(at, ann)
    const bundle = await at.recovery.bundle(who)
    const { keys } = await at.keys.own(ann.who)
    expect(bundle).toMatchObject({ email: ann.email, keys: { card: cardOf(ann.identity), sealed: keys, wrap } })
    expect(JSON.stringify(bundle)).not.toContain('password')
  })

  test('a new password comes in under the same identity, and every other way in ends', async () => {
    const ann = await join(at, 'ann')
    const other = await logIn(at, ann)
    const { token } = await at.tokens.create(ann.who, { name: 'x', scopes: ['keys:read'], life: 3_600_000 })
    const { who } = await recoverySession(at, ann)
    const input = await finishing(at, { who, person: ann, identity: ann.identity })
    const fresh = await at.recovery.finish(who, input, start)
    const own = await at.keys.own(fresh.who)
    expect(own).toMatchObject({ card: cardOf(ann.identity), wraps: input.wraps })
    for (const ended of [who, ann.who, other.session.who]) expect(await at.sessions.stands(ended)).toBe(false)
    expect(await at.tokens.whoIs(token)).toBeNull()
    expect(await codeOfProblem(logIn(at, ann))).toBe('wrong-login')
    expect(await codeOfProblem(logIn(at, { ...ann, loginSecret: input.loginSecret }))).toBe('went well')
    expect(await subjects(ann.email)).toContain('Your DataCrypt password has changed')
  })

  test('a passkey’s wrap stays, since it opens the same account key', async () => {
    const ann = await join(at, 'ann')
    const user = await at.ground.store.users.get(ann.who.userId)
    if (user?.keys === undefined) throw new Error('no keys')
    const { sealed } = recoveryWrap()
    const wrap = { kind: 'passkey', version: 1, credentialId: 'abc', salt: 'A'.repeat(43), sealed } as const
    await at.ground.store.users.swap({ ...user, keys: { ...user.keys, wraps: [...user.keys.wraps, wrap] } })
    const { who } = await recoverySession(at, ann)
    const input = await finishing(at, { who, person: ann, identity: ann.identity })
    const fresh = await at.recovery.finish(who, input, start)
    expect((await at.keys.own(fresh.who)).wraps).toEqual([...input.wraps, wrap])
  })

  test('another key’s signature is refused, and one for another password or another reset (A12)', async () => {
    const ann = await join(at, 'ann')
    const { identity: stranger } = await generateIdentity()
    const earlier = await recoverySession(at, ann)
    const old = await finishing(at, { who: earlier.who, person: ann, identity: ann.identity })
    const { who } = await recoverySession(at, ann)
    const forged = await finishing(at, { who, person: ann, identity: stranger })
    const mine = await finishing(at, { who, person: ann, identity: ann.identity })
    const wrong = [forged, old, { ...mine, loginSecret: old.loginSecret }, { ...mine, signature: 'A'.repeat(128) }]
    for (const input of wrong) {
      expect(await codeOfProblem(at.recovery.finish(who, input, start))).toBe('wrong-recovery-key')
    }
    expect(await codeOfProblem(logIn(at, ann))).toBe('went well')
    expect(await codeOfProblem(at.recovery.finish(who, mine, start))).toBe('went well')
  })

  test('wraps that would lock the owner out are refused', async () => {
    const ann = await join(at, 'ann')
    const { who } = await recoverySession(at, ann)
    const input = await finishing(at, { who, person: ann, identity: ann.identity })
    const otherKdf = { ...input.kdf, salt: 'A'.repeat(22) }
    for (const wraps of [[recoveryWrap()], [newPassword(otherKdf).wrap]]) {
      expect(await codeOfProblem(at.recovery.finish(who, { ...input, wraps }, start))).toBe('bad-request')
    }
  })
})

describe('starting over', () => {
  test('is chain + 1: the old cards stay, contacts are told, other ways in end', async () => {
    const [ann, bob] = [await join(at, 'ann'), await join(at, 'bob')]
    await send(at, bob, { to: [ann] })
    const { who } = await recoverySession(at, ann)
    const { input } = await startingOver(await paramsOf(at, ann))
    const fresh = await at.recovery.startOver(who, input, start)
    expect(await at.keys.own(fresh.who)).toEqual(input.bundle)
    expect(await at.keys.cards(fresh.who)).toEqual([cardOf(ann.identity), input.bundle.card])
    expect((await at.ground.store.users.get(ann.who.userId))?.chain).toBe(1)
    expect(await cardNewsOf(at.ground.store, bob.who, ann.who)).toHaveLength(1)
    expect((await at.keys.cardOf(bob.who, ann.who.userId)).card).toEqual(input.bundle.card)
    expect(await at.sessions.stands(ann.who)).toBe(false)
    expect(await subjects(ann.email)).toContain('Your DataCrypt identity is a new one')
  })

  test('takes another identity, not another card of the same one', async () => {
    const ann = await join(at, 'ann')
    const { who } = await recoverySession(at, ann)
    const { input } = await startingOver(await paramsOf(at, ann))
    const card = { ...cardOf(ann.identity), created: 77 }
    const attempt = at.recovery.startOver(who, { ...input, bundle: { ...input.bundle, card } }, start)
    expect(await codeOfProblem(attempt)).toBe('card-refused')
  })

  test('is the first identity of somebody who never published one', async () => {
    const bare = await signUp(at, 'bare')
    const { who } = await recoverySession(at, bare)
    expect((await at.recovery.bundle(who)).keys).toBeNull()
    const { input } = await startingOver(await paramsOf(at, bare))
    const fresh = await at.recovery.startOver(who, input, start)
    expect(await at.keys.cards(fresh.who)).toEqual([input.bundle.card])
    expect((await at.ground.store.users.get(bare.who.userId))?.chain).toBe(0)
  })

  test('of two identities at once one stands', async () => {
    const ann = await join(at, 'ann')
    const { who } = await recoverySession(at, ann)
    const kdf = await paramsOf(at, ann)
    const inputs = [(await startingOver(kdf)).input, (await startingOver(kdf)).input]
    const outcomes = await Promise.all(inputs.map(input => codeOfProblem(at.recovery.startOver(who, input, start))))
    expect(outcomes.filter(outcome => outcome === 'went well')).toHaveLength(1)
    expect(await at.ground.store.cards.ofUser(ann.who.userId)).toHaveLength(2)
  })
})

describe('starting over, cut off by a crash', () => {
  let grounds: TestGround[] = []
  afterEach(async () => {
    for (const one of grounds) await one.close()
    grounds = []
  })

  test.each(['before', 'after'] as const)(
    'at any step (%s) tells everybody once, and ends the old ways in',
    async when => {
      const failing = failingStore()
      const here = await openGround({ around: failing.around })
      grounds.push(here)
      const [bob, cy] = [await join(here, 'bob'), await join(here, 'cy')]
      let steps = 0
      for (let step = 1; ; step += 1) {
        const ann = await join(here, 'ann')
        await send(here, ann, { to: [bob, cy] })
        const { who } = await recoverySession(here, ann)
        const { input } = await startingOver(await paramsOf(here, ann))
        failing.arm(step, when)
        const outcome = await codeOfProblem(here.recovery.startOver(who, input, start))
        steps = Math.max(steps, failing.calls())
        failing.arm(0)
        // Every other browser tries again, as long as its session stands; the others never do.
        if (step % 2 === 0 && (await here.sessions.stands(who))) await here.recovery.startOver(who, input, start)
        await here.cleanup.run()
        const user = await here.ground.store.users.get(ann.who.userId)
        const replaced = user?.keys?.card.sig === input.bundle.card.sig
        expect(user?.chain ?? 0).toBe(replaced ? 1 : 0)
        expect(user?.news).toBeUndefined()
        for (const peer of [bob, cy]) {
          expect(await cardNewsOf(here.ground.store, peer.who, ann.who)).toHaveLength(replaced ? 1 : 0)
        }
        expect(await here.ground.store.cards.ofUser(ann.who.userId)).toHaveLength(replaced ? 2 : 1)
        if (replaced) expect(await here.sessions.stands(ann.who)).toBe(false)
        if (outcome === 'went well') break
      }
      expect(steps).toBeGreaterThan(15)
    },
    slow,
  )
})
