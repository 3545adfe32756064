/** Faults of keys and stanzas. Longer than other files: it is a table. */
import { encodeBase64 } from '#shared/format/base64.ts'
import { type Bytes, concat } from '#shared/format/bytes.ts'
import {
  bitOf,
  byBoth,
  byPassphrase,
  bytesOf,
  type Kit,
  linkSecret,
  type Made,
  put,
  type Row,
  toolsOf,
  zeros,
} from './fault-kit-rows.testing.ts'
import { addForeign } from './fault-kit-rows-envelope.testing.ts'
import { type Forged, flip, fromHex, hex, type Json, resign, withJson } from './forge.testing.ts'
import { keyId, signCard } from './identity.ts'
import { platformRandom } from './random.ts'

type Members = Record<string, unknown>

export function keyRows(kit: Kit): readonly Row[] {
  return [...readerRows(kit), ...pointRows(kit), ...keyEncodingRows(kit), ...secretRows(kit)]
}

function readerRows(kit: Kit): Row[] {
  const { people, small, other } = kit
  const { edit, forged, resigned } = toolsOf(kit)
  const kidOf = (name: 'carol') => keyId(people[name].card.enc)
  return [
    ['another reader', 'not-for-this-key', () => small, { access: 'carol' }],
    ['no stanza', 'not-for-this-key', edit(json => Object.assign(json, { recipients: [] }))],
    ['only a stanza of an unknown type', 'not-for-this-key', edit(json => relabel(json, 'p521'))],
    ['type in capitals', 'not-for-this-key', edit(json => relabel(json, 'P384'))],
    ['kid of nobody', 'not-for-this-key', edit(json => Object.assign(json.recipients[0] ?? {}, { kid: zeros(32) }))],
    [
      'kid of another, unsigned',
      'sender-unproven',
      async () => withKid(small, encodeBase64(await kidOf('carol'))),
      {
        access: 'carol',
      },
    ],
    [
      'kid of another, signed',
      'envelope-damaged',
      async () => {
        const kid = await kidOf('carol')
        return resigned(stanza => ({ ...stanza, kid }))()
      },
      { access: 'carol' },
    ],
    ['ct changed, unsigned', 'sender-unproven', edit(json => turn(json.recipients[0], 'ct', 0))],
    ['ct changed, signed', 'envelope-damaged', resigned(stanza => ({ ...stanza, ct: flip(stanza.ct, 0) }))],
    ['the tag of ct changed, signed', 'envelope-damaged', resigned(stanza => ({ ...stanza, ct: flip(stanza.ct, 47) }))],
    ['a stanza of another transfer', 'sender-unproven', edit(json => takeStanzas(json, other.key))],
    [
      'a stanza of another transfer, signed for this one',
      'envelope-damaged',
      async () => {
        const [theirs] = other.envelope.stanzas
        return resigned(stanza => (theirs?.type === 'p384' ? theirs : stanza))()
      },
    ],
    ['another content key, honestly signed', 'envelope-damaged', () => wrapsAnother(kit)],
    ['two stanzas for one key, the second good', 'sender-unproven', edit(json => before(json, { ct: zeros(48) }))],
    ['two stanzas for one key, the first signed and wrong', 'envelope-damaged', () => signedAndWrong(kit)],
    [
      "the older key's stanza first and bad, the newer one's good",
      'sender-unproven',
      () => olderFirst(kit),
      {
        access: 'bob-older',
      },
    ],
    ["somebody else's encryption key on a card", 'envelope-damaged', () => misdirected(kit)],
    [
      'a stanza for another, the reader named in it by nobody',
      'not-for-this-key',
      () => forged({ recipients: [{ type: 'p384', card: people.carol.card }] }),
    ],
  ]
}

function relabel(json: Json, type: string): void {
  for (const stanza of json.recipients) stanza.type = type
}

export function turn(members: Members | undefined, name: string, at: number): void {
  if (members !== undefined) members[name] = bitOf(members[name], at)
}

function withKid({ key, enc }: Forged, kid: string): Made {
  return { key: withJson(key, json => json.recipients.map(stanza => Object.assign(stanza, { kid }))), enc }
}

export function takeStanzas(json: Json, key: string): void {
  const other: Json = JSON.parse(key)
  json.recipients = other.recipients
}

function before(json: Json, wrong: Members): void {
  json.recipients.unshift({ ...json.recipients[0], ...wrong })
}

async function wrapsAnother({ small, people }: Kit): Promise<Made> {
  return { key: await resign({ ...small, contentKey: platformRandom(32) }, people, {}), enc: small.enc }
}

async function signedAndWrong(kit: Kit): Promise<Made> {
  const wrong = await toolsOf(kit).resigned(stanza => ({ ...stanza, ct: flip(stanza.ct, 3) }))()
  const bad: Json = JSON.parse(String(wrong.key))
  return { key: withJson(kit.small.key, json => json.recipients.unshift(...bad.recipients)), enc: kit.small.enc }
}

/** Bob's second card as a second recipient; the stanza for his first key is spoiled. */
async function olderFirst(kit: Kit): Promise<Made> {
  const { people } = kit
  const cards = [people.bob.card, people.bobLater.card]
  const made = await toolsOf(kit).forged({ recipients: cards.map(card => ({ type: 'p384' as const, card })) })
  return { key: withJson(made.key, json => turn(json.recipients[0], 'ct', 0)), enc: made.enc }
}

/** Bob's encryption key under Carol's name: Bob finds a stanza for his key, but it is bound to another name. */
async function misdirected(kit: Kit): Promise<Made> {
  const { people } = kit
  const { sig: _, ...card } = people.carol.card
  const mixed = await signCard({ ...card, enc: people.bob.card.enc }, people.carol.signKey)
  return toolsOf(kit).forged({ recipients: [{ type: 'p384', card: mixed }] })
}

/** HPKE's encapsulated key: where it is not a point, whoever signed it. */
function pointRows(kit: Kit): Row[] {
  const { edit, resigned } = toolsOf(kit)
  const { people } = kit
  const signed = (title: string, change: (point: Bytes) => Bytes): Row => [
    `enc ${title}, signed`,
    'envelope-damaged',
    resigned(stanza => ({ ...stanza, enc: change(stanza.enc) })),
  ]
  const texted = (title: string, change: (point: Bytes) => Uint8Array): Row => [
    `enc ${title}`,
    'envelope-damaged',
    edit(json => {
      for (const stanza of json.recipients) stanza.enc = encodeBase64(change(bytesOf(stanza.enc)))
    }),
  ]
  return [
    texted('compressed', point => concat(Uint8Array.of(2 + ((point[96] ?? 0) & 1)), point.slice(1, 49))),
    texted('marked as compressed, of full length', point => put(point, 0, Uint8Array.of(2))),
    texted('in hybrid form', point => put(point, 0, Uint8Array.of(6 + ((point[96] ?? 0) & 1)))),
    texted('at infinity, in one byte', () => new Uint8Array(1)),
    texted('at infinity, of full length', () => new Uint8Array(97)),
    texted('of P-256', point => point.slice(0, 65)),
    texted('of P-521', point => concat(point, new Uint8Array(36))),
    signed('off the curve', point => flip(point, 96)),
    signed('of zeros', () => put(new Uint8Array(97), 0, Uint8Array.of(4))),
    signed('with X above p', point => put(point, 1, new Uint8Array(48).fill(255))),
    signed('with Y above p', point => put(point, 49, new Uint8Array(48).fill(255))),
    signed("the recipient's own key", () => new Uint8Array(people.bob.card.enc.slice(23))),
    signed("another's key", () => new Uint8Array(people.carol.card.enc.slice(23))),
    ['enc off the curve, unsigned', 'sender-unproven', edit(json => turn(json.recipients[0], 'enc', 96))],
  ]
}

/** The sender's public keys in other encodings than the one. */
function keyEncodingRows(kit: Kit): Row[] {
  const { edit } = toolsOf(kit)
  const rows = (name: 'sign' | 'enc'): Row[] => {
    const row = (title: string, change: (spki: Bytes) => Uint8Array): Row => [
      `card ${name} ${title}`,
      'envelope-damaged',
      edit(json => Object.assign(json.sender, { [name]: encodeBase64(change(bytesOf(json.sender[name]))) })),
    ]
    return [
      row('compressed', spki => concat(fromHex(`304630${algorithm}033200`), compressed(spki))),
      row('marked as compressed', spki => put(spki, 23, Uint8Array.of(2))),
      row('for ECDH alone', spki => concat(fromHex('3074300e06052b8104010c06052b81040022036200'), spki.slice(23))),
      row('called P-521', spki => put(spki, 19, Uint8Array.of(0x23))),
      row('with a length in two bytes', spki => concat(fromHex('308176'), spki.slice(2))),
      row('with spare bits in its bit string', spki => put(spki, 22, Uint8Array.of(1))),
      row('off the curve', spki => flip(spki, 119)),
      row('with X above p', spki => put(spki, 24, new Uint8Array(48).fill(255))),
      row('at infinity', spki => put(spki, 24, new Uint8Array(96))),
    ]
  }
  return [...rows('sign'), ...rows('enc')]
}

/** `id-ecPublicKey` and `secp384r1`. */
const algorithm = '1006072a8648ce3d020106052b81040022'

function compressed(spki: Bytes): Bytes {
  return concat(Uint8Array.of(2 + ((spki[119] ?? 0) & 1)), spki.slice(24, 72))
}

function secretRows(kit: Kit): Row[] {
  const { edit, forged } = toolsOf(kit)
  const byLink = `link ${hex(linkSecret)}`
  const wrongLink = `link ${hex(flip(linkSecret, 5))}`
  const link = () => forged({ recipients: [{ type: 'link', secret: linkSecret }] })
  const passphrase = () => forged({ recipients: [byPassphrase('right')] })
  const both = () => forged({ recipients: [byBoth('right')] })
  const unsigned = async (made: Forged) => ({
    key: withJson(made.key, json => json.recipients.map(stanza => Object.assign(stanza, { sig: zeros(96) }))),
    enc: made.enc,
  })
  const costs = [{ m: 7 }, { m: 0 }, { m: 262_145 }, { m: 2 ** 31 }, { m: 1e99 }, { m: -8 }, { t: 0 }, { t: 17 }]
  const lanes = [{ p: 0 }, { p: 5, m: 64 }, { p: 2, m: 15 }, { p: 4, m: 31 }, { p: -1 }]
  return [
    ['a passphrase where there is none', 'not-for-this-key', () => kit.small, { access: 'passphrase x' }],
    ['a link where there is none', 'not-for-this-key', () => kit.small, { access: byLink }],
    ['a passphrase where there is a link', 'not-for-this-key', link, { access: 'passphrase x' }],
    ['a link where there is a passphrase', 'not-for-this-key', passphrase, { access: byLink }],
    ['a passphrase without the link', 'not-for-this-key', both, { access: 'passphrase right' }],
    ['a link without the passphrase', 'not-for-this-key', both, { access: byLink }],
    ['a key pair where there is a passphrase', 'not-for-this-key', passphrase],
    ['a wrong passphrase', 'not-for-this-key', passphrase, { access: 'passphrase wrong' }],
    ['a passphrase in capitals', 'not-for-this-key', passphrase, { access: 'passphrase Right' }],
    ['a wrong link', 'not-for-this-key', link, { access: wrongLink }],
    ['a wrong link, the right passphrase', 'not-for-this-key', both, { access: `${wrongLink} passphrase right` }],
    ['the right link, a wrong passphrase', 'not-for-this-key', both, { access: `${byLink} passphrase wrong` }],
    ['the ninth passphrase', 'not-for-this-key', () => ninth(kit), { access: 'passphrase right' }],
    [
      'an unsigned passphrase',
      'sender-unproven',
      async () => unsigned(await passphrase()),
      {
        access: 'passphrase right',
      },
    ],
    ['an unsigned link', 'sender-unproven', async () => unsigned(await link()), { access: byLink }],
    [
      'an unsigned link with a passphrase',
      'sender-unproven',
      async () => unsigned(await both()),
      {
        access: `${byLink} passphrase right`,
      },
    ],
    ['a lower cost under an old signature', 'sender-unproven', () => cheaper(kit), { access: 'passphrase right' }],
    [
      'a passphrase stanza called a link with a passphrase',
      'sender-unproven',
      async () => {
        const made = await passphrase()
        return { key: withJson(made.key, json => relabel(json, 'link-passphrase')), enc: made.enc }
      },
      { access: `${byLink} passphrase right` },
    ],
    [
      'a link stanza of another transfer',
      'sender-unproven',
      async () => {
        const [made, theirs] = [await link(), await link()]
        return { key: withJson(made.key, json => takeStanzas(json, theirs.key)), enc: made.enc }
      },
      { access: byLink },
    ],
    ['another sender than the link names', 'sender-unproven', link, { access: byLink, sender: 'carol' }],
    ...[...costs, ...lanes].map(
      (cost): Row => [
        `Argon2id ${JSON.stringify(cost)} on somebody else's stanza`,
        'envelope-damaged',
        edit(json => addForeign(json, cost)),
      ],
    ),
    [
      'Argon2id over its ceiling on a link with a passphrase',
      'envelope-damaged',
      edit(json => addForeign(json, { type: 'link-passphrase', m: 262_145 })),
    ],
  ]
}

async function ninth(kit: Kit): Promise<Made> {
  const wrong = Array.from({ length: 8 }, () => byPassphrase('wrong'))
  return toolsOf(kit).forged({ recipients: [...wrong, byPassphrase('right')] })
}

async function cheaper(kit: Kit): Promise<Made> {
  const made = await toolsOf(kit).forged({ recipients: [byPassphrase('right', { m: 16, t: 1, p: 1 })] })
  return {
    key: withJson(made.key, json => json.recipients.map(stanza => Object.assign(stanza, { m: 8 }))),
    enc: made.enc,
  }
}
