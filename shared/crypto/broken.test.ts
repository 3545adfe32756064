/** FORMAT's table "Opening, in this order", row by row: what is broken, and the class that it must have. */
import { beforeAll, describe, expect, test } from 'vitest'
import type { ProblemCode } from '#shared/contract/problems.ts'
import { encodeBase64 } from '#shared/format/base64.ts'
import { splitBundle } from '#shared/format/bundle.ts'
import { type Bytes, concat, utf8 } from '#shared/format/bytes.ts'
import { parseHeader } from '#shared/format/header.ts'
import { aesKey, commitHeader, contentKeys, isCommitted } from './content-key.ts'
import {
  cardOf,
  chunkSize,
  digestsAt,
  type Forged,
  type Forgery,
  flip,
  flipped,
  forge,
  type Json,
  makePeople,
  type People,
  pattern,
  resign,
  signAgain,
  withJson,
} from './forge.testing.ts'
import { sha256 } from './hash.ts'
import { identityHash, signCard } from './identity.ts'
import { argon, fromBase64, fromHex, inPieces, sourceOf } from './known-answers.testing.ts'
import { type Access, openEnvelope, openSeekable, openStream } from './open.ts'
import { collect } from './seal.ts'
import { sealChunk } from './suites.ts'

interface Case {
  readonly key?: string | Uint8Array
  readonly enc?: Bytes
  readonly access?: Access & { sender?: Uint8Array }
}
type Make = () => Case | Promise<Case>
type Row = readonly [title: string, code: ProblemCode, make: Make]

let people: People
let good: Forged
let cbc: Forged
const cheap = { m: 8, t: 1, p: 1 }
const secret = pattern(32)
const zeros = (length: number) => encodeBase64(new Uint8Array(length))

beforeAll(async () => {
  people = await makePeople()
  good = await forge({ people, suite: 'gcm', chunks: threeChunks() })
  cbc = await forge({ people, suite: 'cbc', chunks: threeChunks() })
})

function threeChunks(): Bytes[] {
  const all = pattern(2 * chunkSize + 1)
  return [all.slice(0, chunkSize), all.slice(chunkSize, 2 * chunkSize), all.slice(2 * chunkSize)]
}

const json =
  (change: (json: Json) => void): Make =>
  () => ({ key: withJson(good.key, change) })
const header =
  (at: number, value: number): Make =>
  () => ({
    key: withJson(good.key, j => {
      const bytes = new Uint8Array(good.envelope.header.bytes)
      bytes[at] = value
      j.header = encodeBase64(bytes)
    }),
  })
const stanza = (change: (stanza: Record<string, unknown>) => void): Make => json(j => j.recipients.forEach(change))
const sender = (change: (card: Record<string, unknown>) => void): Make => json(j => change(j.sender))
const forged =
  (forgery: Partial<Forgery>): Make =>
  async () => {
    const made = await forge({ people, suite: 'gcm', chunks: threeChunks(), ...forgery })
    return { key: made.key, enc: made.enc }
  }
const metadata = (text: object | string): Make =>
  forged({ metadataText: typeof text === 'string' ? text : JSON.stringify(text) })
const file = (change: object) => ({ created: 1, files: [{ name: 'a', size: 1, type: '', modified: 1, ...change }] })
const enc =
  (change: (enc: Bytes) => Bytes): Make =>
  () => ({ enc: change(good.enc) })
const cbcEnc =
  (change: (enc: Bytes) => Bytes): Make =>
  () => ({ key: cbc.key, enc: change(cbc.enc) })

/** The text of `original` with bytes of another encoding of the same point in it. */
function pointed(change: (spki: Bytes) => void, original: unknown): string {
  const spki = fromBase64(String(original))
  change(spki)
  return encodeBase64(spki)
}

const rows: readonly Row[] = [
  ['empty', 'not-a-bundle', () => ({ key: '' })],
  ['not JSON', 'not-a-bundle', () => ({ key: good.key.slice(0, -1) })],
  ['a list', 'not-a-bundle', () => ({ key: `[${good.key}]` })],
  ['null', 'not-a-bundle', () => ({ key: 'null' })],
  ['a byte order mark', 'not-a-bundle', () => ({ key: concat(Uint8Array.of(0xef, 0xbb, 0xbf), utf8(good.key)) })],
  ['not UTF-8', 'not-a-bundle', () => ({ key: concat(utf8(good.key.slice(0, -2)), Uint8Array.of(0xff), utf8('"}')) })],
  ['over 4 MiB', 'not-a-bundle', () => ({ key: good.key.padEnd(4 * 1024 * 1024 + 1) })],
  ['format missing', 'not-a-bundle', json(j => delete j.format)],
  ['format a number', 'not-a-bundle', json(j => (j.format = 1))],
  ['format of another kind', 'not-a-bundle', json(j => (j.format = 'datacrypt-id/1'))],
  ['format only inherited', 'not-a-bundle', () => ({ key: '{"__proto__":{"format":"datacrypt-key/1"}}' })],
  ['the last of two formats counts', 'not-a-bundle', () => ({ key: good.key.replace(/}$/, ',"format":"x"}') })],
  ['format 2', 'unsupported', json(j => (j.format = 'datacrypt-key/2'))],
  ['format without a number', 'unsupported', json(j => (j.format = 'datacrypt-key/'))],
  [
    'format 2 before a header that is none',
    'unsupported',
    json(j => Object.assign(j, { format: 'datacrypt-key/2', header: 1 })),
  ],
  ['header missing', 'not-a-bundle', json(j => delete j.header)],
  ['header padded', 'not-a-bundle', json(j => (j.header = `${j.header}==`))],
  ['header with spare bits', 'not-a-bundle', json(j => (j.header = String(j.header).replace(/.$/, 'B')))],
  ['header with another magic', 'not-a-bundle', header(7, 0x32)],
  ['header cut in its magic', 'not-a-bundle', json(j => (j.header = zeros(4)))],
  ['magic before suite', 'not-a-bundle', json(j => (j.header = zeros(76)))],
  ['suite 0', 'unsupported', header(8, 0)],
  ['suite 3', 'unsupported', header(8, 3)],
  [
    'suite 3 before a broken length',
    'unsupported',
    async () => {
      const changed = await header(8, 3)()
      return { key: withJson(String(changed.key), j => (j.length = -1)) }
    },
  ],
  ['card of another version', 'unsupported', sender(card => (card.format = 'datacrypt-id/2'))],
  [
    'card version before a broken card',
    'unsupported',
    sender(card => Object.assign(card, { format: 'datacrypt-id/2', seq: 0 })),
  ],
  [
    'card version before reserved bytes',
    'unsupported',
    async () => {
      const changed = await header(10, 1)()
      return { key: withJson(String(changed.key), j => (j.sender.format = 'datacrypt-id/9')) }
    },
  ],
  [
    'header of 75 bytes',
    'envelope-damaged',
    json(j => (j.header = encodeBase64(good.envelope.header.bytes.slice(0, 75)))),
  ],
  [
    'header of 77 bytes',
    'envelope-damaged',
    json(j => (j.header = encodeBase64(concat(good.envelope.header.bytes, Uint8Array.of(0))))),
  ],
  ['exponent 11', 'envelope-damaged', header(9, 11)],
  ['exponent 25', 'envelope-damaged', header(9, 25)],
  ['reserved byte 10', 'envelope-damaged', header(10, 1)],
  ['reserved byte 11', 'envelope-damaged', header(11, 1)],
  ['length missing', 'envelope-damaged', json(j => delete j.length)],
  ['length as text', 'envelope-damaged', json(j => (j.length = String(j.length)))],
  ['length negative', 'envelope-damaged', json(j => (j.length = -1))],
  ['length fractional', 'envelope-damaged', json(j => (j.length = Number(j.length) + 0.5))],
  ['length 2^53', 'envelope-damaged', json(j => (j.length = 2 ** 53))],
  ['length of a header alone', 'envelope-damaged', json(j => (j.length = 76))],
  ['length with an empty last chunk', 'envelope-damaged', json(j => (j.length = Number(j.length) - 1))],
  [
    'length that no CBC file has',
    'envelope-damaged',
    () => ({ key: withJson(cbc.key, j => (j.length = Number(j.length) + 1)) }),
  ],
  ['length of 2^21 + 1 chunks', 'envelope-damaged', json(j => (j.length = 76 + 2 ** 21 * (4096 + 48) + 49))],
  ['root missing', 'envelope-damaged', json(j => delete j.root)],
  ['root of 31 bytes', 'envelope-damaged', json(j => (j.root = zeros(31)))],
  ['meta not base64url', 'envelope-damaged', json(j => (j.meta = '+'))],
  ['sender missing', 'envelope-damaged', json(j => Reflect.deleteProperty(j, 'sender'))],
  ['recipients an object', 'envelope-damaged', json(j => Object.assign(j, { recipients: {} }))],
  ['1,001 stanzas', 'envelope-damaged', json(j => Object.assign(j, { recipients: Array(1001).fill({ type: 'x' }) }))],
  ['a stanza that is no object', 'envelope-damaged', json(j => Object.assign(j, { recipients: [1] }))],
  ['a stanza without type', 'envelope-damaged', stanza(s => delete s.type)],
  ['kid of 31 bytes', 'envelope-damaged', stanza(s => (s.kid = zeros(31)))],
  ['stanza signature missing', 'envelope-damaged', stanza(s => delete s.sig)],
  ['stanza signature of 95 bytes', 'envelope-damaged', stanza(s => (s.sig = zeros(95)))],
  ['ct of 49 bytes', 'envelope-damaged', stanza(s => (s.ct = zeros(49)))],
  ['enc compressed', 'envelope-damaged', stanza(s => (s.enc = zeros(49)))],
  ['enc beginning with 02', 'envelope-damaged', stanza(s => (s.enc = pointed(point => (point[0] = 2), s.enc)))],
  ...[{ m: 7 }, { m: 262_145 }, { t: 0 }, { t: 17 }, { p: 0 }, { p: 5, m: 64 }, { p: 2, m: 15 }, { m: 1e99 }].map(
    (cost): Row => [
      `Argon2id ${JSON.stringify(cost)} on somebody else's stanza`,
      'envelope-damaged',
      json(j => {
        const plain = {
          type: 'passphrase',
          salt: zeros(16),
          m: 8,
          t: 1,
          p: 1,
          nonce: zeros(12),
          ct: zeros(48),
          sig: zeros(96),
        }
        j.recipients.push({ ...plain, ...cost })
      }),
    ],
  ),
  [
    'link nonce of 11 bytes',
    'envelope-damaged',
    json(j => {
      j.recipients.push({ type: 'link', nonce: zeros(11), ct: zeros(48), sig: zeros(96) })
    }),
  ],
  ['card seq 0', 'envelope-damaged', sender(card => (card.seq = 0))],
  ['card seq 2^32', 'envelope-damaged', sender(card => (card.seq = 2 ** 32))],
  ['card prev at seq 1', 'envelope-damaged', sender(card => (card.prev = encodeBase64(pattern(32))))],
  ['card key compressed', 'envelope-damaged', sender(card => (card.enc = pointed(spki => (spki[23] = 2), card.enc)))],
  [
    'card key off the curve',
    'envelope-damaged',
    sender(card => (card.enc = pointed(spki => (spki[119] = (spki[119] ?? 0) ^ 1), card.enc))),
  ],
  [
    'card key with X above p',
    'envelope-damaged',
    sender(card => (card.enc = pointed(spki => spki.fill(255, 24, 72), card.enc))),
  ],
  ['card with one key twice', 'envelope-damaged', sender(card => (card.enc = card.sign))],
  [
    'schema before the card signature',
    'envelope-damaged',
    json(j => {
      j.root = zeros(31)
      j.sender.created = 5
    }),
  ],
  ['card signature', 'sender-unproven', sender(card => (card.created = 5))],
  ['card signature all zero', 'sender-unproven', sender(card => (card.sig = zeros(96)))],
  ["card's encryption key swapped", 'sender-unproven', sender(card => (card.enc = cardOf(people.carol).enc))],
  [
    'another person asked for',
    'sender-unproven',
    async () => ({
      access: { keys: people.bob, sender: await identityHash(people.carol.card) },
    }),
  ],
  [
    'another person asked for, before no stanza',
    'sender-unproven',
    async () => ({
      access: { keys: people.carol, sender: await identityHash(people.carol.card) },
    }),
  ],
  ['no stanza', 'not-for-this-key', json(j => Object.assign(j, { recipients: [] }))],
  ['another reader', 'not-for-this-key', () => ({ access: { keys: people.carol } })],
  ['a passphrase where there is none', 'not-for-this-key', () => ({ access: { passphrase: 'x', argon2id: argon } })],
  ['a link where there is none', 'not-for-this-key', () => ({ access: { link: secret } })],
  ['only a type that nobody knows', 'not-for-this-key', stanza(s => (s.type = 'p521'))],
  [
    'no stanza before a changed root',
    'not-for-this-key',
    () => ({
      key: withJson(good.key, j => (j.root = zeros(32))),
      access: { keys: people.carol },
    }),
  ],
  ['root changed under an old signature', 'sender-unproven', json(j => (j.root = zeros(32)))],
  ['metadata changed under an old signature', 'sender-unproven', json(j => (j.meta = flipped(good.envelope.meta, 30)))],
  ['metadata cut under an old signature', 'sender-unproven', json(j => (j.meta = zeros(3)))],
  ['salt changed under an old signature', 'sender-unproven', header(20, 255)],
  ['commitment changed under an old signature', 'sender-unproven', header(50, 255)],
  [
    'suite swapped under an old signature',
    'sender-unproven',
    async () => {
      const one = await forge({ people, suite: 'gcm', chunks: [new Uint8Array(48)] })
      return { key: withJson(one.key, j => (j.header = encodeBase64(swapSuite(one)))) }
    },
  ],
  ['length changed under an old signature', 'sender-unproven', json(j => (j.length = Number(j.length) + 1))],
  ['stanza ct changed', 'sender-unproven', stanza(s => (s.ct = zeros(48)))],
  [
    'stanza enc off the curve, unsigned',
    'sender-unproven',
    stanza(s => (s.enc = pointed(point => (point[96] = (point[96] ?? 0) ^ 1), s.enc))),
  ],
  [
    'stanza signed by another',
    'sender-unproven',
    async () => {
      const other = await forge({ people, suite: 'gcm', chunks: threeChunks(), sender: people.carol })
      return { key: withJson(good.key, j => (j.recipients = JSON.parse(other.key).recipients)) }
    },
  ],
  [
    'stanza of another transfer of the same people',
    'sender-unproven',
    () => ({
      key: withJson(good.key, j => (j.recipients = JSON.parse(cbc.key).recipients)),
    }),
  ],
  [
    'first of two stanzas for one key is bad',
    'sender-unproven',
    json(j => {
      const [first] = j.recipients
      if (first) j.recipients.unshift({ ...first, ct: zeros(48) })
    }),
  ],
  [
    'the only passphrase stanza is unsigned',
    'sender-unproven',
    async () => {
      const made = await withPassphrase()
      return {
        key: withJson(made.key, j => j.recipients.map(s => Object.assign(s, { sig: zeros(96) }))),
        access: knowing('right'),
      }
    },
  ],
  [
    'a wrong passphrase',
    'not-for-this-key',
    async () => ({ key: (await withPassphrase()).key, access: knowing('wrong') }),
  ],
  [
    'a wrong link',
    'not-for-this-key',
    async () => ({ key: (await withLink()).key, access: { link: pattern(33).slice(1) } }),
  ],
  ['an honestly signed wrap to a point off the curve', 'envelope-damaged', async () => ({ key: await offCurve() })],
  ["a card with somebody else's encryption key on it", 'envelope-damaged', async () => ({ key: await misdirected() })],
  ['the commitment of another key', 'envelope-damaged', forged({ commitment: pattern(32) })],
  [
    'metadata of another transfer',
    'envelope-damaged',
    async () => ({
      key: await resign(good, people, { meta: cbc.envelope.meta }),
    }),
  ],
  [
    'metadata shorter than its tag',
    'envelope-damaged',
    async () => ({
      key: await resign(good, people, { meta: new Uint8Array(5) }),
    }),
  ],
  ['metadata not JSON', 'envelope-damaged', metadata('x')],
  ['metadata over 2 MiB', 'envelope-damaged', metadata(JSON.stringify(file({})).padEnd(2 * 1024 * 1024 + 256))],
  ['created missing', 'envelope-damaged', metadata({ files: file({}).files })],
  ['no files and no note', 'envelope-damaged', metadata({ created: 1, files: [] })],
  ['an empty note', 'envelope-damaged', metadata({ ...file({}), note: '' })],
  ['a null note', 'envelope-damaged', metadata({ ...file({}), note: null })],
  ['an empty title', 'envelope-damaged', metadata({ ...file({}), title: '' })],
  ['a title of two lines', 'envelope-damaged', metadata({ ...file({}), title: 'a\nb' })],
  ['a title of 201 characters', 'envelope-damaged', metadata({ ...file({}), title: 'x'.repeat(201) })],
  ['a checkpoint that is no text', 'envelope-damaged', metadata({ ...file({}), checkpoint: 1 })],
  ['10,001 files', 'envelope-damaged', metadata({ created: 1, files: Array(10_001).fill(file({}).files[0]) })],
  ...[
    '',
    '/a',
    'a/',
    'a//b',
    '.',
    'a/..',
    '../a',
    'a\\b',
    'a\u0000',
    'a\u0085',
    'a\u007f',
    '\ud800',
    'x'.repeat(256),
    'ü'.repeat(128),
    `${'ab/'.repeat(1366)}c`,
  ].map(
    (name): Row => [
      `the name ${JSON.stringify(name.slice(0, 12))} of ${name.length}`,
      'envelope-damaged',
      metadata(file({ name })),
    ],
  ),
  ['a negative size', 'envelope-damaged', metadata(file({ size: -1 }))],
  ['a type that is missing', 'envelope-damaged', metadata(file({ type: undefined }))],
  ['sizes one above the plaintext', 'envelope-damaged', forged({ size: 2 * chunkSize + 2 })],
  ['sizes one above the largest CBC plaintext', 'envelope-damaged', forged({ suite: 'cbc', size: 2 * chunkSize + 16 })],
  [
    'sizes that overflow',
    'envelope-damaged',
    metadata({ created: 1, files: Array(9).fill({ name: 'a', size: 2 ** 53 - 1, type: '', modified: 1 }) }),
  ],
  ['.enc with another magic', 'not-a-bundle', enc(bytes => flip(bytes, 0))],
  ['.enc short and no beginning of the magic', 'not-a-bundle', enc(() => utf8('DCRX'))],
  ['.enc of another transfer', 'parts-differ', () => ({ enc: cbc.enc })],
  ['.enc with another salt, and cut', 'parts-differ', enc(bytes => flip(bytes, 20).slice(0, 40))],
  ['.enc with another commitment', 'parts-differ', enc(bytes => flip(bytes, 75))],
  ['.enc empty', 'truncated', enc(() => new Uint8Array(0))],
  ['.enc a beginning of the magic', 'truncated', enc(bytes => bytes.slice(0, 5))],
  ['.enc its header alone', 'truncated', enc(bytes => bytes.slice(0, 76))],
  ["cut at a chunk's edge", 'truncated', enc(bytes => bytes.slice(0, 76 + 4112))],
  ['cut in a tag', 'truncated', enc(bytes => bytes.slice(0, 76 + 4100))],
  ['cut in the digests', 'truncated', enc(bytes => bytes.slice(0, -1))],
  ['cut and damaged', 'truncated', enc(bytes => flip(bytes, 4200 + 4000).slice(0, -8))],
  ['one byte after the end', 'trailing-data', enc(bytes => concat(bytes, Uint8Array.of(0)))],
  ['a chunk after the end', 'trailing-data', enc(bytes => concat(bytes, new Uint8Array(4096)))],
  ['a digest changed', 'root-mismatch', enc(bytes => flip(bytes, -1))],
  [
    'digests swapped',
    'root-mismatch',
    enc(bytes => {
      const at = digestsAt(bytes, 3)
      return concat(bytes.slice(0, at), bytes.slice(at + 32, at + 64), bytes.slice(at, at + 32), bytes.slice(at + 64))
    }),
  ],
]

function swapSuite({ envelope }: Forged): Bytes {
  const bytes = new Uint8Array(envelope.header.bytes)
  bytes[8] = 2
  return bytes
}

const withPassphrase = () =>
  forge({
    people,
    suite: 'gcm',
    chunks: [pattern(1)],
    recipients: [{ type: 'passphrase', passphrase: 'right', argon2id: argon, cost: cheap }],
  })
const withLink = () => forge({ people, suite: 'gcm', chunks: [pattern(1)], recipients: [{ type: 'link', secret }] })
const knowing = (passphrase: string): Access => ({ passphrase, argon2id: argon })

const offCurve = () => signAgain(good, people, stanza => ({ ...stanza, enc: flip(stanza.enc, 96) }))

/** Bob's encryption key under Carol's name: Bob finds a stanza for his key, but what it is bound to is not his name. */
async function misdirected(): Promise<string> {
  const { sig: _, ...card } = people.carol.card
  const mixed = await signCard({ ...card, enc: people.bob.card.enc }, people.carol.signKey)
  const made = await forge({ people, suite: 'gcm', chunks: [pattern(1)], recipients: [{ type: 'p384', card: mixed }] })
  return made.key
}

async function codeOf(opening: Promise<unknown>): Promise<unknown> {
  return opening.then(
    () => 'opened',
    (problem: unknown) => (problem instanceof Error && 'code' in problem ? problem.code : problem),
  )
}

async function openWhole({ key = good.key, enc: bytes = good.enc, access = { keys: people.bob } }: Case) {
  const opened = await openEnvelope(typeof key === 'string' ? utf8(key) : key, access)
  return collect(openSeekable(opened, sourceOf(bytes)))
}

test('what is broken below opens when it is not', async () => {
  expect((await openWhole({})).bytes).toEqual(concat(...threeChunks()))
  expect((await openWhole({ key: cbc.key, enc: cbc.enc })).bytes).toEqual(concat(...threeChunks()))
})

test.each(rows)('%s: %s', async (_title, code, make) => {
  expect(await codeOf(openWhole(await make()))).toBe(code)
})

const damaged: readonly (readonly [string, number, Make])[] = [
  ['first byte of the first chunk', 0, enc(bytes => flip(bytes, 76))],
  ['tag of the first chunk', 0, enc(bytes => flip(bytes, 76 + 4111))],
  ['body of the middle chunk', 1, enc(bytes => flip(bytes, 76 + 4112 + 9))],
  ['tag of the last chunk', 2, enc(bytes => flip(bytes, digestsAt(bytes, 3) - 1))],
  ['IV of the first chunk', 0, cbcEnc(bytes => flip(bytes, 76))],
  ['MAC of the middle chunk', 1, cbcEnc(bytes => flip(bytes, 76 + 2 * 4160 - 1))],
  ['body of the last chunk', 2, cbcEnc(bytes => flip(bytes, digestsAt(bytes, 3) - 40))],
  [
    'chunks swapped',
    0,
    enc(bytes => concat(bytes.slice(0, 76), bytes.slice(4188, 8300), bytes.slice(76, 4188), bytes.slice(8300))),
  ],
  ['a chunk twice', 1, enc(bytes => concat(bytes.slice(0, 4188), bytes.slice(76, 4188), bytes.slice(8300)))],
  [
    'chunks swapped with their digests',
    0,
    forged({ tamper: c => c.reverse(), chunks: [pattern(chunkSize), pattern(chunkSize)] }),
  ],
  ['no final chunk', 2, forged({ finals: [false, false, false] })],
  ['two final chunks', 0, forged({ finals: [true, false, true] })],
  [
    'a CBC chunk one byte long',
    1,
    forged({ suite: 'cbc', chunks: [pattern(chunkSize), pattern(chunkSize + 1), pattern(5)], size: 1 }),
  ],
  [
    'a last CBC chunk one byte long',
    1,
    forged({ suite: 'cbc', chunks: [pattern(chunkSize), pattern(chunkSize + 1)], size: 1 }),
  ],
  ['an empty last CBC chunk', 1, forged({ suite: 'cbc', chunks: [pattern(chunkSize), pattern(0)], size: 1 })],
  ['CBC sizes one above the plaintext', 2, forged({ suite: 'cbc', size: 2 * chunkSize + 2 })],
  [
    "a bit changed under its sender's digest",
    1,
    forged({ tamper: c => c.splice(1, 1, flip(c[1] ?? new Uint8Array(1), 3)) }),
  ],
]

describe('damaged-at-chunk', () => {
  test.each(damaged)('%s: chunk %i', async (_title, chunk, make) => {
    const opening = openWhole({ ...(await make()) })
    await expect(opening).rejects.toMatchObject({ code: 'damaged-at-chunk', data: { chunk } })
  })

  test('a chunk forged by one who holds the content key', async () => {
    const keys = await contentKeys(good.contentKey, good.envelope.header)
    const fake = await sealChunk(keys, { index: 1, final: false, plain: new Uint8Array(chunkSize) })
    const alone = concat(good.enc.slice(0, 4188), fake, good.enc.slice(8300))
    await expect(openWhole({ enc: alone })).rejects.toMatchObject({ code: 'damaged-at-chunk', data: { chunk: 1 } })
    const at = digestsAt(good.enc, 3)
    const withDigest = concat(alone.slice(0, at + 32), await sha256(fake), alone.slice(at + 64))
    expect(await codeOf(openWhole({ enc: withDigest }))).toBe('root-mismatch')
    const opened = await openEnvelope(utf8(good.key), { keys: people.bob })
    expect(await codeOf(collect(openStream(opened, inPieces(alone, 999))))).toBe('damaged-at-chunk')
    expect(await codeOf(collect(openStream(opened, inPieces(withDigest, 999))))).toBe('root-mismatch')
  })
})

const piped: readonly Row[] = [
  ['another magic', 'not-a-bundle', enc(bytes => flip(bytes, 0))],
  ['another salt', 'parts-differ', enc(bytes => flip(bytes, 20))],
  ['empty', 'truncated', enc(() => new Uint8Array(0))],
  ['header alone', 'truncated', enc(bytes => bytes.slice(0, 76))],
  ['cut inside a chunk', 'truncated', enc(bytes => bytes.slice(0, 5000))],
  ['cut in the digests', 'truncated', enc(bytes => bytes.slice(0, -1))],
  ['a byte after the end', 'trailing-data', enc(bytes => concat(bytes, Uint8Array.of(0)))],
  ['a digest changed', 'root-mismatch', enc(bytes => flip(bytes, -1))],
  ['a chunk changed', 'damaged-at-chunk', enc(bytes => flip(bytes, 5000))],
]

test.each(piped)('through a pipe, %s: %s', async (_title, code, make) => {
  const opened = await openEnvelope(utf8(good.key), { keys: people.bob })
  const { enc: bytes = good.enc } = await make()
  for (const size of [7, 4097]) expect(await codeOf(collect(openStream(opened, inPieces(bytes, size))))).toBe(code)
})

describe('what looks strange and is allowed', () => {
  const opens = async (one: Case) => expect(await codeOf(openWhole(one))).toBe('opened')

  test('unknown members, types and stanzas, numbers in other spellings, white space', async () => {
    await opens({ key: withJson(good.key, j => Object.assign(j, { more: 1, constructor: 2 })) })
    await opens({ key: good.key.replace('{', '{"__proto__":{"length":1},') })
    await opens({ key: good.key.replace(/"length":\d+/, `"length":${good.enc.length}.0`) })
    await opens({ key: good.key.replace(/"length":\d+/, `"length":${good.enc.length * 10}e-1`) })
    await opens({ key: good.key.replace('{', '{"length":-1,') })
    await opens({ key: ` ${good.key} \n` })
    await opens({ key: withJson(good.key, j => j.recipients.unshift({ type: 'p521', ct: [] })) })
    await opens({ key: good.key.padEnd(4 * 1024 * 1024) })
    await opens(await metadata({ ...file({ name: 'x'.repeat(255) }), title: '𝄞'.repeat(200), more: 1 })())
  })

  test('a passphrase stanza among bad ones', async () => {
    const made = await withPassphrase()
    const [stanza] = (JSON.parse(made.key) as Json).recipients
    const key = withJson(made.key, j => j.recipients.unshift(...Array(20).fill({ ...stanza, sig: zeros(96) })))
    await opens({ key, enc: made.enc, access: knowing('right') })
  })

  test('a card of another seq of the same person', async () => {
    const { sig: _, ...card } = people.alice.card
    const later = await signCard({ ...card, seq: 9, prev: pattern(32) }, people.alice.signKey)
    const access = { keys: people.bob, sender: await identityHash(people.alice.card) }
    await opens({
      key: withJson(good.key, j => Object.assign(j, { sender: cardOf({ ...people.alice, card: later }) })),
      access,
    })
  })
})

test('a .dcrypt without a newline within 4 MiB is none', () => {
  expect(() => splitBundle(new Uint8Array(4 * 1024 * 1024 + 20))).toThrow('not-a-bundle')
})

test('a ciphertext that opens under two keys is refused by the commitment', async () => {
  const cipher = fromHex(
    '7f04199ad52b28689face8ca96b97cc81abaa0f365ae7f12cc874341025afd805c4e4aa9a281b2ec983fe84b107c3fa0bcb2a67bea714eed81041fedfdb87a779f60a0674b8c2004170f1531b1bcfaf2',
  )
  const keys = [
    'a2014f4ac9ebde46f9231a86fb780a59a3950b9b6c8ca108f296663fe2ca21c3',
    'af5cb93a981f5cd12b72e2bc5b0324c0724c031b08ee65cdce29629bc39524d4',
  ].map(fromHex)
  const plains: Bytes[] = []
  for (const raw of keys) {
    const iv = new Uint8Array(12)
    plains.push(
      new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, await aesKey(raw, 'AES-GCM'), cipher)),
    )
  }
  expect(plains[0]).not.toEqual(plains[1])
  const [first, second] = keys
  if (first === undefined || second === undefined) throw new Error('two keys')
  const committed = await commitHeader(first, { suite: 'gcm', exponent: 12, salt: pattern(32) })
  expect(parseHeader(committed.bytes)).not.toBeNull()
  expect(await isCommitted(first, committed)).toBe(true)
  expect(await isCommitted(second, committed)).toBe(false)
})
