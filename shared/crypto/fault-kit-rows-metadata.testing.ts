/** Faults of the metadata, every one of them sealed and signed by the sender. */
import { concat, utf8 } from '#shared/format/bytes.ts'
import { manyFiles, oneFile, recipeNonce } from './fault-kit-recipe.testing.ts'
import { type Kit, type Row, threeChunks, toolsOf } from './fault-kit-rows.testing.ts'
import { chunkSize, flip, pattern, resign } from './forge.testing.ts'

type Members = Record<string, unknown>

export function metadataRows(kit: Kit): readonly Row[] {
  return [...sealRows(kit), ...memberRows(kit), ...fileRows(kit), ...nameRows(kit), ...sizeRows(kit)]
}

/** A row whose metadata is this text, filled with spaces as a writer does. */
function textRow(kit: Kit, title: string, text: string | Uint8Array): Row {
  const bytes = typeof text === 'string' ? utf8(text) : text
  const filled = concat(bytes, new Uint8Array((256 - (bytes.length % 256)) % 256).fill(0x20))
  return [`metadata ${title}`, 'envelope-damaged', () => toolsOf(kit).forged({ metadataText: filled })]
}

function sealRows(kit: Kit): Row[] {
  const { small, other, people } = kit
  const { forged } = toolsOf(kit)
  const { meta } = small.envelope
  const sealed = (title: string, change: () => typeof meta): Row => [
    `metadata ${title}`,
    'envelope-damaged',
    async () => ({ key: await resign(small, people, { meta: change() }), enc: small.enc }),
  ]
  const large = (title: string, recipe: string, metadataText: string): Row => [
    `metadata ${title}`,
    'envelope-damaged',
    () => forged({ metadataText, metadataNonce: recipeNonce }),
    { recipe },
  ]
  const tooLong = 2 * 1024 * 1024 + 256
  return [
    sealed('of another transfer', () => other.envelope.meta),
    sealed('truncated by a byte', () => meta.slice(0, -1)),
    sealed('truncated to nonce and tag', () => meta.slice(0, 28)),
    sealed('shorter than its tag', () => meta.slice(0, 20)),
    sealed('shorter than its nonce', () => meta.slice(0, 5)),
    sealed('of no bytes', () => meta.slice(0, 0)),
    sealed('with a bit in its nonce', () => flip(meta, 0)),
    sealed('with a bit in its text', () => flip(meta, 12)),
    sealed('with a bit in its tag', () => flip(meta, -1)),
    sealed('longer by a byte', () => concat(meta, new Uint8Array(1))),
    large('over 2 MiB', `spaces ${tooLong}`, oneFile.padEnd(tooLong)),
    large('of 10,001 files', 'files 10001', manyFiles(10_001)),
  ]
}

const entry: Members = { name: 'a', size: 1, type: '', modified: 1 }
const whole: Members = { created: 1, files: [entry] }

function memberRows(kit: Kit): Row[] {
  const row = (title: string, text: string | Uint8Array) => textRow(kit, title, text)
  const changed = (title: string, change: Members) => row(title, JSON.stringify({ ...whole, ...change }))
  return [
    row('not JSON', 'x'),
    row('of spaces', ' '),
    row('a list', JSON.stringify([whole])),
    row('null', 'null'),
    row('not UTF-8', concat(utf8(JSON.stringify(whole).slice(0, -1)), utf8(',"x":"'), Uint8Array.of(0xff), utf8('"}'))),
    row('with a byte order mark', `\ufeff${JSON.stringify(whole)}`),
    changed('without created', { created: undefined }),
    changed('with created null', { created: null }),
    changed('with created as text', { created: '1' }),
    changed('with created negative', { created: -1 }),
    changed('with created fractional', { created: 1.5 }),
    changed('with created 2^53', { created: 2 ** 53 }),
    changed('without files', { files: undefined }),
    changed('with files an object', { files: {} }),
    changed('with a file that is a text', { files: ['a'] }),
    changed('with a file that is null', { files: [null] }),
    changed('without files and without a note', { files: [] }),
    changed('with an empty note', { note: '' }),
    changed('with a note null', { note: null }),
    changed('with a note that is a number', { files: [], note: 1 }),
    changed('with an empty title', { title: '' }),
    changed('with a title of two lines', { title: 'a\nb' }),
    changed('with a title of 201 characters', { title: 'x'.repeat(201) }),
    changed('with a control character in its title', { title: 'a\u009fb' }),
    changed('with a title that is a number', { title: 1 }),
    changed('with a checkpoint that is no text', { checkpoint: {} }),
  ]
}

function fileRows(kit: Kit): Row[] {
  const file = (title: string, change: Members) =>
    textRow(kit, `with a file ${title}`, JSON.stringify({ ...whole, files: [{ ...entry, ...change }] }))
  return [
    file('without name', { name: undefined }),
    file('whose name is a number', { name: 1 }),
    file('without size', { size: undefined }),
    file('of a negative size', { size: -1 }),
    file('of half a byte', { size: 0.5 }),
    file('whose size is a text', { size: '1' }),
    file('of 2^53 bytes', { size: 2 ** 53 }),
    file('without type', { type: undefined }),
    file('whose type is null', { type: null }),
    file('without modified', { modified: undefined }),
    file('modified before 1970', { modified: -1 }),
    textRow(kit, 'with a second file that is wrong', JSON.stringify({ ...whole, files: [entry, { name: 'b' }] })),
  ]
}

const names: readonly (readonly [string, string])[] = [
  ['empty', ''],
  ['a slash', '/'],
  ['from the root', '/a'],
  ['ending in a slash', 'a/'],
  ['with an empty segment', 'a//b'],
  ['.', '.'],
  ['..', '..'],
  ['./a', './a'],
  ['../a', '../a'],
  ['a/..', 'a/..'],
  ['a/../b', 'a/../b'],
  ['a/.', 'a/.'],
  ['with a backslash', 'a\\b'],
  ['..\\a', '..\\a'],
  ['with a zero byte', 'a\0'],
  ['with a tab', 'a\tb'],
  ['with a newline', 'a\nb'],
  ['with a return', 'a\rb'],
  ['with an escape', 'a\u001b[0m'],
  ['with U+001F', 'a\u001f'],
  ['with U+007F', 'a\u007f'],
  ['with U+0080', 'a\u0080'],
  ['with U+0085', 'a\u0085'],
  ['with U+009F', 'a\u009f'],
  ['with a lone high surrogate', 'a\ud800'],
  ['with a lone low surrogate', '\udc00a'],
  ['with surrogates the wrong way round', '\udc00\ud800'],
  ['of a segment of 256 bytes', 'x'.repeat(256)],
  ['of a segment of 128 letters and 256 bytes', 'ü'.repeat(128)],
  ['of 4,097 bytes', `${`${'x'.repeat(255)}/`.repeat(15)}${'y'.repeat(254)}/zz`],
  ['of 4,096 letters and more bytes', `${`${'x'.repeat(254)}/`.repeat(16)}${'ü'.repeat(16)}`],
]

function nameRows(kit: Kit): Row[] {
  return names.map(([title, name]) =>
    textRow(kit, `with a name ${title}`, JSON.stringify({ ...whole, files: [{ ...entry, name }] })),
  )
}

/** The sizes against what the length can hold, and against what is really there. */
function sizeRows(kit: Kit): Row[] {
  const { forged } = toolsOf(kit)
  const plaintext = 2 * chunkSize + 1
  const sized = (title: string, size: number, expect: Row[1], more: Row[3] = {}): Row => [
    `sizes ${title}`,
    expect,
    () => forged({ chunks: threeChunks(), size }),
    more,
  ]
  const most = kit.suite === 'gcm' ? plaintext : plaintext + 14
  const huge = { ...entry, size: 2 ** 53 - 1 }
  return [
    sized('one above the largest plaintext', most + 1, 'envelope-damaged'),
    sized('far above the plaintext', 2 ** 40, 'envelope-damaged'),
    textRow(kit, 'whose sizes add up to more than 2^53', JSON.stringify({ ...whole, files: Array(9).fill(huge) })),
    [
      'sizes of a short last chunk where there is one full one',
      'envelope-damaged',
      () => forged({ chunks: [pattern(chunkSize)], size: chunkSize + 1 }),
    ],
    ...(kit.suite === 'gcm'
      ? []
      : [
          sized('one above the plaintext, within its padding', plaintext + 1, 'damaged-at-chunk 2', { damaged: [2] }),
          sized('at the end of its padding', most, 'damaged-at-chunk 2', { damaged: [2] }),
        ]),
  ]
}
