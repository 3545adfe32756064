/** The second reader (shared/vectors/decoder) opens what ours seals: transfers, receipts, HPKE both ways. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { concat, utf8 } from '#shared/format/bytes.ts'
import { cardJson } from '#shared/format/card.ts'
import { parseEnvelope } from '#shared/format/envelope.ts'
import { encodeReceipt } from '#shared/format/receipt.ts'
import type { SuiteName } from '#shared/format/sizes.ts'
import type { DecoderAccess } from '#shared/vectors/decoder/decoder.testing.ts'
import { fromHex, hex } from './forge.testing.ts'
import { sha256 } from './hash.ts'
import { hpkeOpen, hpkeSeal } from './hpke.ts'
import { fingerprint, generateIdentity, identityHash } from './identity.ts'
import { fromBase64, known } from './known-answers.testing.ts'
import { platformRandom } from './random.ts'
import { checkReceipt, signReceipt } from './receipt.ts'
import { base64, type Door, doorTypes, startTwoReaders, type TwoReaders } from './two-readers.testing.ts'

/** Named in a failure by fast-check, so that it can be made again. */
const seed = Date.now() & 0x7fffffff

let readers: TwoReaders
beforeAll(async () => {
  readers = await startTwoReaders()
}, 300_000)
afterAll(() => readers?.close())

describe('the known answers', () => {
  const alicesHash = known.identityHashHex.alice

  test.each(known.bundles.map(bundle => [bundle.name, bundle] as const))('%s', async (_name, bundle) => {
    const enc = fromBase64(bundle.enc)
    for (const access of knownAccesses(bundle.opens)) {
      for (const where of [await readers.files(bundle.key, enc), await readers.inOneFile(bundle.key, enc)]) {
        const answer = await readers.ask({ op: 'open', ...where, access, sender: alicesHash })
        expect(answer).toMatchObject({ result: 'ok', transfer: bundle.transferHex })
        expect(answer.released).toBe(bundle.files.reduce((sum, file) => sum + file.size, 0))
        expect(answer.metadata?.files.map(file => file.name)).toEqual(bundle.files.map(file => file.name))
        expect(answer.metadata?.note).toBe(bundle.note)
        if (bundle.files.length === 1) expect(answer.sha256).toBe(bundle.files[0]?.sha256Hex)
      }
    }
  })

  test("the sender's fingerprint and the receipt", async () => {
    const bundle = known.bundles.find(({ name }) => name === known.receipt.bundle)
    const key = await readers.held('transfer.key', bundle?.key ?? '')
    const receipt = await readers.held('receipt.json', JSON.stringify(known.receipt.receipt))
    const inspected = await readers.ask({ op: 'inspect', key })
    expect(inspected).toMatchObject({ result: 'ok', proven: true, fingerprint: known.fingerprint.alice })
    expect(inspected.stanzas?.every(([, signed]) => signed)).toBe(true)
    const checked = await readers.ask({ op: 'receipt', key, receipt, recipient: known.identityHashHex.bob })
    expect(checked.result).toBe('ok')
    const forged = await readers.ask({ op: 'receipt', key, receipt, recipient: alicesHash })
    expect(forged.result).toBe('receipt-invalid')
  })
})

function knownAccesses({ keys, passphrase, linkSecretHex: link }: (typeof known.bundles)[number]['opens']) {
  const accesses: DecoderAccess[] = keys.map(name => {
    const { card, pem } = known.people[name]
    const blocks = [...pem.matchAll(/-----BEGIN PRIVATE KEY-----([^-]+)-----END/g)]
    return { card, enc: blocks.slice(1).map(match => (match[1] ?? '').replaceAll('\n', '')) }
  })
  if (link !== undefined) accesses.push(passphrase === undefined ? { link } : { link, passphrase })
  else if (passphrase !== undefined) accesses.push({ passphrase })
  return accesses
}

const suite = fc.constantFrom<SuiteName>('gcm', 'cbc')
const padding = fc.constantFrom('padme' as const, 'none' as const)

describe('what we seal, the second reader opens', () => {
  async function expectOpened(shape: Parameters<TwoReaders['seal']>[0], way: Door) {
    const { plain, enc, key, metadata, transfer } = await readers.seal(shape, [way.recipient])
    const sender = hex(await identityHash(readers.alice.identity.card))
    for (const where of [await readers.files(key, enc), await readers.inOneFile(key, enc)]) {
      const answer = await readers.ask({ op: 'open', ...where, access: way.theirs, sender })
      expect(answer).toMatchObject({ result: 'ok', released: plain.length, transfer: hex(transfer), metadata })
      expect(answer.sha256).toBe(hex(await sha256(plain)))
    }
  }

  test.each(['gcm', 'cbc'] as const)('%s at the edges of chunks', async name => {
    for (const size of [0, 1, 15, 16, 4095, 4096, 4097, 8191, 8192, 8193, 4096 * 257 + 1]) {
      for (const pad of ['padme', 'none'] as const) {
        await expectOpened({ suite: name, padding: pad, sizes: [size] }, readers.door('p384'))
      }
    }
  })

  test('random transfers, by every kind of stanza', async () => {
    const cost = fc.record({ m: fc.integer({ min: 32, max: 300 }), t: fc.integer({ min: 1, max: 3 }), p: fc.nat(3) })
    const shape = fc.record({
      suite,
      padding,
      sizes: fc.array(fc.nat(20_000), { maxLength: 5 }),
      chunkExponent: fc.integer({ min: 12, max: 15 }),
    })
    const property = fc.asyncProperty(shape, fc.constantFrom(...doorTypes), cost, (drawn, type, { m, t, p }) =>
      expectOpened(drawn, readers.door(type, { m, t, p: p + 1 })),
    )
    await fc.assert(property, { seed, numRuns: 80 })
  })

  test("a rotated key's stanza, and another's key", async () => {
    const { key, enc } = await readers.seal({ suite: 'gcm', padding: 'none', sizes: [3] }, [
      readers.door('p384').recipient,
    ])
    const newer = await generateIdentity()
    const card = cardJson(readers.bob.identity.card)
    const own = await readers.ask({
      op: 'open',
      ...(await readers.files(key, enc)),
      access: { card, enc: [base64(newer.secrets.enc), base64(readers.bob.secrets.enc)] },
    })
    expect(own).toMatchObject({ result: 'ok', released: 3 })
    const other = { card: cardJson(newer.identity.card), enc: [base64(newer.secrets.enc)] }
    const foreign = await readers.ask({ op: 'open', ...(await readers.files(key, enc)), access: other })
    expect(foreign).toMatchObject({ result: 'not-for-this-key', released: 0 })
  })
})

describe('HPKE, 200 times each way', () => {
  const infoHex = hex(utf8('datacrypt/1 envelope'))
  const drawn = () => ({
    plain: platformRandom(1 + (platformRandom(1)[0] ?? 0)),
    aad: platformRandom(platformRandom(1)[0] ?? 0),
  })

  async function pairOf() {
    const pair = await crypto.subtle.generateKey({ name: 'ECDH', namedCurve: 'P-384' }, true, ['deriveBits'])
    const [pkcs8, spki] = await Promise.all([
      crypto.subtle.exportKey('pkcs8', pair.privateKey),
      crypto.subtle.exportKey('spki', pair.publicKey),
    ])
    return { pair, pkcs8: base64(new Uint8Array(pkcs8)), spki: base64(new Uint8Array(spki)) }
  }

  test('ours opens there', async () => {
    for (let round = 0; round < 200; round++) {
      const { pair, pkcs8 } = await pairOf()
      const { plain, aad } = drawn()
      const { enc, ct } = await hpkeSeal(pair.publicKey, { plain, aad })
      const question = { op: 'hpke-open', key: pkcs8, enc: hex(enc), ct: hex(ct), info: infoHex } as const
      expect(await readers.ask({ ...question, aad: hex(aad) })).toMatchObject({ result: 'ok', plaintext: hex(plain) })
      expect((await readers.ask({ ...question, aad: `${hex(aad)}00` })).result).toBe('refused')
      expect((await readers.ask({ ...question, aad: hex(aad), info: '' })).result).toBe('refused')
    }
  })

  test('theirs opens here', async () => {
    for (let round = 0; round < 200; round++) {
      const { pair, spki } = await pairOf()
      const { plain, aad } = drawn()
      const question = { op: 'hpke-seal', key: spki, plaintext: hex(plain), aad: hex(aad) } as const
      const { enc = '', ct = '' } = await readers.ask({ ...question, info: infoHex })
      const sealed = { enc: fromHex(enc), ct: fromHex(ct), aad }
      expect(hex(await hpkeOpen(pair, sealed))).toBe(hex(plain))
      await expect(hpkeOpen(pair, { ...sealed, aad: concat(aad, new Uint8Array(1)) })).rejects.toThrow()
    }
  })
})

test('our receipts hold there, for their own envelope and recipient alone', async () => {
  const way = readers.door('p384')
  const shape = { suite: 'gcm', padding: 'none', sizes: [5] } as const
  const [one, other] = [await readers.seal(shape, [way.recipient]), await readers.seal(shape, [way.recipient])]
  const senderHash = await identityHash(readers.alice.identity.card)
  const recipient = hex(await identityHash(readers.bob.identity.card))
  const signed = await signReceipt({
    identity: readers.bob.identity,
    transfer: one.transfer,
    senderHash,
    received: 1_790_000_000_000,
  })
  await checkReceipt(signed, parseEnvelope(utf8(one.key)), { recipient: fromHex(recipient) })
  const receipt = await readers.held('receipt.json', encodeReceipt(signed))
  const ask = (path: string, who: string) => readers.ask({ op: 'receipt', receipt, key: path, recipient: who })
  const path = await readers.held('one.key', one.key)
  expect(await ask(path, recipient)).toMatchObject({ result: 'ok', received: 1_790_000_000_000, recipient })
  expect((await ask(path, hex(senderHash))).result).toBe('receipt-invalid')
  expect((await ask(await readers.held('other.key', other.key), recipient)).result).toBe('receipt-invalid')
})

test('fingerprints are the same', async () => {
  const { key } = await readers.seal({ suite: 'gcm', padding: 'none', sizes: [1] }, [readers.door('p384').recipient])
  const inspected = await readers.ask({ op: 'inspect', key: await readers.held('transfer.key', key) })
  expect(inspected.fingerprint).toBe(await fingerprint(readers.alice.identity.card.sign))
})
