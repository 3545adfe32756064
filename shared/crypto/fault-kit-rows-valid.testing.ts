/** What is unusual and has to open. */
import { type Bytes, concat, utf8 } from '#shared/format/bytes.ts'
import { encodeEnvelope } from '#shared/format/envelope.ts'
import { layoutOf, padme } from '#shared/format/sizes.ts'
import { stanzaMessage } from '#shared/format/stanza.ts'
import { signMessage } from './ecdsa.ts'
import { manyFiles, oneFile, patternChunks, recipeNonce, sealRepeatably } from './fault-kit-recipe.testing.ts'
import {
  byBoth,
  byPassphrase,
  changed,
  type Kit,
  linkSecret,
  type More,
  type Row,
  toolsOf,
  zeros,
} from './fault-kit-rows.testing.ts'
import { cardOf, chunkSize, hex, type Json, pattern, withJson } from './forge.testing.ts'
import { generateIdentity, signCard } from './identity.ts'
import { envelopeNames } from './transcript.ts'
import type { Recipient } from './wrap.ts'

/** n of P-384, SEC 2 section 2.5.1. */
export const groupOrder =
  0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n

export function validRows(kit: Kit): readonly Row[] {
  return [...sizeRows(kit), ...readerRows(kit), ...metadataRows(kit), ...textRows(kit), ...limitRows(kit)]
}

function sizeRows({ suite, ...kit }: Kit): Row[] {
  const { forged } = toolsOf({ suite, ...kit })
  const chunksOf = (plaintextLength: number, exponent = 12) =>
    patternChunks(layoutOf({ suite, exponent, plaintextLength }))
  const sized = (plaintextLength: number): Row => [
    `${plaintextLength} bytes`,
    'ok',
    () => forged({ chunks: chunksOf(plaintextLength) }),
    { released: plaintextLength },
  ]
  const long = (length: number): Row => [
    `${length} bytes: ${Math.ceil(length / chunkSize)} chunks`,
    'ok',
    () => forged({ chunks: chunksOf(length), sealWith: sealRepeatably }),
    { released: length, recipe: `seal ${length}` },
  ]
  const padded = (title: string, chunks: readonly Bytes[], size: number): Row => [
    title,
    'ok',
    () => forged({ chunks, size }),
    { released: size },
  ]
  const afterSize = (size: number, filler: number) => {
    const plain = pattern(size + 40)
    plain.fill(filler, size)
    return [plain]
  }
  return [
    ...[0, 1, chunkSize - 1, chunkSize, chunkSize + 1, 2 * chunkSize, 2 * chunkSize + 1].map(sized),
    ...[256, 257, 258].map(count => long(count * chunkSize)),
    long(256 * chunkSize + 1),
    padded('padding by Padme', chunksOf(padme(chunkSize + 1500)), chunkSize + 1500),
    padded('padding of zeros', afterSize(100, 0), 100),
    padded('padding that is not zero: a reader does not look at it', afterSize(100, 255), 100),
    padded('chunks of padding alone', chunksOf(2 * chunkSize + 1), 5),
    padded('padding after nothing', chunksOf(300), 0),
    ['chunks of 8 KiB', 'ok', () => forged({ exponent: 13, chunks: chunksOf(8193, 13) }), { released: 8193 }],
    ['the largest exponent', 'ok', () => forged({ exponent: 24 }), { released: 1 }],
  ]
}

function readerRows(kit: Kit): Row[] {
  const { forged, edit } = toolsOf(kit)
  const { people } = kit
  const bob: Recipient = { type: 'p384', card: people.bob.card }
  const link: Recipient = { type: 'link', secret: linkSecret }
  const to = (
    title: string,
    recipients: () => readonly Recipient[] | Promise<readonly Recipient[]>,
    more: More,
  ): Row => [title, 'ok', async () => forged({ recipients: await recipients() }), { released: 1, ...more }]
  const byLink = `link ${hex(linkSecret)}`
  return [
    to('one recipient', () => [bob], {}),
    to('one recipient, and the sender that was asked for', () => [bob], { sender: 'alice' }),
    to('two recipients', () => [bob, { type: 'p384', card: people.carol.card }], { access: 'carol' }),
    to('fifty recipients', async () => [...(await strangers(49)), bob], {}),
    to('a stanza for an older encryption key', () => [bob], { access: 'bob-older' }),
    to('a passphrase', () => [byPassphrase('correct horse')], { access: 'passphrase correct horse' }),
    to('a passphrase in another normal form', () => [byPassphrase('ﬁne')], { access: 'passphrase fine' }),
    to('Argon2id at its floor of 8 KiB a lane', () => [byPassphrase('x', { m: 32, t: 1, p: 4 })], {
      access: 'passphrase x',
    }),
    to('Argon2id of sixteen passes', () => [byPassphrase('x', { m: 8, t: 16, p: 1 })], { access: 'passphrase x' }),
    to('the eighth of eight passphrases', () => [...wrongOnes(7), byPassphrase('x')], { access: 'passphrase x' }),
    to('a link', () => [link], { access: byLink }),
    to('a link, its maker asked for', () => [link], { access: byLink, sender: 'alice' }),
    to('the second of two links', () => [{ type: 'link', secret: pattern(33).slice(1) }, link], { access: byLink }),
    to('a link with a passphrase', () => [byBoth('x')], { access: `${byLink} passphrase x` }),
    to('all kinds beside each other', () => [link, byPassphrase('x'), byBoth('x'), bob], {}),
    ["a link with a passphrase, signed over a link's body", 'ok', () => shortBody(kit), both(byLink)],
    ['a passphrase after unsigned ones', 'ok', () => afterUnsigned(kit), { released: 1, access: 'passphrase x' }],
    ["Argon2id at its ceiling, on somebody else's stanza", 'ok', edit(json => atCeiling(json)), { released: 1 }],
    ['a card of a lower seq than the pinned one', 'ok', () => cardOfSeq(kit, 2), { released: 1, sender: 'alice' }],
    ['a card of a higher seq than the pinned one', 'ok', () => cardOfSeq(kit, 9), { released: 1, sender: 'alice' }],
    ['the highest seq', 'ok', () => cardOfSeq(kit, 2 ** 32 - 1), { released: 1, sender: 'alice' }],
    ['a stanza signature in its other form, n - s', 'ok', edit(json => mirror(json.recipients[0])), { released: 1 }],
    ['a card signature in its other form, n - s', 'ok', edit(json => mirror(json.sender)), { released: 1 }],
  ]
}

const both = (byLink: string): More => ({ released: 1, access: `${byLink} passphrase x` })

const wrongOnes = (count: number) => Array.from({ length: count }, () => byPassphrase('no'))

/** Nine copies of the stanza with a signature of zeros, then the good one. */
async function afterUnsigned(kit: Kit) {
  const made = await toolsOf(kit).forged({ recipients: [byPassphrase('x')] })
  const key = withJson(made.key, json => {
    json.recipients.unshift(...Array.from({ length: 9 }, () => ({ ...json.recipients[0], sig: zeros(96) })))
  })
  return { key, enc: made.enc }
}

async function strangers(count: number): Promise<readonly Recipient[]> {
  const made = await Promise.all(Array.from({ length: count }, () => generateIdentity({ now: 1 })))
  return made.map(({ identity }) => ({ type: 'p384', card: identity.card }))
}

/** What another writer has made: docs/decisions/011-link-passphrase-body.md. */
async function shortBody(kit: Kit) {
  const made = await toolsOf(kit).forged({ recipients: [byBoth('x')] })
  const { transcript } = await envelopeNames(made.envelope)
  const [stanza] = made.envelope.stanzas
  if (stanza?.type !== 'link-passphrase') throw new Error('one stanza, of a link with a passphrase')
  const message = stanzaMessage({ ...stanza, type: 'link' }, transcript)
  const plain = utf8('datacrypt/1 stanza\0link\0')
  const relabeled = concat(utf8('datacrypt/1 stanza\0link-passphrase\0'), message.subarray(plain.length))
  const sig = await signMessage(kit.people.alice.signKey, relabeled)
  return { key: encodeEnvelope({ ...made.envelope, stanzas: [{ ...stanza, sig }] }), enc: made.enc }
}

function atCeiling(json: Json): void {
  const rest = { salt: zeros(16), nonce: zeros(12), ct: zeros(48), sig: zeros(96) }
  json.recipients.unshift({ type: 'passphrase', m: 262_144, t: 16, p: 4, ...rest })
}

async function cardOfSeq({ small, people }: Kit, seq: number) {
  const { sig: _, ...card } = people.alice.card
  const signed = await signCard({ ...card, seq, prev: pattern(32) }, people.alice.signKey)
  const sender = cardOf({ ...people.alice, card: signed })
  return { key: withJson(small.key, json => Object.assign(json, { sender })), enc: small.enc }
}

function mirror(signed: Record<string, unknown> | undefined): void {
  if (signed === undefined) return
  signed.sig = changed(signed.sig, sig => {
    const s = BigInt(`0x${hex(sig.subarray(48))}`)
    sig.set(Buffer.from((groupOrder - s).toString(16).padStart(96, '0'), 'hex'), 48)
  })
}

function metadataRows(kit: Kit): Row[] {
  const { forged } = toolsOf(kit)
  const entry = (name: string, size = 1) => ({ name, size, type: '', modified: 1 })
  const named = (title: string, name: string): Row => [
    title,
    'ok',
    () => forged({ metadata: { files: [entry(name)] } }),
    { released: 1 },
  ]
  const longest = `${'x'.repeat(255)}/`.repeat(15)
  const chunks = [pattern(0)]
  return [
    named('the longest name: 4,096 bytes', `${longest}${'y'.repeat(254)}/z`),
    named('a segment of 255 bytes in UTF-8', `${'ü'.repeat(127)}u`),
    named('a name of dots that is neither . nor ..', '.../..a/.b'),
    named('a name that one system reserves', 'CON'),
    named('a name beyond the basic plane, and written from right to left', '\u{1f4c4} \u05d0\u05d1/\u202ecod.exe'),
    ['no files but a note', 'ok', () => forged({ chunks, metadata: { files: [], note: 'hello' } })],
    ['no files but a note, padded', 'ok', () => forged({ chunks: [pattern(64)], metadata: { files: [], note: '\n' } })],
    ['title, note and checkpoint', 'ok', () => forged({ metadata: full }), { released: 1 }],
    ['three files, one of them empty', 'ok', () => forged(threeFiles(kit)), { released: 2 * chunkSize + 1 }],
    [
      'times of zero',
      'ok',
      () => forged({ metadata: { created: 0, files: [{ ...entry('a'), modified: 0 }] } }),
      {
        released: 1,
      },
    ],
    ['unknown members of the metadata', 'ok', () => forged({ metadataText: withMore() }), { released: 1 }],
  ]
}

const full = { title: '\u{1d11e}'.repeat(200), note: 'two\nlines', checkpoint: 'any text' }

function threeFiles({ three }: Kit) {
  const sizes = [chunkSize + 7, 0, chunkSize - 6]
  const files = sizes.map((size, at) => ({ name: `folder/${at}`, size, type: 'text/plain', modified: at }))
  const plain = pattern(2 * chunkSize + 1)
  const chunks = [0, 1, 2].map(at => plain.slice(at * chunkSize, (at + 1) * chunkSize))
  return { chunks, metadata: { files }, size: three.enc.length }
}

function withMore(): string {
  const text = JSON.stringify({ ...JSON.parse(oneFile), more: { title: '' }, constructor: 1, sizes: [null] })
  return text.replace('"name"', '"link":true,"name"').padEnd(256)
}

function textRows(kit: Kit): Row[] {
  const { edit, text } = toolsOf(kit)
  const { enc } = kit.small
  const { length } = enc
  const opens = (title: string, make: Row[2], more: More = {}): Row => [title, 'ok', make, { released: 1, ...more }]
  const replaced = (from: string | RegExp, to: string) => text(key => key.replace(from, to))
  return [
    opens(
      'a stanza of an unknown type before',
      edit(json => json.recipients.unshift({ type: 'p521', ct: [], sig: 1 })),
    ),
    opens(
      'unknown members of the envelope',
      edit(json => Object.assign(json, { more: [1], constructor: 2 })),
    ),
    opens(
      'unknown members of the stanza',
      edit(json => Object.assign(json.recipients[0] ?? {}, { m: -1, p: null })),
    ),
    opens(
      'unknown members of the card',
      edit(json => Object.assign(json.sender, { name: 7, address: {} })),
    ),
    opens(
      'members in another order',
      edit(json => reorder(json)),
    ),
    opens('a member __proto__', replaced('{', '{"__proto__":{"length":1},')),
    opens('the last of two lengths counts', replaced('{', '{"length":-1,')),
    opens('the last of two stanza lists counts', replaced('{', '{"recipients":[1],')),
    opens('a length that is written as a fraction', replaced(/"length":\d+/, `"length":${length}.0`)),
    opens('a length that is written with an exponent', replaced(/"length":\d+/, `"length":${length * 10}e-1`)),
    opens('minus zero', replaced('{', '{"later":-0,')),
    opens('a name that is written with escapes', replaced('"length"', '"\\u006cength"')),
    opens(
      'spaces around and within',
      text(key => ` \t${key.replaceAll('":', '" : ')} `),
    ),
    opens(
      'a newline at the end of the envelope',
      text(key => `${key}\n`),
      { dcrypt: 'not-a-bundle' },
    ),
    opens('newlines within the envelope', replaced(/,/g, ',\r\n'), { dcrypt: 'not-a-bundle' }),
  ]
}

function reorder(json: Json): void {
  for (const name of ['header', 'format', 'length']) {
    const value = json[name]
    delete json[name]
    json[name] = value
  }
}

function limitRows(kit: Kit): Row[] {
  const { forged } = toolsOf(kit)
  const { small } = kit
  const made = (metadataText: string) => () => forged({ metadataText, metadataNonce: recipeNonce, size: 0 })
  return [
    ['an envelope of 4 MiB', 'ok', () => small, { released: 1, recipe: `pad-key ${4 * 1024 * 1024}` }],
    ['1,000 stanzas', 'ok', () => small, { released: 1, recipe: 'stanzas 1000' }],
    ['10,000 files', 'ok', made(manyFiles(10_000)), { recipe: 'files 10000' }],
    [
      'metadata of 2 MiB',
      'ok',
      made(oneFile.padEnd(2 * 1024 * 1024)),
      {
        released: 1,
        recipe: `spaces ${2 * 1024 * 1024}`,
      },
    ],
  ]
}
