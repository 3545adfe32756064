/** Who may call what: every procedure, by a visitor and by somebody it is none of the business of. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openGround, type TestGround } from '../services/ground.testing.ts'
import {
  bundleOf,
  completeInput,
  createInput,
  first,
  join,
  newKey,
  newPlace,
  newSecret,
  type Person,
  receiptFor,
  type Sent,
  send,
  upload,
} from '../services/people.testing.ts'
import type { Who } from '../services/sessions.ts'
import { appRouter } from './router.ts'

let at: TestGround
let alice: Person
let bob: Person
let eve: Person
let sent: Sent
let unfinished: Awaited<ReturnType<typeof upload>>
let inputs: Record<string, unknown>
beforeAll(async () => {
  at = await openGround()
  ;[alice, bob, eve] = [await join(at, 'alice'), await join(at, 'bob'), await join(at, 'eve')]
  sent = await send(at, alice, { to: [bob] })
  unfinished = await upload(at, alice, { to: [bob] })
  const slotId = first(sent.slots)
  const { transferId } = sent
  const { leaseId } = await at.downloads.lease(bob.who, { idempotencyKey: newKey(), slotId })
  const idempotencyKey = newKey()
  const part = { n: 1, length: unfinished.parcel.enc.length, crc32: 0 }
  inputs = {
    'keys.publish': { idempotencyKey, bundle: bundleOf(eve.identity, await at.accounts.params('x@y.zz', newPlace())) },
    'keys.lookUp': { email: alice.email },
    'keys.cardOf': { userId: alice.who.userId },
    'transfers.create': createInput(sent.parcel, [bob]),
    'transfers.grants': { transferId: unfinished.transferId, parts: [part] },
    'transfers.uploadState': { transferId: unfinished.transferId },
    'transfers.complete': completeInput(unfinished.parcel, unfinished.transferId),
    'transfers.abort': { transferId: unfinished.transferId },
    'transfers.envelopeOfSlot': { slotId },
    'transfers.envelopeOfTransfer': { transferId },
    'transfers.lease': { idempotencyKey: newKey(), slotId },
    'transfers.downloadGrant': { slotId, leaseId },
    'transfers.receipt': {
      idempotencyKey: newKey(),
      slotId,
      leaseId,
      receipt: await receiptFor(eve, sent.parcel.sealed),
    },
    'transfers.revoke': { transferId },
    'transfers.removeReceived': { slotId },
    'transfers.removeSent': { transferId },
    'changes.pull': { seq: 0 },
  }
})
afterAll(() => at.close())

const procedures = Object.keys(appRouter._def.procedures)
const forEverybody = [
  'account.facts',
  'account.params',
  'account.register',
  'account.resend',
  'account.verify',
  'account.logIn',
]
/** About the caller alone, or open to every person who has an account. */
const forAnyPerson = [
  'account.logOut',
  'account.me',
  'keys.publish',
  'keys.own',
  'keys.lookUp',
  'keys.cardOf',
  'transfers.create',
  'changes.pull',
  'changes.ticket',
]
const forItsOwner = procedures.filter(name => !forEverybody.includes(name) && !forAnyPerson.includes(name))

const contextOf = (who: Who | null) => ({ services: at, who, from: newPlace(), setCookie: () => undefined })

/** Calls a procedure by its path, past the types: the table decides. */
async function call(name: string, who: Who | null, input = inputs[name]): Promise<unknown> {
  const target = name
    .split('.')
    .reduce<unknown>(
      (caller, step) => (caller as Record<string, unknown>)[step],
      appRouter.createCaller(contextOf(who)),
    )
  try {
    await (target as (input: unknown) => Promise<unknown>)(input)
    return 'went well'
  } catch (error) {
    return (error as { cause?: { code?: string } }).cause?.code ?? String(error)
  }
}

test('every procedure stands in one of the tables', () => {
  expect(procedures.toSorted()).toEqual([...forEverybody, ...forAnyPerson, ...forItsOwner].toSorted())
  expect(forItsOwner).toHaveLength(12)
  expect(
    Object.keys(inputs)
      .filter(name => forItsOwner.includes(name))
      .toSorted(),
  ).toEqual(forItsOwner.toSorted())
})

describe.each(procedures.filter(name => !forEverybody.includes(name)))('%s', name => {
  test('is refused to a visitor', async () => {
    expect(await call(name, null)).toBe('logged-out')
  })
})

describe.each(forItsOwner)('%s', name => {
  test('is not there for somebody else', async () => {
    expect(await call(name, eve.who)).toBe('not-found')
  })

  test('is not there under an id that nobody made', async () => {
    const nobodys = 'A'.repeat(22)
    const known = Object.entries(inputs[name] as object)
    const made = known.map(([key, value]) => [key, key === 'slotId' || key === 'transferId' ? nobodys : value])
    expect(await call(name, alice.who, Object.fromEntries(made))).toBe('not-found')
  })
})

test('all of it left everything as it was', async () => {
  expect(await at.uploads.state(alice.who, unfinished.transferId)).toMatchObject({ state: 'uploading' })
  expect((await at.feed.pull(alice.who, 0)).changes.at(-1)?.item).toMatchObject({ state: 'ready' })
  expect((await at.feed.pull(bob.who, 0)).changes.at(-1)?.item).toMatchObject({ state: 'ready' })
})

test('what belongs to a person is read from the session alone', async () => {
  const caller = appRouter.createCaller(contextOf(eve.who))
  expect(await caller.account.me()).toMatchObject({ email: eve.email })
  expect((await caller.keys.own()).card).toEqual((await at.keys.own(eve.who)).card)
  expect((await caller.changes.pull({ seq: 0 })).changes).toEqual([])
})

describe('logging in', () => {
  test('with a wrong password leaves the session that was there', async () => {
    const caller = appRouter.createCaller(contextOf(eve.who))
    await expect(caller.account.logIn({ email: eve.email, loginSecret: newSecret() })).rejects.toThrow('wrong-login')
    expect(await at.sessions.stands(eve.who)).toBe(true)
  })

  test('again ends the session that was there', async () => {
    const caller = appRouter.createCaller({ ...contextOf(eve.who), browser: eve.browser })
    expect(await caller.account.logIn(eve)).toMatchObject({ state: 'done' })
    expect(await at.sessions.stands(eve.who)).toBe(false)
  })
})
