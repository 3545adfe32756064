import { beforeAll, describe, expect, test } from 'vitest'
import { concat, utf8 } from '#shared/format/bytes.ts'
import { encodeReceipt, parseReceipt } from '#shared/format/receipt.ts'
import { padme, type SuiteName } from '#shared/format/sizes.ts'
import { argon } from './fault-kit-people.testing.ts'
import { chunkSize, flip, inPieces, makePeople, type People, pattern, sourceOf } from './forge.testing.ts'
import { sha256 } from './hash.ts'
import { identityHash } from './identity.ts'
import { openEnvelope, openSeekable, openStream, openVerifiedChunk, planSource } from './open.ts'
import { checkReceipt, signReceipt } from './receipt.ts'
import {
  addRecipient,
  collect,
  finishSealing,
  type Sealed,
  type StreamToSeal,
  sealStream,
  startSealing,
} from './seal.ts'
import { sealChunk } from './suites.ts'
import type { Recipient } from './wrap.ts'

let people: People
beforeAll(async () => {
  people = await makePeople()
})

const cost = { m: 8, t: 1, p: 1 }
const metadataFor = (size: number) => ({ created: 5, files: [{ name: 'x.bin', size, type: '', modified: 4 }] })

async function seal(bytes: Uint8Array, change: Partial<StreamToSeal> = {}) {
  const { bytes: enc, result } = await collect(
    sealStream({
      plaintext: inPieces(bytes, 1000),
      suite: 'gcm',
      chunkExponent: 12,
      padding: 'none',
      metadata: metadataFor(bytes.length),
      sender: people.alice,
      recipients: [{ type: 'p384', card: people.bob.card }],
      ...change,
    }),
  )
  return { enc, ...result, key: utf8(result.envelopeText) }
}

describe.each<SuiteName>(['gcm', 'cbc'])('%s', suite => {
  const sizes = [0, 1, chunkSize - 1, chunkSize, chunkSize + 1, 2 * chunkSize, 2 * chunkSize + 1]
  test.each(sizes)('%i bytes there and back, with and without padding', async size => {
    const plain = pattern(size)
    for (const padding of ['none', 'padme'] as const) {
      const sealed = await seal(plain, { suite, padding })
      expect(sealed.enc.length).toBe(sealed.envelope.length)
      for (const keys of [people.bob, people.alice]) {
        const opened = await openEnvelope(sealed.key, { keys, sender: await identityHash(people.alice.card) })
        expect(opened.layout.plainMax).toBeGreaterThanOrEqual(padding === 'padme' ? padme(size) : size)
        expect((await collect(openSeekable(opened, sourceOf(sealed.enc)))).bytes).toEqual(plain)
        const stream = new Blob([sealed.enc]).stream()
        expect((await collect(openStream(opened, stream))).bytes).toEqual(plain)
      }
    }
  })

  test('any range of the files', async () => {
    const plain = pattern(2 * chunkSize + 9)
    const sealed = await seal(plain, { suite })
    const opened = await openEnvelope(sealed.key, { keys: people.bob })
    for (const [from, to] of [
      [0, 0],
      [0, 1],
      [4095, 4097],
      [4096, 8192],
      [8192, 9999],
      [5, 8201],
      [9000, 9001],
    ] as const) {
      const { bytes } = await collect(openSeekable(opened, sourceOf(sealed.enc), { from, to }))
      expect(bytes).toEqual(plain.slice(from, to))
    }
  })

  test('keys and plans can be posted to a worker', async () => {
    const sealed = await seal(pattern(5), { suite })
    const opened = await openEnvelope(sealed.key, { keys: people.bob })
    const plan = structuredClone(await planSource(opened, sourceOf(sealed.enc)))
    const cipher = sealed.enc.slice(76, plan.layout.digestsAt)
    expect(await openVerifiedChunk(plan, { index: 0, cipher })).toEqual(pattern(5))
    expect(plan.keys.content.extractable).toBe(false)
  })
})

describe('recipients', () => {
  const secret = pattern(32)
  const passphrase = 'ﬁne'
  const all: Recipient[] = [
    { type: 'passphrase', passphrase, argon2id: argon, cost },
    { type: 'link', secret },
    { type: 'link-passphrase', secret, passphrase, argon2id: argon, cost },
  ]

  test('each kind opens, and only with what belongs to it', async () => {
    const { key } = await seal(pattern(1), { recipients: all })
    const opens = [
      { passphrase: 'fine', argon2id: argon },
      { link: secret },
      { link: secret, passphrase: 'fine', argon2id: argon },
      { keys: people.alice },
    ]
    const transfers = await Promise.all(opens.map(async access => (await openEnvelope(key, access)).transfer))
    expect(new Set(transfers.map(String)).size).toBe(1)
    for (const access of [
      { passphrase: 'Fine', argon2id: argon },
      { link: flip(secret, 3) },
      { link: secret, passphrase: 'Fine', argon2id: argon },
      { link: flip(secret, 3), passphrase: 'fine', argon2id: argon },
      { keys: people.bob },
    ]) {
      await expect(openEnvelope(key, access)).rejects.toMatchObject({ code: 'not-for-this-key' })
    }
  })

  test('the sender adds somebody later, and nobody else does', async () => {
    const sealed = await seal(pattern(1))
    const recipient = { type: 'p384', card: people.carol.card } as const
    const wider = await addRecipient(sealed.envelope, people.alice, { recipient })
    const opened = await openEnvelope(utf8(wider.envelopeText), { keys: people.carol })
    expect(opened.transfer).toEqual(sealed.transfer)
    await expect(addRecipient(sealed.envelope, people.bob, { recipient })).rejects.toMatchObject({
      code: 'sender-unproven',
    })
  })

  test('a card that is not signed is no recipient', async () => {
    const card = { ...people.bob.card, created: 99 }
    await expect(seal(pattern(1), { recipients: [{ type: 'p384', card }] })).rejects.toMatchObject({
      code: 'card-refused',
    })
  })

  test('a reader tries eight passphrase stanzas and no more', async () => {
    const wrong = (count: number) =>
      Array.from({ length: count }, (): Recipient => ({ type: 'passphrase', passphrase: 'no', argon2id: argon, cost }))
    const right: Recipient = { type: 'passphrase', passphrase: 'yes', argon2id: argon, cost }
    const access = { passphrase: 'yes', argon2id: argon }
    const eighth = await seal(pattern(1), { recipients: [...wrong(7), right] })
    expect((await openEnvelope(eighth.key, access)).transfer).toEqual(eighth.transfer)
    const ninth = await seal(pattern(1), { recipients: [...wrong(8), right] })
    await expect(openEnvelope(ninth.key, access)).rejects.toMatchObject({ code: 'not-for-this-key' })
  })

  test('the second of two links opens too', async () => {
    const other = flip(secret, 1)
    const { key, transfer } = await seal(pattern(1), {
      recipients: [
        { type: 'link', secret },
        { type: 'link', secret: other },
      ],
    })
    expect((await openEnvelope(key, { link: other })).transfer).toEqual(transfer)
  })

  test('an empty passphrase is none', async () => {
    const recipients: Recipient[] = [{ type: 'passphrase', passphrase: '', argon2id: argon }]
    await expect(seal(pattern(1), { recipients })).rejects.toMatchObject({ code: 'weak-password' })
  })
})

describe('a sealing', () => {
  const finish = (
    sealing: Awaited<ReturnType<typeof startSealing>>,
    digests: Uint8Array<ArrayBuffer>,
  ): Promise<Sealed> =>
    finishSealing(sealing, {
      plaintextLength: 3,
      digests,
      metadata: metadataFor(3),
      sender: people.alice,
      recipients: [],
    })

  test('is finished once only', async () => {
    const sealing = await startSealing({ suite: 'gcm' })
    const cipher = await sealChunk(sealing.keys, { index: 0, final: true, plain: pattern(3) })
    const digests = await sha256(cipher)
    const { envelopeText } = await finish(sealing, digests)
    const enc = concat(sealing.header, cipher, digests)
    const opened = await openEnvelope(utf8(envelopeText), { keys: people.alice })
    expect((await collect(openSeekable(opened, sourceOf(enc)))).bytes).toEqual(pattern(3))
    await expect(finish(sealing, digests)).rejects.toMatchObject({ code: 'internal' })
  })

  test('refuses another number of digests than of chunks', async () => {
    const sealing = await startSealing({ suite: 'cbc' })
    await expect(finish(sealing, new Uint8Array(64))).rejects.toMatchObject({ code: 'internal' })
  })

  test.each([2, 4])('of a file that turns out to have %i bytes instead of 3 fails', async size => {
    await expect(seal(pattern(size), { metadata: metadataFor(3) })).rejects.toMatchObject({ code: 'file-changed' })
  })

  test('never uses a content key or salt twice', async () => {
    const headers = await Promise.all(Array.from({ length: 50 }, () => startSealing({ suite: 'gcm' })))
    expect(new Set(headers.map(({ header }) => String(header.slice(12)))).size).toBe(50)
  })
})

describe('receipts', () => {
  test('are good as written, and for nothing else', async () => {
    const sealed = await seal(pattern(1))
    const { transfer, senderHash, envelope } = sealed
    const receipt = await signReceipt({ identity: people.bob, transfer, senderHash, received: 7 })
    const read = parseReceipt(utf8(encodeReceipt(receipt)))
    await checkReceipt(read, envelope, { recipient: await identityHash(people.bob.card) })
    const invalid = { code: 'receipt-invalid' }
    const carol = await identityHash(people.carol.card)
    await expect(checkReceipt(read, envelope, { recipient: carol })).rejects.toMatchObject(invalid)
    await expect(checkReceipt({ ...read, received: 8 }, envelope)).rejects.toMatchObject(invalid)
    await expect(checkReceipt({ ...read, sender: carol }, envelope)).rejects.toMatchObject(invalid)
    await expect(checkReceipt(read, { ...envelope, stanzas: [] })).rejects.toMatchObject(invalid)
    await expect(checkReceipt(read, { ...envelope, root: pattern(32) })).rejects.toMatchObject(invalid)
    await expect(checkReceipt(read, (await seal(pattern(1))).envelope)).rejects.toMatchObject(invalid)
    expect(() => parseReceipt(utf8('{"format":"datacrypt-receipt/2"}'))).toThrow('receipt-invalid')
  })
})
