import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { changePage } from '#shared/contract/limits.ts'
import { failingStore } from './fail-once.testing.ts'
import { openGround, type TestGround } from './ground.testing.ts'
import { codeOfProblem, completeInput, first, join, only, type Person, send, upload } from './people.testing.ts'

const failing = failingStore()
let at: TestGround
let alice: Person
beforeAll(async () => {
  at = await openGround({ around: failing.around })
  alice = await join(at, 'alice')
})
afterAll(() => at.close())

const seqs = async (person: Person, after = 0) => (await at.feed.pull(person.who, after)).changes.map(one => one.seq)

describe('the change list', () => {
  test('has no gaps and nothing twice after fifty changes at once', async () => {
    const bob = await join(at, 'bob')
    const { transferId } = await send(at, alice, { to: [bob] })
    const uploads = await Promise.all(Array.from({ length: 50 }, () => upload(at, alice, { to: [bob] })))
    await Promise.all(uploads.map(one => at.uploads.complete(alice.who, completeInput(one.parcel, one.transferId))))
    expect(await seqs(bob)).toEqual(Array.from({ length: 51 }, (_, index) => index + 1))
    const { changes, head } = await at.feed.pull(bob.who, 0)
    expect(head).toBe(51)
    const items = changes.map(change => ('transferId' in change.item ? change.item.transferId : ''))
    expect(new Set(items)).toEqual(new Set([transferId, ...uploads.map(one => one.transferId)]))
  })

  test('comes in pages', async () => {
    const [carol, slots] = [await join(at, 'carol'), 3]
    const { transferId } = await send(at, alice, { to: [carol] })
    const slot = only(await at.ground.store.slots.ofTransfer(transferId))
    const subject = { kind: 'inbox', slotId: slot.slotId } as const
    for (let seq = 2; seq <= changePage + slots; seq += 1) {
      await at.ground.store.changes.insert({ userId: carol.who.userId, seq, changeId: `test-${seq}`, subject })
    }
    expect(await seqs(carol)).toHaveLength(changePage)
    expect(await at.feed.pull(carol.who, 0)).toMatchObject({ head: changePage + slots })
    expect(await seqs(carol, changePage)).toEqual([201, 202, 203])
    expect(await seqs(carol, 1_000_000)).toEqual([])
  })

  test('is mended after a crash at any step of listing', async () => {
    const dora = await join(at, 'dora')
    for (let step = 1; ; step += 1) {
      const { transferId, slots } = await send(at, alice, { to: [dora] })
      const head = (await at.feed.pull(dora.who, 0)).head
      failing.arm(step)
      const outcome = await codeOfProblem(at.downloads.revoke(alice.who, { transferId, slotId: first(slots) }))
      const reached = failing.calls() >= step
      failing.arm(0)
      await at.cleanup.run()
      const revoked = (await at.ground.store.slots.get(first(slots)))?.revokedAt !== null
      const listed = await seqs(dora, head)
      expect(listed).toEqual(revoked ? [head + 1] : [])
      if (outcome === 'went well') expect(revoked).toBe(true)
      if (!reached) return expect(step).toBeGreaterThan(5)
    }
  })

  test("holds one's own changes alone", async () => {
    const [eve, fay] = [await join(at, 'eve'), await join(at, 'fay')]
    await send(at, alice, { to: [eve] })
    expect(await seqs(eve)).toEqual([1])
    expect(await seqs(fay)).toEqual([])
  })

  test('tells recipients nothing of each other', async () => {
    const [gil, hal] = [await join(at, 'gil'), await join(at, 'hal')]
    await send(at, alice, { to: [gil, hal] })
    const seen = JSON.stringify(await at.feed.pull(gil.who, 0))
    expect(seen).toContain(alice.email)
    expect(seen).not.toContain(hal.email)
    expect(seen).not.toContain(hal.who.userId)
  })
})

describe('knocks', () => {
  test('come at once, within 100 ms of a change, and end with the signal', async () => {
    const ida = await join(at, 'ida')
    const ended = new AbortController()
    const knocks = at.feed.knocks(ida.who, ended.signal)
    const epoch = await at.ground.store.epoch()
    expect(await knocks.next()).toEqual({ done: false, value: { epoch, head: 0 } })
    const waiting = knocks.next().then(knock => ({ knock, at: performance.now() }))
    const one = await upload(at, alice, { to: [ida] })
    await at.uploads.complete(alice.who, completeInput(one.parcel, one.transferId))
    const done = performance.now()
    const heard = await waiting
    expect(heard.knock).toEqual({ done: false, value: { epoch, head: 1 } })
    expect(heard.at - done).toBeLessThan(100)
    const last = knocks.next()
    ended.abort()
    expect(await last).toEqual({ done: true, value: undefined })
  })

  test('that nobody took are one', async () => {
    const jon = await join(at, 'jon')
    const ended = new AbortController()
    const knocks = at.feed.knocks(jon.who, ended.signal)
    await knocks.next()
    for (let i = 0; i < 3; i += 1) await send(at, alice, { to: [jon] })
    expect((await knocks.next()).value).toMatchObject({ head: 3 })
    const quiet = knocks.next()
    ended.abort()
    expect(await quiet).toMatchObject({ done: true })
  })

  test('do not come for what others hear', async () => {
    const [kim, lea] = [await join(at, 'kim'), await join(at, 'lea')]
    const ended = new AbortController()
    const knocks = at.feed.knocks(kim.who, ended.signal)
    await knocks.next()
    const waiting = knocks.next()
    await send(at, alice, { to: [lea] })
    ended.abort()
    expect(await waiting).toMatchObject({ done: true })
  })
})
