/** Leaving: what goes, what stays, and a crash at any step. */
import { readdir } from 'node:fs/promises'
import { join as path } from 'node:path'
import { DatabaseSync } from '@photostructure/sqlite'
import { afterEach, describe, expect, test } from 'vitest'
import { times } from '#shared/contract/limits.ts'
import {
  makeCard,
  makeChange,
  makeReady,
  makeSession,
  makeSlot,
  makeToken,
  makeUploading,
  makeUser,
} from '../store/records.testing.ts'
import { noBrowser } from './devices.ts'
import { failingStore } from './fail-once.testing.ts'
import { openGround, type TestGround, type TestGroundOptions } from './ground.testing.ts'
import {
  codeOf,
  codeOfProblem,
  completeInput,
  createInput,
  first,
  join,
  logIn,
  newKey,
  newPlace,
  newSecret,
  only,
  type Person,
  receiptFor,
  sealFor,
  send,
  upload,
} from './people.testing.ts'
import { callFrom, newPassword, paramsOf, recoveryWrap, rotation, sealedNoise } from './people-later.testing.ts'

/** A crash at each step is some sixty lives: on a busy machine they take their time. */
const slow = 120_000

let grounds: TestGround[] = []
afterEach(async () => {
  for (const one of grounds) await one.close()
  grounds = []
})
async function openOne(options: TestGroundOptions = {}): Promise<TestGround> {
  const at = await openGround(options)
  grounds.push(at)
  return at
}

const blobFiles = async (at: TestGround) =>
  (await readdir(path(at.folder, 'blobs'), { recursive: true, withFileTypes: true })).filter(entry => entry.isFile())

/** Every row of every table in which a text stands. */
function rowsWith(at: TestGround, text: string): string[] {
  const database = new DatabaseSync(path(at.folder, 'store.sqlite'), { readOnly: true })
  try {
    const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all()
    return tables.flatMap(({ name }) =>
      database
        .prepare(`SELECT * FROM "${String(name)}"`)
        .all()
        .filter(row => JSON.stringify(row).includes(text))
        .map(row => `${String(name)}: ${JSON.stringify(row)}`),
    )
  } finally {
    database.close()
  }
}

/** Somebody with everything that a person can have: sent, received, unfinished, tokens, attempts, letters. */
async function livedIn(at: TestGround, bob: Person): Promise<Person> {
  const ann = await join(at, 'ann')
  await at.keys.setRecoveryWrap(ann.who, recoveryWrap())
  await at.keys.rotate(ann.who, (await rotation(ann.identity)).input)
  await send(at, ann, { to: [bob] })
  await send(at, bob, { to: [ann] })
  await upload(at, ann, { to: [bob] })
  await at.tokens.create(ann.who, { name: 'program', scopes: ['keys:read'], life: 3_600_000 })
  await logIn(at, ann)
  await at.recovery.begin(ann.email, callFrom())
  return ann
}

async function expectGone(at: TestGround, ann: Pick<Person, 'who' | 'email'>): Promise<void> {
  const { userId } = ann.who
  const { store } = at.ground
  expect(await store.users.get(userId)).toBeNull()
  expect(await store.users.byEmail(ann.email)).toBeNull()
  expect(await store.sessions.ofUser(userId)).toEqual([])
  expect(await store.tokens.ofUser(userId)).toEqual([])
  expect(await store.cards.ofUser(userId)).toEqual([])
  expect(await store.changes.after(userId, 0, 1000)).toEqual([])
  for (const transfer of await store.transfers.ofSender(userId)) {
    expect(transfer).toMatchObject({ blobGone: true })
    expect('envelope' in transfer ? transfer.envelope : '').toBe('')
  }
  for (const slot of await store.slots.ofOwner(userId)) expect(slot).toMatchObject({ stanza: '', leases: [] })
}

describe('deleting an account', () => {
  test('takes away everything of the person, and ends every way in', async () => {
    const at = await openOne()
    const bob = await join(at, 'bob')
    const ann = await livedIn(at, bob)
    const { cookie } = await at.leaving.remove(ann.who)
    expect(cookie).toMatch(/Max-Age=0/)
    await expectGone(at, ann)
    expect(await at.sessions.whoIs(ann.cookie)).toBeNull()
    expect(await codeOfProblem(logIn(at, ann))).toBe('wrong-login')
    expect(await codeOfProblem(at.keys.lookUp(bob.who, ann.email))).toBe('unknown-address')
    expect(await codeOfProblem(at.keys.cardOf(bob.who, ann.who.userId))).toBe('not-found')
    expect((await at.lettersTo(ann.email)).at(-1)?.subject).toMatch(/deleted/)
    expect(at.warnings).toEqual([])
  })

  test('leaves in the store nothing with the address, the name or a key of the person', async () => {
    const at = await openOne()
    const bob = await join(at, 'bob')
    const ann = await livedIn(at, bob)
    const { card, keys } = await at.keys.own(ann.who)
    await at.lettersTo(ann.email)
    await at.leaving.remove(ann.who)
    await at.lettersTo(ann.email)
    for (const text of [ann.email, keys.sealed, card.enc, card.sign]) expect(rowsWith(at, text)).toEqual([])
    // What stays: transfers as their recipients list them, slots as their senders do; ids, times, sizes.
    const tables = new Set(rowsWith(at, ann.who.userId).map(row => row.split(':')[0]))
    expect([...tables].toSorted()).toEqual(['slots', 'transfers'])
  })

  test('leaves no address that was the person’s before', async () => {
    const at = await openOne()
    const bob = await join(at, 'bob')
    const ann = await livedIn(at, bob)
    const next = `moved-${ann.email}`
    const given = newPassword(await paramsOf(at, { email: next }))
    await at.accountChanges.beginEmailChange(ann.who, { email: next, ...given })
    await at.accountChanges.confirmEmailChange(ann.who, await codeOf(at, next))
    await at.lettersTo(next)
    await at.leaving.remove(ann.who)
    await at.lettersTo(next)
    expect(rowsWith(at, ann.email)).toEqual([])
  })

  test('deletes the ciphertext of what they sent, and of nothing else', async () => {
    const at = await openOne()
    const bob = await join(at, 'bob')
    const before = await blobFiles(at)
    const ann = await join(at, 'ann')
    await send(at, ann, { to: [bob] })
    await upload(at, ann, { to: [bob] })
    const mine = await send(at, bob, { to: [ann] })
    expect((await blobFiles(at)).length).toBeGreaterThan(before.length)
    await at.leaving.remove(ann.who)
    const left = await blobFiles(at)
    const transfer = await at.ground.store.transfers.get(mine.transferId)
    expect(left.length).toBeGreaterThan(0)
    expect(left.every(file => file.parentPath.includes(transfer?.blobId ?? '?'))).toBe(true)
  })

  test('is seen by others: taken back in the inbox, a person who is gone in the sent list, receipts kept', async () => {
    const at = await openOne()
    const [ann, bob] = [await join(at, 'ann'), await join(at, 'bob')]
    await send(at, ann, { to: [bob] })
    const mine = await send(at, bob, { to: [ann] })
    const slotId = only(mine.slots)
    const { leaseId } = await at.downloads.lease(ann.who, { idempotencyKey: newKey(), slotId })
    const receipt = await receiptFor(ann, mine.parcel.sealed)
    await at.downloads.receipt(ann.who, { idempotencyKey: newKey(), slotId, leaseId, receipt })
    await at.leaving.remove(ann.who)
    const { changes } = await at.feed.pull(bob.who, 0)
    const gone = { userId: ann.who.userId, name: '', email: '' }
    const [inbox, sent] = ['inbox', 'sent'].map(kind => changes.findLast(change => change.kind === kind)?.item)
    expect(inbox).toMatchObject({ state: 'revoked', from: gone })
    expect(sent).toMatchObject({ state: 'ready', slots: [{ state: 'downloaded', to: gone, receipt }] })
  })

  test('a receipt that comes after its sender has left finds nothing, and breaks nothing', async () => {
    const at = await openOne()
    const [ann, bob] = [await join(at, 'ann'), await join(at, 'bob')]
    const sent = await send(at, ann, { to: [bob] })
    const slotId = only(sent.slots)
    const { leaseId } = await at.downloads.lease(bob.who, { idempotencyKey: newKey(), slotId })
    await at.leaving.remove(ann.who)
    const receipt = await receiptFor(bob, sent.parcel.sealed)
    const late = at.downloads.receipt(bob.who, { idempotencyKey: newKey(), slotId, leaseId, receipt })
    expect(await codeOfProblem(late)).toBe('not-found')
    expect(await codeOfProblem(at.downloads.envelopeOfSlot(bob.who, slotId))).toBe('revoked')
  })

  test('between sealing and sending: the sender hears that there is nobody (F25)', async () => {
    const at = await openOne()
    const [ann, bob] = [await join(at, 'ann'), await join(at, 'bob')]
    const half = await upload(at, bob, { to: [ann] })
    await at.leaving.remove(ann.who)
    const parcel = await sealFor(bob, [ann])
    expect(await codeOfProblem(at.uploads.create(bob.who, createInput(parcel, [ann])))).toBe('unknown-address')
    expect(await codeOfProblem(at.uploads.complete(bob.who, completeInput(half.parcel, half.transferId)))).toBe(
      'went well',
    )
    expect(await at.ground.store.changes.head(ann.who.userId)).toBe(0)
    const sent = (await at.feed.pull(bob.who, 0)).changes.at(-1)?.item
    expect(sent).toMatchObject({ slots: [{ state: 'waiting', to: { name: '', email: '' } }] })
  })

  test('frees the address, with the same salt', async () => {
    const at = await openOne()
    const ann = await join(at, 'ann')
    const kdf = await paramsOf(at, ann)
    await at.leaving.remove(ann.who)
    expect(await paramsOf(at, ann)).toEqual(kdf)
    const order = { name: 'Ann', email: ann.email, loginSecret: newSecret(), kdf }
    const { registrationId } = await at.accounts.register(order, newPlace())
    const code = await codeOf(at, ann.email)
    const { account } = await at.accounts.verify({ registrationId, code }, newPlace(), noBrowser)
    expect(account.userId).not.toBe(ann.who.userId)
    expect(account.keys).toBe(false)
  })

  test('twice at once is once', async () => {
    const at = await openOne()
    const bob = await join(at, 'bob')
    const ann = await livedIn(at, bob)
    const outcomes = await Promise.all([1, 2, 3].map(() => codeOfProblem(at.leaving.remove(ann.who))))
    expect(outcomes).toContain('went well')
    await at.cleanup.run()
    await expectGone(at, ann)
    expect((await at.lettersTo(ann.email)).filter(letter => /deleted/.test(letter.subject)).length).toBeGreaterThan(0)
  })
})

/** A person as records alone: a crash is looked for at every step, and each takes somebody new. */
async function recorded(at: TestGround, bob: Person): Promise<Pick<Person, 'who' | 'email'>> {
  const { store, now } = at.ground
  const keys = { card: makeCard(1), sealed: sealedNoise(), wraps: [recoveryWrap()] }
  const user = makeUser({ keys })
  const { userId } = user
  const session = makeSession({ userId, expiresAt: now() + times.day })
  const mine = makeReady({ sender: userId, recipients: [bob.who.userId] })
  const theirs = makeReady({ sender: bob.who.userId, recipients: [userId] })
  await store.users.insert(user)
  await store.sessions.insert(session)
  await store.tokens.insert(makeToken({ userId }))
  await store.cards.insert(userId, keys.card, 0)
  for (const transfer of [mine, theirs, makeUploading({ sender: userId })]) await store.transfers.insert(transfer)
  await store.slots.insert(makeSlot({ transferId: mine.transferId, owner: bob.who.userId, sender: userId }))
  await store.slots.insert(makeSlot({ transferId: theirs.transferId, owner: userId, sender: bob.who.userId }))
  await store.changes.insert(makeChange({ userId }))
  return { who: { userId, sessionHash: session.idHash, via: 'session', scopes: [] }, email: user.email }
}

test.each(['before', 'after'] as const)(
  'a crash at any step (%s) is mended by cleanup',
  async when => {
    const failing = failingStore()
    const at = await openOne({ around: failing.around })
    const bob = await join(at, 'bob')
    let steps = 1
    for (let step = 1; step <= steps; step += 1) {
      const ann = await recorded(at, bob)
      failing.arm(step, when)
      await codeOfProblem(at.leaving.remove(ann.who))
      await at.mailouts.run().catch(() => undefined)
      steps = Math.max(steps, failing.calls())
      failing.arm(0)
      const stays = (await at.ground.store.users.get(ann.who.userId))?.keys !== undefined
      if (stays) {
        expect(await at.sessions.stands(ann.who)).toBe(true)
        await at.leaving.remove(ann.who)
      }
      await at.cleanup.run()
      await expectGone(at, ann)
      expect(await at.ground.store.users.withNews(10)).toEqual([])
      // A letter that a crash left with the mail server is tried again two minutes later.
      at.clock.pass(3 * times.minute)
      expect((await at.lettersTo(ann.email)).length).toBeGreaterThan(0)
    }
    expect(steps).toBeGreaterThan(40)
  },
  slow,
)

describe('the export', () => {
  test('is all that the server holds about the person: keys and wraps, sessions, transfers with whom', async () => {
    const at = await openOne()
    const bob = await join(at, 'bob')
    const ann = await livedIn(at, bob)
    const own = await at.keys.own(ann.who)
    const all = await at.exportData(ann.who)
    expect(all).toMatchObject({
      format: 'datacrypt-account/1',
      profile: { userId: ann.who.userId, name: ann.name, email: ann.email },
      keys: { card: own.card, sealed: own.keys, wraps: own.wraps },
      tokens: [{ name: 'program', scopes: ['keys:read'] }],
    })
    expect(all.cards).toHaveLength(2)
    expect(all.sessions).toHaveLength(2)
    expect(all.sent.map(one => one.state)).toEqual(['ready', 'uploading'])
    expect(all.sent.map(one => first(one.recipients).email)).toEqual([bob.email, bob.email])
    expect(only(all.received).from.email).toBe(bob.email)
    expect(all.sent[0]?.envelope).toContain('datacrypt-key/1')
  })

  test('holds no bearer, no hash of one, nothing of other people but name and address', async () => {
    const at = await openOne()
    const bob = await join(at, 'bob')
    const ann = await livedIn(at, bob)
    const text = JSON.stringify(await at.exportData(ann.who))
    const user = await at.ground.store.users.get(ann.who.userId)
    const records = [
      ...(await at.ground.store.sessions.ofUser(ann.who.userId)),
      ...(await at.ground.store.tokens.ofUser(ann.who.userId)),
    ]
    for (const secret of [user?.loginHash ?? '?', ann.loginSecret, ...records.map(one => one.idHash)]) {
      expect(text).not.toContain(secret)
    }
    expect(text).not.toContain((await at.keys.own(bob.who)).keys.sealed)
  })
})
