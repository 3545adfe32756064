import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { LeaseId, SlotId } from '#shared/contract/ids.ts'
import { leaseLimits, times, transferLimits } from '#shared/contract/limits.ts'
import type { SentItem } from '#shared/contract/transfer.ts'
import { encodeBase64 } from '#shared/format/base64.ts'
import { openGround, type TestGround } from './ground.testing.ts'
import {
  codeOfProblem,
  first,
  join,
  newKey,
  type Person,
  receiptFor,
  type Sent,
  send,
  tokenOf,
} from './people.testing.ts'

let at: TestGround
let alice: Person
let bob: Person
let carol: Person
beforeAll(async () => {
  at = await openGround()
  ;[alice, bob, carol] = [await join(at, 'alice'), await join(at, 'bob'), await join(at, 'carol')]
})
afterAll(() => at.close())

let sent: Sent
let slotId: SlotId
const sendNew = async (create = {}) => {
  sent = await send(at, alice, { to: [bob, carol], create })
  slotId = first(sent.slots)
}
beforeEach(() => sendNew())

const lease = (who = bob.who) => at.downloads.lease(who, { idempotencyKey: newKey(), slotId })
const grant = (leaseId: LeaseId) => at.downloads.grant(bob.who, { slotId, leaseId })
const giveReceipt = async (leaseId: LeaseId, person = bob, from = sent) => {
  const receipt = await receiptFor(person, from.parcel.sealed)
  return at.downloads.receipt(bob.who, { idempotencyKey: newKey(), slotId, leaseId, receipt })
}
const sentView = async (): Promise<SentItem | undefined> => {
  const views = (await pullAll(alice)).flatMap(change => (change.kind === 'sent' ? [change.item] : []))
  return views.findLast(item => item.transferId === sent.transferId)
}
async function pullAll(person: Person) {
  const pages = [await at.feed.pull(person.who, 0)]
  for (let page = pages[0]; page !== undefined && (page.changes.at(-1)?.seq ?? page.head) < page.head; ) {
    page = await at.feed.pull(person.who, page.changes.at(-1)?.seq ?? 0)
    pages.push(page)
  }
  return pages.flatMap(page => page.changes)
}
const inboxView = async (person = bob) =>
  (await pullAll(person)).flatMap(change => (change.kind === 'inbox' ? [change.item] : [])).at(-1)

describe('an envelope', () => {
  test("carries its reader's stanza alone", async () => {
    const { recipients } = JSON.parse(sent.parcel.sealed.envelopeText)
    const stanzas = async (text: Promise<string>) => JSON.parse(await text).recipients
    expect(await stanzas(at.downloads.envelopeOfSlot(bob.who, slotId))).toEqual([recipients[0]])
    expect(await stanzas(at.downloads.envelopeOfTransfer(alice.who, sent.transferId))).toEqual([recipients[2]])
  })
})

describe('a lease', () => {
  test('of a limit of one is one, asked for two hundred times at once', async () => {
    await sendNew({ downloads: 1 })
    const leases = await Promise.all(Array.from({ length: 200 }, () => lease()))
    expect(new Set(leases.map(one => one.leaseId)).size).toBe(1)
    const slot = await at.ground.store.slots.get(slotId)
    expect(slot?.leases).toHaveLength(1)
  })

  test('is resumed by its holder, and lives a day', async () => {
    const held = await lease()
    expect(held).toMatchObject({ length: sent.parcel.enc.length, expiresAt: at.clock.now() + leaseLimits.life })
    await grant(held.leaseId)
    at.clock.pass(leaseLimits.life - 1)
    expect(await lease()).toEqual(held)
    at.clock.pass(1)
    expect((await lease()).leaseId).not.toBe(held.leaseId)
    expect(await codeOfProblem(grant(held.leaseId))).toBe('not-found')
  })

  test('whose bytes were never asked for gives the download back after ten minutes', async () => {
    await sendNew({ downloads: 1 })
    const held = await lease()
    at.clock.pass(leaseLimits.idleLife)
    expect(await codeOfProblem(grant(held.leaseId))).toBe('not-found')
    const next = await lease()
    expect(next.leaseId).not.toBe(held.leaseId)
    expect(await codeOfProblem(grant(next.leaseId))).toBe('went well')
  })

  test('counts when it runs out after a URL was handed out', async () => {
    await sendNew({ downloads: 1 })
    await grant((await lease()).leaseId)
    at.clock.pass(leaseLimits.life)
    expect(await codeOfProblem(lease())).toBe('limit-reached')
  })

  test('counts when its receipt came, and not before', async () => {
    await sendNew({ downloads: 2 })
    for (let i = 0; i < 2; i += 1) {
      const { leaseId } = await lease()
      await grant(leaseId)
      expect((await lease()).leaseId).toBe(leaseId)
      await giveReceipt(leaseId)
    }
    expect(await codeOfProblem(lease())).toBe('limit-reached')
  })

  test("of one recipient does not take another's", async () => {
    await sendNew({ downloads: 1 })
    await giveReceipt((await lease()).leaseId)
    const [, other = slotId] = sent.slots
    const theirs = at.downloads.lease(carol.who, { idempotencyKey: newKey(), slotId: other })
    expect(await codeOfProblem(theirs)).toBe('went well')
  })

  test('gives a URL of five minutes that serves the ciphertext', async () => {
    const { leaseId } = await lease()
    const url = await grant(leaseId)
    expect(url.expiresAt).toBe(at.clock.now() + leaseLimits.urlLife)
    const served = await at.blobs.openRange(tokenOf(url), null)
    const bytes = Buffer.concat(await served.body.toArray())
    expect(bytes.equals(sent.parcel.enc)).toBe(true)
    at.clock.pass(leaseLimits.urlLife)
    expect(await codeOfProblem(at.blobs.openRange(tokenOf(url), null))).toBe('grant-refused')
  })

  test('gives no URL that outlives the transfer', async () => {
    await sendNew({ life: transferLimits.expiryMin })
    at.clock.pass(transferLimits.expiryMin - times.minute)
    const url = await grant((await lease()).leaseId)
    expect(url.expiresAt).toBe(at.clock.now() + times.minute)
  })
})

describe('a receipt', () => {
  test('makes the share downloaded for both sides', async () => {
    const { leaseId } = await lease()
    expect(await sentView()).toMatchObject({ slots: [{ state: 'downloading' }, { state: 'waiting' }] })
    await giveReceipt(leaseId)
    const receipt = await receiptFor(bob, sent.parcel.sealed)
    expect(await sentView()).toMatchObject({
      slots: [
        { state: 'downloaded', at: at.clock.now(), receipt: { transfer: receipt.transfer } },
        { state: 'waiting' },
      ],
    })
    expect(await inboxView()).toMatchObject({ state: 'ready', downloadedAt: at.clock.now() })
  })

  test('repeated changes nothing', async () => {
    const { leaseId } = await lease()
    await giveReceipt(leaseId)
    const heads = async () => [(await at.feed.pull(alice.who, 0)).head, (await at.feed.pull(bob.who, 0)).head]
    const before = await heads()
    at.clock.pass(1000)
    await giveReceipt(leaseId)
    expect(await heads()).toEqual(before)
    expect((await at.ground.store.slots.get(slotId))?.receipt?.at).toBe(at.clock.now() - 1000)
  })

  test('is checked: forged, of another person, of another transfer', async () => {
    const { leaseId } = await lease()
    const refused = async (changes: object) => {
      const receipt = { ...(await receiptFor(bob, sent.parcel.sealed)), ...changes }
      const order = { idempotencyKey: newKey(), slotId, leaseId, receipt }
      return codeOfProblem(at.downloads.receipt(bob.who, order))
    }
    expect(await refused({ received: 8 })).toBe('receipt-invalid')
    expect(await refused({ sig: 'A'.repeat(128) })).toBe('receipt-invalid')
    expect(await refused({ transfer: encodeBase64(new Uint8Array(32)) })).toBe('receipt-invalid')
    expect(await refused({ recipient: {} })).toBe('receipt-invalid')
    expect(await codeOfProblem(giveReceipt(leaseId, carol))).toBe('receipt-invalid')
    const other = await send(at, alice, { to: [bob] })
    expect(await codeOfProblem(giveReceipt(leaseId, bob, other))).toBe('receipt-invalid')
    expect((await at.ground.store.slots.get(slotId))?.receipt).toBeNull()
    expect(await sentView()).toMatchObject({ slots: [{ state: 'downloading' }, { state: 'waiting' }] })
  })

  test('needs a lease of this share', async () => {
    const { leaseId } = await lease()
    const first = sent
    await sendNew()
    expect(await codeOfProblem(giveReceipt(leaseId, bob, first))).toBe('not-found')
  })

  test('is taken of a transfer that ended meanwhile', async () => {
    const { leaseId } = await lease()
    await at.downloads.revoke(alice.who, { transferId: sent.transferId })
    expect(await codeOfProblem(giveReceipt(leaseId))).toBe('went well')
  })
})

describe('taking back', () => {
  test('everything ends each share and deletes the ciphertext', async () => {
    const url = await grant((await lease()).leaseId)
    await at.downloads.revoke(alice.who, { transferId: sent.transferId })
    expect(await codeOfProblem(lease())).toBe('revoked')
    expect(await codeOfProblem(at.downloads.envelopeOfSlot(bob.who, slotId))).toBe('revoked')
    expect(await codeOfProblem(at.blobs.openRange(tokenOf(url), null))).toBe('not-found')
    expect(await inboxView()).toMatchObject({ state: 'revoked', slotId })
    expect(await inboxView(carol)).toMatchObject({ state: 'revoked' })
    expect(await sentView()).toMatchObject({ state: 'revoked', revokedAt: at.clock.now() })
    expect(await at.ground.store.transfers.get(sent.transferId)).toMatchObject({ blobGone: true })
    await at.downloads.revoke(alice.who, { transferId: sent.transferId })
  })

  test("one share leaves the other's", async () => {
    const held = await lease()
    await at.downloads.revoke(alice.who, { transferId: sent.transferId, slotId })
    expect(await codeOfProblem(lease())).toBe('revoked')
    expect(await codeOfProblem(grant(held.leaseId))).toBe('revoked')
    expect(await inboxView()).toMatchObject({ state: 'revoked', slotId })
    const [, other = slotId] = sent.slots
    expect(await codeOfProblem(at.downloads.envelopeOfSlot(carol.who, other))).toBe('went well')
    expect(await sentView()).toMatchObject({ state: 'ready', slots: [{ state: 'revoked' }, { state: 'waiting' }] })
  })

  test("another transfer's share by this transfer is refused", async () => {
    const { transferId } = await send(at, alice, { to: [bob] })
    expect(await codeOfProblem(at.downloads.revoke(alice.who, { transferId, slotId }))).toBe('not-found')
    expect(await codeOfProblem(lease())).toBe('went well')
  })
})

describe('removing', () => {
  test('a received one hides it from its owner alone', async () => {
    await at.downloads.removeReceived(bob.who, slotId)
    expect(await inboxView()).toEqual({ state: 'deleted', slotId })
    expect(await codeOfProblem(lease())).toBe('not-found')
    expect(await codeOfProblem(at.downloads.envelopeOfSlot(bob.who, slotId))).toBe('not-found')
    expect(await sentView()).toMatchObject({ state: 'ready', slots: [{ state: 'waiting' }, { state: 'waiting' }] })
  })

  test('a sent one hides it from its sender alone', async () => {
    await at.downloads.removeSent(alice.who, sent.transferId)
    expect(await sentView()).toEqual({ state: 'deleted', transferId: sent.transferId })
    expect(await codeOfProblem(lease())).toBe('went well')
  })
})

describe('time', () => {
  test('ends a share at its moment, before anybody has cleaned up', async () => {
    at.clock.pass(transferLimits.expiryDefault - 1)
    expect(await codeOfProblem(at.downloads.envelopeOfSlot(bob.who, slotId))).toBe('went well')
    at.clock.pass(1)
    await expect(lease()).rejects.toMatchObject({ code: 'expired', data: { at: at.clock.now() } })
    expect(await codeOfProblem(at.downloads.envelopeOfSlot(bob.who, slotId))).toBe('expired')
    expect(await inboxView()).toMatchObject({ state: 'expired' })
    expect(await sentView()).toMatchObject({ state: 'expired' })
  })

  test('is told to both sides by the cleanup, which deletes the ciphertext', async () => {
    const url = await grant((await lease()).leaseId)
    const heads = async () => [(await at.feed.pull(alice.who, 0)).head, (await at.feed.pull(bob.who, 0)).head]
    const before = await heads()
    at.clock.pass(transferLimits.expiryDefault)
    await at.cleanup.run()
    await at.cleanup.run()
    const [toAlice = 0, toBob = 0] = before
    const after = await heads()
    expect(after[0]).toBeGreaterThan(toAlice)
    expect(after[1]).toBeGreaterThan(toBob)
    expect(await sentView()).toMatchObject({ state: 'expired' })
    expect(await inboxView()).toMatchObject({ state: 'expired' })
    expect(await at.ground.store.transfers.get(sent.transferId)).toMatchObject({ state: 'expired', blobGone: true })
    expect(await codeOfProblem(at.blobs.openRange(tokenOf(url), null))).not.toBe('went well')
    await at.cleanup.run()
    expect(await heads()).toEqual(after)
  })
})

test('nobody else hears of a share or a transfer', async () => {
  const { leaseId } = await lease()
  const { transferId } = sent
  const receipt = await receiptFor(carol, sent.parcel.sealed)
  for (const { who } of [alice, carol]) {
    expect(await codeOfProblem(at.downloads.envelopeOfSlot(who, slotId))).toBe('not-found')
    expect(await codeOfProblem(lease(who))).toBe('not-found')
    expect(await codeOfProblem(at.downloads.grant(who, { slotId, leaseId }))).toBe('not-found')
    expect(await codeOfProblem(at.downloads.removeReceived(who, slotId))).toBe('not-found')
    const order = { idempotencyKey: newKey(), slotId, leaseId, receipt }
    expect(await codeOfProblem(at.downloads.receipt(who, order))).toBe('not-found')
  }
  for (const { who } of [bob, carol]) {
    expect(await codeOfProblem(at.downloads.envelopeOfTransfer(who, transferId))).toBe('not-found')
    expect(await codeOfProblem(at.downloads.revoke(who, { transferId }))).toBe('not-found')
    expect(await codeOfProblem(at.downloads.revoke(who, { transferId, slotId }))).toBe('not-found')
    expect(await codeOfProblem(at.downloads.removeSent(who, transferId))).toBe('not-found')
  }
  expect(await sentView()).toMatchObject({ state: 'ready' })
})
