/** Faults of the envelope's text and schema. Longer than other files: it is a table. */
import { encodeBase64 } from '#shared/format/base64.ts'
import { concat, utf8 } from '#shared/format/bytes.ts'
import { maxChunks } from '#shared/format/sizes.ts'
import { bytesOf, headerByte, type Kit, type Row, toolsOf, zeros } from './fault-kit-rows.testing.ts'
import { chunkSize, type Json } from './forge.testing.ts'

type Members = Record<string, unknown>

export function envelopeRows(kit: Kit): readonly Row[] {
  return [
    ...shapeRows(kit),
    ...formatRows(kit),
    ...memberRows(kit),
    ...lengthRows(kit),
    ...stanzaRows(kit),
    ...cardRows(kit),
    ...orderRows(kit),
  ]
}

function shapeRows(kit: Kit): Row[] {
  const { text, edit } = toolsOf(kit)
  const { small } = kit
  const none = (title: string, change: (key: string) => string | Uint8Array): Row => [
    title,
    'not-a-bundle',
    text(change),
  ]
  const spliced = (...bytes: number[]) =>
    none(`not UTF-8: ${bytes.map(byte => byte.toString(16)).join(' ')}`, key =>
      concat(utf8(key.slice(0, -1)), utf8(',"later":"'), Uint8Array.from(bytes), utf8('"}')),
    )
  return [
    none('empty', () => ''),
    ['every truncation of the envelope', 'not-a-bundle', () => small, { recipe: 'cut-key' }],
    none('not JSON', () => 'datacrypt-key/1'),
    none('a comma after the last member', key => key.replace(/}$/, ',}')),
    none('a comment', key => `${key}/**/`),
    none('two objects', key => `${key}{}`),
    none('a list', key => `[${key}]`),
    none('a text', key => JSON.stringify(key)),
    none('a number', () => '1'),
    none('null', () => 'null'),
    none('an empty object', () => '{}'),
    none('a byte order mark', key => concat(Uint8Array.of(0xef, 0xbb, 0xbf), utf8(key))),
    none('UTF-16', key => new Uint8Array(Buffer.from(key, 'utf16le'))),
    spliced(0xff),
    spliced(0xc3),
    spliced(0xc0, 0x80),
    spliced(0xed, 0xa0, 0x80),
    spliced(0xf4, 0x90, 0x80, 0x80),
    none('a control character in a text', key => key.replace('{', '{"later":"\t",')),
    none('a zero byte after the end', key => `${key}\0`),
    ['an envelope of 4 MiB and a byte', 'not-a-bundle', () => small, { recipe: `pad-key ${4 * 1024 * 1024 + 1}` }],
    ['1,001 stanzas', 'envelope-damaged', () => small, { recipe: 'stanzas 1001' }],
    ['1,001 stanzas without a type', 'envelope-damaged', edit(json => crowd(json))],
  ]
}

function crowd(json: Json): void {
  while (json.recipients.length < 1001) json.recipients.push({})
}

function formatRows(kit: Kit): Row[] {
  const { edit, text } = toolsOf(kit)
  const format = (value: unknown) => edit(json => Object.assign(json, { format: value }))
  return [
    ['format missing', 'not-a-bundle', edit(json => delete json.format)],
    ['format null', 'not-a-bundle', format(null)],
    ['format a number', 'not-a-bundle', format(1)],
    ['format in a list', 'not-a-bundle', format(['datacrypt-key/1'])],
    ['format of an identity', 'not-a-bundle', format('datacrypt-id/1')],
    ['format in capitals', 'not-a-bundle', format('DATACRYPT-KEY/1')],
    ['format without its slash', 'not-a-bundle', format('datacrypt-key')],
    ['format only inherited', 'not-a-bundle', text(key => `{"__proto__":${key}}`)],
    ['the last of two formats counts', 'not-a-bundle', text(key => key.replace(/}$/, ',"format":"x"}'))],
    ['format 2', 'unsupported', format('datacrypt-key/2')],
    ['format 10', 'unsupported', format('datacrypt-key/10')],
    ['format 01', 'unsupported', format('datacrypt-key/01')],
    ['format without a number', 'unsupported', format('datacrypt-key/')],
    ['format 1 and a space', 'unsupported', format('datacrypt-key/1 ')],
  ]
}

/** Members that are bytes: each missing, of another type, of another length, in other base64. */
function memberRows(kit: Kit): Row[] {
  const { edit } = toolsOf(kit)
  const set = (name: string, value: unknown) => edit(json => Object.assign(json, { [name]: value }))
  const wrong = (name: string, expect: Row[1]): Row[] => [
    [`${name} missing`, expect, edit(json => delete json[name])],
    [`${name} null`, expect, set(name, null)],
    [`${name} a number`, expect, set(name, 1)],
  ]
  const base64 = (name: string, expect: Row[1]): Row[] => [
    [`${name} padded`, expect, edit(json => spoil(json, name, text => `${text}=`))],
    [`${name} with spare bits`, expect, edit(json => spoil(json, name, spareBits))],
    [
      `${name} with a character of the other alphabet`,
      expect,
      edit(json => spoil(json, name, text => `+${text.slice(1)}`)),
    ],
    [`${name} with a space`, expect, edit(json => spoil(json, name, text => ` ${text.slice(1)}`))],
    [
      `${name} with a character too many`,
      expect,
      edit(json => spoil(json, name, text => `${text}AAA`.slice(0, 4 * Math.ceil(text.length / 4) + 1))),
    ],
  ]
  const header = (change: (bytes: Uint8Array) => Uint8Array) =>
    edit(json => Object.assign(json, { header: encodeBase64(change(bytesOf(json.header))) }))
  return [
    ...wrong('header', 'not-a-bundle'),
    ...base64('header', 'not-a-bundle'),
    ['header empty', 'not-a-bundle', set('header', '')],
    ['header cut in its magic', 'not-a-bundle', header(bytes => bytes.slice(0, 7))],
    ['header of 75 bytes', 'envelope-damaged', header(bytes => bytes.slice(0, 75))],
    ['header of 77 bytes', 'envelope-damaged', header(bytes => concat(bytes, Uint8Array.of(0)))],
    ...wrong('root', 'envelope-damaged'),
    ...base64('root', 'envelope-damaged'),
    ['root of 31 bytes', 'envelope-damaged', set('root', zeros(31))],
    ['root of 33 bytes', 'envelope-damaged', set('root', zeros(33))],
    ['root empty', 'envelope-damaged', set('root', '')],
    ...wrong('meta', 'envelope-damaged'),
    ...base64('meta', 'envelope-damaged'),
    ...wrong('recipients', 'envelope-damaged'),
    ['recipients an object', 'envelope-damaged', set('recipients', {})],
    ...wrong('sender', 'envelope-damaged'),
    ['sender a list', 'envelope-damaged', set('sender', [])],
  ]
}

function spoil(json: Members, name: string, change: (text: string) => string): void {
  json[name] = change(String(json[name]))
}

/** The last character's lowest bit is not used by any length that stands here. */
function spareBits(text: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  const last = alphabet.indexOf(text.slice(-1))
  return `${text.slice(0, -1)}${alphabet[last | 1]}`
}

function lengthRows(kit: Kit): Row[] {
  const { edit, text } = toolsOf(kit)
  const length = (title: string, change: (length: number) => unknown): Row => [
    `length ${title}`,
    'envelope-damaged',
    edit(json => Object.assign(json, { length: change(Number(json.length)) })),
  ]
  const written = (title: string, value: string): Row => [
    `length ${title}`,
    'envelope-damaged',
    text(key => key.replace(/"length":\d+/, `"length":${value}`)),
  ]
  const empty = kit.suite === 'gcm' ? 76 + 16 + 32 : 76 + 64 + 32
  const unit = chunkSize + (kit.suite === 'gcm' ? 16 : 64) + 32
  return [
    ['length missing', 'envelope-damaged', edit(json => delete json.length)],
    length('as text', String),
    length('null', () => null),
    length('true', () => true),
    length('in a list', value => [value]),
    length('negative', () => -1),
    length('zero', () => 0),
    length('fractional', value => value + 0.5),
    length('2^53', () => 2 ** 53),
    written('beyond all numbers', '1e400'),
    written('barely above a whole number', `${empty + 1}.000001`),
    length('of a header alone', () => 76),
    length('one below the shortest', () => empty - 1),
    length('of a full chunk and an empty one', () => 76 + unit + empty - 76 - (kit.suite === 'gcm' ? 0 : 16)),
    length('of a full chunk and less than a digest', () => 76 + unit + 31),
    length('of a chunk that is one longer than full', () => 76 + unit + (kit.suite === 'gcm' ? 1 : 16)),
    length('of 2^21 chunks and one', () => 76 + maxChunks * unit + empty - 76 + (kit.suite === 'gcm' ? 1 : 0)),
    ...(kit.suite === 'gcm' ? [] : [length('between two blocks', value => value + 1)]),
  ]
}

function stanzaRows(kit: Kit): Row[] {
  const { edit } = toolsOf(kit)
  const row = (title: string, change: (stanza: Members, json: Json) => void): Row => [
    `stanza ${title}`,
    'envelope-damaged',
    edit(json => {
      const [stanza] = json.recipients
      if (stanza !== undefined) change(stanza, json)
    }),
  ]
  const member = (name: string): Row[] => [
    row(`without ${name}`, stanza => delete stanza[name]),
    row(`with ${name} a number`, stanza => Object.assign(stanza, { [name]: 5 })),
    row(`with ${name} one byte short`, stanza => spoilBytes(stanza, name, bytes => bytes.slice(0, -1))),
    row(`with ${name} one byte long`, stanza => spoilBytes(stanza, name, bytes => concat(bytes, Uint8Array.of(0)))),
  ]
  const others: readonly (readonly [string, Members])[] = [
    ['a passphrase without salt', { salt: undefined }],
    ['a passphrase with a salt of 15 bytes', { salt: zeros(15) }],
    ['a passphrase with a nonce of 13 bytes', { nonce: zeros(13) }],
    ['a passphrase with m as text', { m: '8' }],
    ['a passphrase with t fractional', { t: 1.5 }],
    ['a passphrase without p', { p: undefined }],
    ['a link with a nonce of 11 bytes', { type: 'link', nonce: zeros(11) }],
    ['a link with a ct of 47 bytes', { type: 'link', ct: zeros(47) }],
    ['a link with a passphrase and no salt', { type: 'link-passphrase', salt: undefined }],
    ['a link with a passphrase, its signature missing', { type: 'link-passphrase', sig: undefined }],
  ]
  return [
    ...['kid', 'enc', 'ct', 'sig'].flatMap(member),
    row('without type', stanza => delete stanza.type),
    row('with type a number', stanza => Object.assign(stanza, { type: 384 })),
    row('that is a number', (_, json) => Object.assign(json, { recipients: [...json.recipients, 1] })),
    row('that is null', (_, json) => Object.assign(json, { recipients: [null, ...json.recipients] })),
    row('that is a list', (_, json) => Object.assign(json, { recipients: [...json.recipients, ['p384']] })),
    ...others.map(([title, wrong]) => row(`of somebody else: ${title}`, (_, json) => addForeign(json, wrong))),
  ]
}

/** A stanza that is no business of the reader's, but of a known type. */
export function addForeign(json: Json, wrong: Members): void {
  const good = { salt: zeros(16), m: 8, t: 1, p: 1, nonce: zeros(12), ct: zeros(48), sig: zeros(96) }
  json.recipients.push({ type: 'passphrase', ...good, ...wrong })
}

function spoilBytes(members: Members, name: string, change: (bytes: Uint8Array) => Uint8Array): void {
  members[name] = encodeBase64(change(bytesOf(members[name])))
}

function cardRows(kit: Kit): Row[] {
  const { edit } = toolsOf(kit)
  const row = (title: string, expect: Row[1], change: (card: Members) => void): Row => [
    `card ${title}`,
    expect,
    edit(json => change(json.sender)),
  ]
  const bytes = (name: string): Row[] => [
    row(`without ${name}`, 'envelope-damaged', card => delete card[name]),
    row(`with ${name} a number`, 'envelope-damaged', card => Object.assign(card, { [name]: 3 })),
    row(`with ${name} one byte short`, 'envelope-damaged', card => spoilBytes(card, name, all => all.slice(0, -1))),
    row(`with ${name} one byte long`, 'envelope-damaged', card =>
      spoilBytes(card, name, all => concat(all, Uint8Array.of(0))),
    ),
  ]
  const number = (name: string, values: readonly unknown[]): Row[] =>
    [undefined, ...values].map(value =>
      row(`with ${name} ${value === undefined ? 'missing' : JSON.stringify(value)}`, 'envelope-damaged', card =>
        Object.assign(card, { [name]: value }),
      ),
    )
  return [
    row('of format 2', 'unsupported', card => Object.assign(card, { format: 'datacrypt-id/2' })),
    row('of an envelope’s format', 'unsupported', card => Object.assign(card, { format: 'datacrypt-key/1' })),
    ...['sign', 'enc', 'prev', 'sig'].flatMap(bytes),
    ...number('seq', [0, -1, 1.5, 2 ** 32, '5', null]),
    ...number('created', [-1, 0.5, 2 ** 53, '5', null]),
    row('of seq 1 with prev', 'envelope-damaged', card => Object.assign(card, { seq: 1 })),
    row('with one key twice', 'envelope-damaged', card => Object.assign(card, { enc: card.sign })),
  ]
}

/** Two faults at once: the first of the table counts. */
function orderRows(kit: Kit): Row[] {
  const { edit } = toolsOf(kit)
  const both = (title: string, expect: Row[1], ...changes: readonly ((json: Json) => void)[]): Row => [
    `first ${title}`,
    expect,
    edit(json => {
      for (const change of changes) change(json)
    }),
  ]
  const set = (members: Members) => (json: Json) => void Object.assign(json, members)
  const card = (members: Members) => (json: Json) => void Object.assign(json.sender, members)
  return [
    both('the format, then the header', 'unsupported', set({ format: 'datacrypt-key/2', header: 1 })),
    both('the magic, then the suite', 'not-a-bundle', set({ header: zeros(76) })),
    both('the suite, then the length', 'unsupported', headerByte(8, 3), set({ length: -1 })),
    both("the card's version, then the card", 'unsupported', card({ format: 'datacrypt-id/2', seq: 0 })),
    both(
      "the card's version, then reserved bytes",
      'unsupported',
      card({ format: 'datacrypt-id/9' }),
      headerByte(10, 1),
    ),
    both('the schema, then the card signature', 'envelope-damaged', set({ root: zeros(31) }), card({ created: 7 })),
    both('the card signature, then no stanza', 'sender-unproven', card({ created: 7 }), set({ recipients: [] })),
    both('no stanza, then a changed root', 'not-for-this-key', set({ root: zeros(32), recipients: [] })),
  ]
}
