import { randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { dirname, join as path } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { makeId, userId } from '#shared/contract/ids.ts'
import { transferLimits } from '#shared/contract/limits.ts'
import { failingStore } from './fail-once.testing.ts'
import { openGround, type TestGround } from './ground.testing.ts'
import {
  codeOfProblem,
  completeInput,
  createInput,
  first,
  join,
  newKey,
  only,
  type Person,
  partsOf,
  putParts,
  sealFor,
  send,
  signUp,
  upload,
} from './people.testing.ts'

const failing = failingStore()
let at: TestGround
let alice: Person
let bob: Person
let carol: Person
beforeAll(async () => {
  at = await openGround({ around: failing.around })
  ;[alice, bob, carol] = [await join(at, 'alice'), await join(at, 'bob'), await join(at, 'carol')]
})
afterAll(() => at.close())

const noBytes = { enc: new Uint8Array(10_000) }
/** Unfinished uploads of a blob that lie on the disk. */
async function uploadsOf(blobId: string): Promise<readonly string[]> {
  const names = await readdir(path(at.folder, 'blobs'), { recursive: true })
  return names.filter(name => dirname(name).endsWith(blobId))
}

describe('creating', () => {
  test('refuses what the rules do not allow', async () => {
    const most = at.ground.rules.maxTransferBytes
    const refused = async (to: readonly Person[], changes: Parameters<typeof createInput>[2]) =>
      codeOfProblem(at.uploads.create(alice.who, createInput(noBytes, to, changes)))
    expect(await refused([bob], { length: most + 1 })).toBe('too-large')
    expect(await refused([alice], {})).toBe('only-yourself')
    expect(await refused([alice, alice], {})).toBe('only-yourself')
    expect(await refused([bob], { life: transferLimits.expiryMin - 1 })).toBe('bad-request')
    expect(await refused([bob], { life: transferLimits.expiryMax + 1 })).toBe('bad-request')
    const nobody = makeId(userId, length => new Uint8Array(randomBytes(length)))
    expect(await refused([bob], { recipients: [bob.who.userId, nobody] })).toBe('unknown-address')
    const bare = await signUp(at, 'bare')
    expect(await refused([bob], { recipients: [bare.who.userId] })).toBe('unknown-address')
  })

  test('takes each recipient once, and never the sender', async () => {
    const input = createInput(noBytes, [bob, bob, alice, carol])
    const { transferId } = await at.uploads.create(alice.who, input)
    const record = await at.ground.store.transfers.get(transferId)
    expect(record?.recipients).toEqual([bob.who.userId, carol.who.userId])
  })

  test('counts what is under way and what is live against the quota', async () => {
    const sender = await join(at, 'hoarder')
    const half = at.ground.rules.quotaBytes / 2
    const create = (length: number) => at.uploads.create(sender.who, createInput(noBytes, [bob], { length }))
    await create(half)
    const { transferId } = await create(half - 10)
    await expect(create(11)).rejects.toMatchObject({ code: 'quota-full', data: { free: 10 } })
    await create(10)
    await at.uploads.abort(sender.who, transferId)
    await create(half - 10)
    expect(await codeOfProblem(create(1))).toBe('quota-full')
  })

  test('of many at once no more than the quota holds', async () => {
    const sender = await join(at, 'racer')
    const length = at.ground.rules.quotaBytes / 2
    const creates = Array.from({ length: 20 }, () =>
      codeOfProblem(at.uploads.create(sender.who, createInput(noBytes, [bob], { length }))),
    )
    const outcomes = await Promise.all(creates)
    expect(await at.ground.store.transfers.bytesOf(sender.who.userId)).toBeLessThanOrEqual(2 * length)
    expect(outcomes.filter(outcome => outcome === 'went well').length).toBeLessThanOrEqual(2)
  })

  test('fifty times at once under one key begins one upload', async () => {
    const input = createInput(noBytes, [bob])
    const all = await Promise.all(Array.from({ length: 50 }, () => at.uploads.create(alice.who, input)))
    expect(new Set(all.map(one => one.transferId)).size).toBe(1)
    const record = await at.ground.store.transfers.get(first(all).transferId)
    expect(await uploadsOf(record?.blobId ?? '')).toHaveLength(1)
    expect(await codeOfProblem(at.uploads.create(alice.who, { ...input, length: 1 }))).toBe('conflict')
  })

  test.each(['before', 'after'] as const)('goes on where a crash %s any step left it', async when => {
    for (let step = 1; ; step += 1) {
      const input = createInput(noBytes, [bob])
      failing.arm(step, when)
      const outcome = await codeOfProblem(at.uploads.create(alice.who, input))
      const reached = failing.calls() >= step
      failing.arm(0)
      const { transferId, partSize } = await at.uploads.create(alice.who, input)
      const state = await at.uploads.state(alice.who, transferId)
      expect(state).toEqual({ state: 'uploading', partSize, length: 10_000, parts: [] })
      if (!reached) return expect([outcome, step > 4]).toEqual(['went well', true])
    }
  })
})

describe('parts', () => {
  test('arrive in any order and are listed until the end', async () => {
    const parcel = await sealFor(alice, [bob], 9 * 1024 * 1024)
    const input = createInput(parcel, [bob])
    const { transferId, partSize } = await at.uploads.create(alice.who, input)
    const pieces = partsOf(parcel.enc, partSize)
    expect(pieces).toHaveLength(2)
    await putParts(at, alice, { transferId, pieces: pieces.slice(1) })
    expect(await at.uploads.state(alice.who, transferId)).toMatchObject({ parts: [pieces[1]?.part] })
    const early = at.uploads.complete(alice.who, completeInput(parcel, transferId))
    await expect(early).rejects.toMatchObject({ code: 'parts-missing', data: { n: 1 } })
    expect((await at.feed.pull(bob.who, 0)).changes).toEqual([])
    await putParts(at, alice, { transferId, pieces: pieces.slice(0, 1) })
    const { expiresAt } = await at.uploads.complete(alice.who, completeInput(parcel, transferId))
    expect(await at.uploads.state(alice.who, transferId)).toEqual({ state: 'ready', expiresAt })
    expect(await codeOfProblem(putParts(at, alice, { transferId, pieces }))).toBe('not-found')
  })

  test('outside the arithmetic get no grant', async () => {
    const { transferId } = await at.uploads.create(alice.who, createInput(noBytes, [bob]))
    const ask = (n: number, length: number) =>
      codeOfProblem(at.uploads.grants(alice.who, { transferId, parts: [{ n, length, crc32: 0 }] }))
    expect(await ask(1, 10_000)).toBe('went well')
    expect(await ask(1, 9_999)).toBe('part-refused')
    expect(await ask(1, 10_001)).toBe('part-refused')
    expect(await ask(2, 1)).toBe('part-refused')
    expect(await ask(2, 0)).toBe('part-refused')
  })

  test('end with the upload', async () => {
    const { transferId } = await at.uploads.create(alice.who, createInput(noBytes, [bob]))
    await putParts(at, alice, { transferId, pieces: partsOf(noBytes.enc, 10_000) })
    await at.uploads.abort(alice.who, transferId)
    await at.uploads.abort(alice.who, transferId)
    expect(await at.uploads.state(alice.who, transferId)).toEqual({ state: 'gone' })
    expect(await codeOfProblem(putParts(at, alice, { transferId, pieces: partsOf(noBytes.enc, 10_000) }))).toBe(
      'not-found',
    )
  })
})

describe('completing', () => {
  test('tells each recipient and the sender once, and mails each recipient once', async () => {
    const [to, sender] = [[await join(at, 'r1'), await join(at, 'r2')], await join(at, 's1')]
    const { parcel, transferId } = await upload(at, sender, { to })
    const input = completeInput(parcel, transferId)
    const first = await at.uploads.complete(sender.who, input)
    expect(first.expiresAt).toBe(at.clock.now() + transferLimits.expiryDefault)
    expect(await at.uploads.complete(sender.who, input)).toEqual(first)
    expect(await at.uploads.complete(sender.who, { ...input, idempotencyKey: newKey() })).toEqual(first)
    for (const person of to) {
      const { item } = only((await at.feed.pull(person.who, 0)).changes)
      expect(item).toMatchObject({
        state: 'ready',
        transferId,
        length: parcel.enc.length,
        from: { email: sender.email },
      })
      const letters = (await at.lettersTo(person.email)).filter(letter => letter.subject.includes(sender.email))
      expect(letters).toHaveLength(1)
      expect(letters[0]?.text).toContain(item.state === 'ready' && 'slotId' in item ? item.slotId : 'no slot')
    }
    const { item } = only((await at.feed.pull(sender.who, 0)).changes)
    expect(item).toMatchObject({ state: 'ready', transferId, slots: [{ state: 'waiting' }, { state: 'waiting' }] })
  })

  test('fifty times at once has one effect', async () => {
    const [recipient, sender] = [await join(at, 'r3'), await join(at, 's3')]
    const { parcel, transferId } = await upload(at, sender, { to: [recipient] })
    const same = completeInput(parcel, transferId)
    const inputs = Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? same : completeInput(parcel, transferId)))
    const answers = await Promise.all(inputs.map(input => at.uploads.complete(sender.who, input)))
    expect(new Set(answers.map(answer => JSON.stringify(answer))).size).toBe(1)
    only((await at.feed.pull(recipient.who, 0)).changes)
    only((await at.feed.pull(sender.who, 0)).changes)
    only((await at.lettersTo(recipient.email)).filter(letter => letter.subject.includes(sender.email)))
  })

  test('refuses an envelope that is not of this sender or not for these bytes', async () => {
    const { parcel, transferId } = await upload(at, alice, { to: [bob] })
    const refused = (changes: Partial<Parameters<typeof completeInput>[2]>) =>
      codeOfProblem(at.uploads.complete(alice.who, completeInput(parcel, transferId, changes)))
    const ofCarol = await sealFor(carol, [bob])
    expect(await refused({ envelope: ofCarol.sealed.envelopeText })).toBe('sender-unproven')
    const longer = await sealFor(alice, [bob], 101)
    expect(await refused({ envelope: longer.sealed.envelopeText })).toBe('bad-request')
    expect(await refused({ envelope: '{}' })).toBe('not-a-bundle')
    expect(await refused({ envelope: 'no JSON' })).toBe('not-a-bundle')
    const sig = /"sig":"../.exec(parcel.sealed.envelopeText)?.[0] ?? ''
    const forged = parcel.sealed.envelopeText.replace(sig, sig.endsWith('AA') ? '"sig":"BB' : '"sig":"AA')
    expect(await refused({ envelope: forged })).toBe('sender-unproven')
    expect(await at.uploads.state(alice.who, transferId)).toMatchObject({ state: 'uploading' })
  })

  test('refuses a completion that leaves somebody without a stanza', async () => {
    const { parcel, transferId } = await upload(at, alice, { to: [bob, carol] })
    for (const stanzas of [
      parcel.stanzas.slice(1),
      parcel.stanzas.slice(0, -1),
      [{ userId: bob.who.userId, index: 900 }],
    ]) {
      const input = completeInput(parcel, transferId, { stanzas })
      expect(await codeOfProblem(at.uploads.complete(alice.who, input))).toBe('bad-request')
    }
  })

  test('after abort is refused', async () => {
    const { parcel, transferId } = await upload(at, alice, { to: [bob] })
    await at.uploads.abort(alice.who, transferId)
    expect(await codeOfProblem(at.uploads.complete(alice.who, completeInput(parcel, transferId)))).toBe('not-found')
  })

  test('a part is refused once the blob is whole', async () => {
    const parcel = await sealFor(alice, [bob])
    const { transferId, partSize } = await at.uploads.create(alice.who, createInput(parcel, [bob]))
    const { part, bytes } = only(partsOf(parcel.enc, partSize))
    const grant = only(await at.uploads.grants(alice.who, { transferId, parts: [part] }))
    const other = only(await at.uploads.grants(alice.who, { transferId, parts: [{ ...part, crc32: 1 }] }))
    const token = (of: typeof grant) => of.headers['x-datacrypt-grant'] ?? ''
    await at.blobs.putPart(token(grant), 1, Readable.from([bytes]))
    await at.uploads.complete(alice.who, completeInput(parcel, transferId))
    expect(await codeOfProblem(at.blobs.putPart(token(other), 1, Readable.from([bytes])))).toBe('part-refused')
    expect(await codeOfProblem(at.blobs.putPart(token(grant), 1, Readable.from([bytes])))).toBe('went well')
  })

  test.each(['before', 'after'] as const)('goes on where a crash %s any step left it', async when => {
    const sender = await join(at, `steady-${when}`)
    for (let step = 1; ; step += 1) {
      const recipient = await join(at, `r-${step}`)
      const { parcel, transferId } = await upload(at, sender, { to: [recipient] })
      const input = completeInput(parcel, transferId)
      failing.arm(step, when)
      await codeOfProblem(at.uploads.complete(sender.who, input))
      await at.mailouts.run().catch(() => undefined)
      const reached = failing.calls() >= step
      failing.arm(0)
      at.clock.pass(3 * 60_000)
      const { expiresAt } = await at.uploads.complete(sender.who, input)
      await at.cleanup.run()
      const { item } = only((await at.feed.pull(recipient.who, 0)).changes)
      expect(item).toMatchObject({ state: 'ready', expiresAt })
      const letters = (await at.lettersTo(recipient.email)).filter(letter => letter.subject.includes(sender.email))
      expect(new Set(letters.map(letter => letter.mailId)).size).toBe(1)
      if (!reached) return expect(step).toBeGreaterThan(10)
    }
  })

  test('takes the envelope of the repeat where the first try never became ready', async () => {
    const { parcel, transferId } = await upload(at, alice, { to: [bob] })
    const slotWritten = await stepOf(() => upload(at, alice, { to: [bob] }))
    failing.arm(slotWritten, 'after')
    expect(await codeOfProblem(at.uploads.complete(alice.who, completeInput(parcel, transferId)))).toContain('Crash')
    failing.arm(0)
    const again = await sealFor(alice, [bob])
    await at.uploads.complete(alice.who, completeInput(again, transferId))
    const slot = only(await at.ground.store.slots.ofTransfer(transferId))
    const envelope = await at.downloads.envelopeOfSlot(bob.who, slot.slotId)
    const [mine] = JSON.parse(again.sealed.envelopeText).recipients
    expect(JSON.parse(envelope).recipients).toEqual([mine])
  })
})

/** The number of the call that writes the first slot. */
async function stepOf(begin: () => ReturnType<typeof upload>): Promise<number> {
  for (let step = 1; ; step += 1) {
    const { parcel, transferId } = await begin()
    failing.arm(step, 'after')
    await codeOfProblem(at.uploads.complete(alice.who, completeInput(parcel, transferId)))
    failing.arm(0)
    const [slots, transfer] = [
      await at.ground.store.slots.ofTransfer(transferId),
      await at.ground.store.transfers.get(transferId),
    ]
    if (slots.length === 1 && transfer?.state === 'uploading') return step
  }
}

test('nobody but its sender knows of an upload', async () => {
  const { parcel, transferId } = await upload(at, alice, { to: [bob] })
  for (const { who } of [bob, carol]) {
    expect(await codeOfProblem(at.uploads.state(who, transferId))).toBe('not-found')
    expect(await codeOfProblem(at.uploads.abort(who, transferId))).toBe('not-found')
    expect(await codeOfProblem(at.uploads.grants(who, { transferId, parts: [{ n: 1, length: 1, crc32: 1 }] }))).toBe(
      'not-found',
    )
    expect(await codeOfProblem(at.uploads.complete(who, completeInput(parcel, transferId)))).toBe('not-found')
  }
  expect(await at.uploads.state(alice.who, transferId)).toMatchObject({ state: 'uploading' })
})

test('a sending is whole from end to end', async () => {
  const { slots } = await send(at, alice, { to: [bob, carol] })
  expect(slots).toHaveLength(2)
})
