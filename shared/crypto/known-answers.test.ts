import { describe, expect, test } from 'vitest'
import { isBundle, joinBundle, splitBundle } from '#shared/format/bundle.ts'
import { concat, utf8 } from '#shared/format/bytes.ts'
import { cardBytes, parseCard } from '#shared/format/card.ts'
import { encodeEnvelope, parseEnvelope } from '#shared/format/envelope.ts'
import { encodeLinkFragment, parseLinkFragment } from '#shared/format/link.ts'
import { parseReceipt } from '#shared/format/receipt.ts'
import { cipherRange, layoutOf, padme } from '#shared/format/sizes.ts'
import { type PassphraseStanza, signedMessages } from '#shared/format/stanza.ts'
import { commitHeader, contentKeys, derive, type Purpose } from './content-key.ts'
import { verifyMessage } from './ecdsa.ts'
import { argon } from './fault-kit-people.testing.ts'
import { fromHex, hex, inPieces, sourceOf } from './forge.testing.ts'
import { sha256 } from './hash.ts'
import { fingerprint, identityHash, judgeCard, keyId, safetyNumber, verifyCard } from './identity.ts'
import { accessesOf, fromBase64, identityOf, type KnownBundle, known } from './known-answers.testing.ts'
import { fileSlices, openEnvelope, openSeekable, openStream } from './open.ts'
import { checkReceipt } from './receipt.ts'
import { collect } from './seal.ts'
import { openChunk, sealChunk } from './suites.ts'
import { envelopeNames } from './transcript.ts'
import { unwrap, verifyStanza } from './wrap.ts'

const people = {
  alice: parseCard(known.people.alice.card),
  bob: parseCard(known.people.bob.card),
  bobRotated: parseCard(known.people.bobRotated.card),
}

async function firstAccess(bundle: KnownBundle) {
  const [access] = await accessesOf(bundle)
  if (access === undefined) throw new Error('nothing opens it')
  return access
}

async function hashesOf(bundle: KnownBundle, plain: Uint8Array) {
  const { metadata } = await openEnvelope(utf8(bundle.key), await firstAccess(bundle))
  const slices = fileSlices(metadata).map(({ offset, size }) => sha256(plain.slice(offset, offset + size)))
  return (await Promise.all(slices)).map(hex)
}

describe('people', () => {
  test('cards are signed, and their hashes and numbers are the known ones', async () => {
    expect(hex(cardBytes(people.alice))).toBe(known.cardBytesHex.alice)
    for (const card of Object.values(people)) expect(await verifyCard(card)).toBe(true)
    for (const name of ['alice', 'bob'] as const) {
      expect(hex(await identityHash(people[name]))).toBe(known.identityHashHex[name])
      expect(hex(await keyId(people[name].enc))).toBe(known.kidHex[name])
      expect(await fingerprint(people[name].sign)).toBe(known.fingerprint[name])
    }
    expect(await safetyNumber(people.bob.sign, people.alice.sign)).toBe(known.safetyNumber)
    expect(await safetyNumber(people.alice.sign, people.bob.sign)).toBe(known.safetyNumber)
  })

  test("Bob's second card is a rotation of his first", async () => {
    expect(await judgeCard({ pinned: people.bob, offered: people.bobRotated })).toBe('rotation')
    expect(await judgeCard({ pinned: people.bobRotated, offered: people.bob })).toBe('older')
  })
})

describe.each(known.bundles.map(bundle => [bundle.name, bundle] as const))('%s', (_name, bundle) => {
  const enc = fromBase64(bundle.enc)
  const envelope = parseEnvelope(utf8(bundle.key))
  const { suite, exponent } = envelope.header
  const size = bundle.files.reduce((sum, file) => sum + file.size, 0)

  test('every value on the way', async () => {
    const names = await envelopeNames(envelope)
    expect(hex(names.transcript)).toBe(bundle.transcriptHex)
    expect(hex(names.transfer)).toBe(bundle.transferHex)
    const contentKey = await unwrap(envelope, await firstAccess(bundle), names.transcript)
    expect(hex(contentKey)).toBe(bundle.contentKeyHex)
    const purposes: Purpose[] = ['content', 'mac', 'commit', 'meta']
    for (const purpose of purposes) {
      expect(hex(await derive(contentKey, envelope.header, purpose))).toBe(bundle.derivedHex[purpose])
    }
  })

  test('each way in opens it whole, in any reads, and shows the same files', async () => {
    for (const access of await accessesOf(bundle)) {
      const opened = await openEnvelope(utf8(bundle.key), { ...access, sender: fromHex(known.identityHashHex.alice) })
      expect(opened.metadata.files.map(({ name, size }) => ({ name, size }))).toEqual(
        bundle.files.map(({ name, size }) => ({ name, size })),
      )
      expect(opened.metadata.note).toBe(bundle.note)
      const { bytes } = await collect(openSeekable(opened, sourceOf(enc)))
      expect(bytes.length).toBe(size)
      expect(await hashesOf(bundle, bytes)).toEqual(bundle.files.map(file => file.sha256Hex))
      for (const reads of [1, 7, 2 ** exponent + 1]) {
        const streamed = await collect(openStream(opened, inPieces(enc, reads)))
        expect(hex(streamed.bytes)).toBe(hex(bytes))
      }
    }
  })

  test('each file by itself', async () => {
    const opened = await openEnvelope(utf8(bundle.key), await firstAccess(bundle))
    for (const [index, slice] of fileSlices(opened.metadata).entries()) {
      const wanted = { from: slice.offset, to: slice.offset + slice.size }
      const { bytes } = await collect(openSeekable(opened, sourceOf(enc), wanted))
      expect(hex(await sha256(bytes))).toBe(bundle.files[index]?.sha256Hex)
    }
  })

  test('the same keys and IVs make the same bytes again', async () => {
    const contentKey = fromHex(bundle.contentKeyHex)
    const header = await commitHeader(contentKey, { suite, exponent, salt: envelope.header.salt })
    const keys = await contentKeys(contentKey, header)
    const layout = layoutOf({ suite, exponent, plaintextLength: size + bundle.padding })
    expect(layout.length).toBe(enc.length)
    const pieces = [header.bytes]
    const digests: Uint8Array[] = []
    for (let index = 0; index < layout.count; index++) {
      const { offset, length } = cipherRange(layout, index)
      const cipher = enc.slice(offset, offset + length)
      const place = { index, final: index === layout.count - 1 }
      const plain = await openChunk(keys, { ...place, cipher })
      const again = await sealChunk(keys, { ...place, plain, random: () => cipher.slice(0, 16) })
      pieces.push(again)
      digests.push(await sha256(again))
    }
    expect(digests.map(hex)).toEqual(bundle.digestsHex)
    expect(hex(concat(...pieces, ...digests))).toBe(hex(enc))
    expect(hex(await sha256(concat(...digests)))).toBe(hex(envelope.root))
  })

  test('the envelope is written as it was read, and goes into one file and out again', async () => {
    expect(JSON.parse(encodeEnvelope(envelope))).toEqual(JSON.parse(bundle.key))
    const joined = joinBundle(bundle.key, enc)
    expect(isBundle(joined)).toBe(true)
    expect(isBundle(utf8(`${bundle.key}\n`))).toBe(false)
    const split = splitBundle(joined)
    expect(hex(joined.subarray(split.encOffset))).toBe(hex(enc))
    expect((await openEnvelope(split.envelope, await firstAccess(bundle))).envelope.length).toBe(enc.length)
  })

  test('padding is what Padmé asks for where there is any', () => {
    expect([0, padme(size) - size]).toContain(bundle.padding)
  })

  test.runIf(bundle.linkFragment !== undefined)('the link names its secret and its maker', () => {
    const link = parseLinkFragment(bundle.linkFragment ?? '')
    expect(link && hex(link.secret)).toBe(bundle.opens.linkSecretHex)
    expect(link && hex(link.senderHash)).toBe(known.identityHashHex.alice)
    expect(link && encodeLinkFragment(link)).toBe(bundle.linkFragment)
  })
})

describe('a link with a passphrase is signed over either body (docs/decisions/011)', () => {
  const bundle = known.bundles.find(({ opens }) => opens.passphrase === 'x')
  const envelope = parseEnvelope(utf8(bundle?.key ?? ''))
  const stanza = envelope.stanzas.find((found): found is PassphraseStanza => found.type === 'link-passphrase')
  if (bundle === undefined || stanza === undefined) throw new Error('no such bundle')

  test('the known answer signs the short one', async () => {
    const { transcript } = await envelopeNames(envelope)
    const [long, short] = signedMessages(stanza, transcript)
    if (long === undefined || short === undefined) throw new Error('two messages')
    expect(await verifyMessage(envelope.sender.sign, stanza.sig, short)).toBe(true)
    expect(await verifyMessage(envelope.sender.sign, stanza.sig, long)).toBe(false)
    expect(await verifyStanza(stanza, envelope.sender, transcript)).toBe(true)
  })

  test('a cost that the short one does not cover opens nothing when it is changed', async () => {
    const secret = fromHex(bundle.opens.linkSecretHex ?? '')
    const changed = { ...envelope, stanzas: [{ ...stanza, t: stanza.t + 1 }] }
    const opening = openEnvelope(utf8(encodeEnvelope(changed)), { link: secret, passphrase: 'x', argon2id: argon })
    await expect(opening).rejects.toMatchObject({ code: 'not-for-this-key' })
  })

  test('no other type takes another body', async () => {
    const { transcript } = await envelopeNames(envelope)
    expect(signedMessages({ ...stanza, type: 'passphrase' }, transcript)).toHaveLength(1)
  })
})

test('the receipt is good for its own envelope alone', async () => {
  const receipt = parseReceipt(utf8(JSON.stringify(known.receipt.receipt)))
  const bob = fromHex(known.identityHashHex.bob)
  for (const bundle of known.bundles) {
    const checked = checkReceipt(receipt, parseEnvelope(utf8(bundle.key)), { recipient: bob })
    if (bundle.name === known.receipt.bundle) await checked
    else await expect(checked).rejects.toMatchObject({ code: 'receipt-invalid' })
  }
})

test('a rotated identity opens what was sealed to its older key', async () => {
  const bundle = known.bundles.find(({ opens }) => opens.keys.includes('bob'))
  const identity = await identityOf('bobRotated')
  const older = { kid: await keyId(people.bob.enc), enc: people.bob.enc, key: (await identityOf('bob')).encKey }
  const opening = openEnvelope(utf8(bundle?.key ?? ''), { keys: { ...identity, olderEncKeys: [older] } })
  expect(hex((await opening).transfer)).toBe(bundle?.transferHex)
})
