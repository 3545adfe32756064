import { readdir } from 'node:fs/promises'
import { join as path } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { times, transferLimits } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { Store } from '../store/store.ts'
import { openGround, type TestGround, type TestGroundOptions } from './ground.testing.ts'
import { codeOfProblem, completeInput, join, newPlace, only, send, signUp, upload } from './people.testing.ts'

let open: TestGround[] = []
afterEach(async () => {
  for (const at of open) await at.close()
  open = []
})
async function openOne(options: TestGroundOptions = {}): Promise<TestGround> {
  const at = await openGround(options)
  open.push(at)
  return at
}

const files = async (at: TestGround) =>
  (await readdir(path(at.folder, 'blobs'), { recursive: true, withFileTypes: true })).filter(entry => entry.isFile())

test('an upload that nobody went on with is swept after 48 hours, and its parts with it', async () => {
  const at = await openOne()
  const [alice, bob] = [await join(at, 'alice'), await join(at, 'bob')]
  const { parcel, transferId } = await upload(at, alice, { to: [bob] })
  expect(await files(at)).not.toEqual([])
  at.clock.pass(transferLimits.unfinishedLife - 1)
  await at.cleanup.run()
  expect(await at.uploads.state(alice.who, transferId)).toMatchObject({ state: 'uploading' })
  at.clock.pass(1)
  await at.cleanup.run()
  expect(await at.uploads.state(alice.who, transferId)).toEqual({ state: 'gone' })
  expect(await files(at)).toEqual([])
  expect(await at.ground.store.transfers.bytesOf(alice.who.userId)).toBe(0)
  expect(await codeOfProblem(at.uploads.complete(alice.who, completeInput(parcel, transferId)))).toBe('not-found')
  expect((await at.feed.pull(bob.who, 0)).changes).toEqual([])
})

test('nothing of an expired transfer lies on the disk', async () => {
  const at = await openOne()
  const [alice, bob] = [await join(at, 'alice'), await join(at, 'bob')]
  await send(at, alice, { to: [bob] })
  at.clock.pass(transferLimits.expiryDefault)
  await Promise.all([at.cleanup.run(), at.cleanup.run()])
  expect(await files(at)).toEqual([])
})

test('what is over goes: registrations, sessions, tickets', async () => {
  const at = await openOne()
  const person = await signUp(at, 'somebody')
  const ticket = await at.sessions.makeTicket(person.who)
  const kdf = await at.accounts.params('late@example.org', newPlace())
  const late = { name: 'x', email: 'late@example.org', loginSecret: person.loginSecret, kdf }
  const { registrationId } = await at.accounts.register(late, newPlace())
  at.clock.pass(31 * times.day)
  await at.cleanup.run()
  expect(await at.sessions.takeTicket(ticket)).toBeNull()
  expect(await at.ground.store.sessions.ofUser(person.who.userId)).toEqual([])
  expect(await codeOfProblem(at.accounts.verify({ registrationId, code: '12345678' }, newPlace()))).toBe('code-spent')
})

test('one thing that fails does not keep the others from being done', async () => {
  let broken = false
  const around = (store: Store): Store => ({
    ...store,
    transfers: {
      ...store.transfers,
      withPending: async limit => {
        if (broken) throw new Problem('internal')
        return store.transfers.withPending(limit)
      },
    },
  })
  const at = await openOne({ around })
  const [alice, bob] = [await join(at, 'alice'), await join(at, 'bob')]
  const { transferId } = await send(at, alice, { to: [bob] })
  broken = true
  at.clock.pass(transferLimits.expiryDefault)
  await at.cleanup.run()
  expect(await at.ground.store.transfers.get(transferId)).toMatchObject({ state: 'expired', blobGone: true })
  expect(at.warnings).toContainEqual(expect.stringContaining('internal'))
})

test('a letter waits longer and longer until it is accepted, then is sent once', async () => {
  const waits: number[] = []
  let failures = 6
  let last = 0
  const at = await openOne({
    mailer: inner => ({
      ...inner,
      deliver: async letter => {
        if (last > 0) waits.push(at.clock.now() - last)
        last = at.clock.now()
        failures -= 1
        if (failures >= 0) throw new Problem('unavailable', { data: { permanent: false } })
        await inner.deliver(letter)
      },
    }),
  })
  await at.mailouts.post('a', { kind: 'known-address', to: 'ada@example.org' })
  for (let i = 0; i < 80 && at.delivered.length === 0; i += 1) {
    await at.mailouts.run()
    at.clock.pass(10 * times.second)
  }
  await at.mailouts.run()
  expect(waits).toEqual([10, 20, 40, 80, 160, 320].map(seconds => seconds * times.second))
  expect(only(at.delivered)).toMatchObject({ mailId: 'a', to: 'ada@example.org' })
  expect(await at.ground.store.mail.count()).toBe(0)
})

test('a letter that is refused for good is not tried again', async () => {
  let tries = 0
  const at = await openOne({
    mailer: inner => ({
      ...inner,
      deliver: async () => {
        tries += 1
        throw new Problem('unavailable', { data: { permanent: true } })
      },
    }),
  })
  await at.mailouts.post('a', { kind: 'known-address', to: 'ada@example.org' })
  await at.mailouts.run()
  at.clock.pass(times.day)
  await at.mailouts.run()
  expect(tries).toBe(1)
  expect(at.warnings).toContainEqual(expect.stringContaining('mail'))
})

test('a letter posted twice is one, while it waits and after it went', async () => {
  const at = await openOne()
  const [alice, bob] = [await join(at, 'alice'), await join(at, 'bob')]
  const { slots } = await send(at, alice, { to: [bob] })
  const letter = { kind: 'new-transfer', to: bob.email, from: alice.email, slotId: only(slots) } as const
  await at.mailouts.run()
  await Promise.all(Array.from({ length: 10 }, () => at.mailouts.post(`new-${only(slots)}`, letter)))
  expect((await at.lettersTo(bob.email)).filter(one => one.subject.includes(alice.email))).toHaveLength(1)
})

test('more letters than one page go out in one go', async () => {
  const at = await openOne()
  const mail = at.ground.store.mail
  for (let i = 0; i < 120; i += 1) {
    const letter = { kind: 'known-address', to: `p${i}@example.org` } as const
    const now = at.clock.now()
    await mail.insert({ version: 0, mailId: `m${i}`, letter, tries: 0, nextAt: now, queuedAt: now })
  }
  await at.mailouts.run()
  expect(at.delivered).toHaveLength(120)
  expect(await mail.count()).toBe(0)
})
