/** What our reader and the second one (shared/vectors/decoder) make of damage: the same class, after the same bytes. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Problem } from '#shared/contract/problems.ts'
import { type Bytes, concat, utf8 } from '#shared/format/bytes.ts'
import type { Answer } from '#shared/vectors/decoder/decoder.testing.ts'
import { forge, hex, makePeople, pattern, sourceOf } from './forge.testing.ts'
import { sha256 } from './hash.ts'
import { openEnvelope, openSeekable } from './open.ts'
import { type Door, doorTypes, startTwoReaders, type TwoReaders } from './two-readers.testing.ts'
import type { Access } from './wrap.ts'

/** Named in a failure by fast-check, so that it can be made again. */
const seed = Date.now() & 0x7fffffff

let readers: TwoReaders
beforeAll(async () => {
  readers = await startTwoReaders()
}, 300_000)
afterAll(() => readers?.close())

/** What our reader says, in the words of the decoder's answer. */
async function ourAnswer(key: Uint8Array, enc: Bytes, access: Access) {
  const released: Uint8Array[] = []
  const ended = await release(key, { enc, access, released })
  const bytes = concat(...released)
  return { ...ended, released: bytes.length, sha256: hex(await sha256(bytes)) }
}

async function release(
  key: Uint8Array,
  { enc, access, released }: { enc: Bytes; access: Access; released: Uint8Array[] },
): Promise<{ result: string; chunk: unknown }> {
  try {
    const opened = await openEnvelope(key, access)
    for await (const piece of openSeekable(opened, sourceOf(enc))) released.push(piece)
    return { result: 'ok', chunk: undefined }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { result: error.code, chunk: error.data?.chunk }
  }
}

const told = ({ result, chunk, released, sha256: hash }: Answer) => ({ result, chunk, released, sha256: hash })

/** Both readers' one answer; `about` says in a failure what was changed. */
async function agreed(transfer: { key: Uint8Array | string; enc: Bytes }, way: Door, about?: string): Promise<string> {
  const key = typeof transfer.key === 'string' ? utf8(transfer.key) : transfer.key
  const theirs = await readers.ask({
    op: 'open',
    ...(await readers.files(key, transfer.enc)),
    access: way.theirs,
  })
  expect(told(theirs), about).toEqual(await ourAnswer(key, transfer.enc, way.ours))
  return theirs.result
}

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })

test.each(['gcm', 'cbc'] as const)('%s, bits and pieces of the ciphertext', async suite => {
  const way = readers.door('p384')
  const { key, enc } = await readers.seal({ suite, padding: 'padme', sizes: [9000, 0, 8000] }, [way.recipient])
  const kinds = fc.constantFrom('flip', 'cut', 'drop', 'repeat', 'header')
  const property = fc.asyncProperty(kinds, place, fc.integer({ min: 1, max: 5000 }), async (kind, at, length) => {
    const damaged = damage(enc, { kind, at: Math.floor(at * (kind === 'header' ? 76 : enc.length)), length })
    await agreed({ key, enc: damaged }, way)
  })
  await fc.assert(property, { seed, numRuns: 150 })
})

function damage(enc: Bytes, { kind, at, length }: { kind: string; at: number; length: number }): Bytes {
  const end = Math.min(enc.length, at + length)
  switch (kind) {
    case 'cut':
      return enc.slice(0, at)
    case 'drop':
      return concat(enc.slice(0, at), enc.slice(end))
    case 'repeat':
      return concat(enc.slice(0, end), enc.slice(at))
    default: {
      const copy = enc.slice()
      copy[at] = (copy[at] ?? 0) ^ (1 << (length & 7))
      return copy
    }
  }
}

test.each(doorTypes)('one byte of an envelope with a %s stanza', async type => {
  const way = readers.door(type)
  const { key, enc } = await readers.seal({ suite: 'gcm', padding: 'none', sizes: [50] }, [way.recipient])
  const property = fc.asyncProperty(place, fc.integer({ min: 0x20, max: 0x7e }), async (at, byte) => {
    const changed = utf8(key)
    changed[Math.floor(at * changed.length)] = byte
    await agreed({ key: changed, enc }, way)
  })
  await fc.assert(property, { seed, numRuns: 100 })
})

const numbers = '0 -0 1.0 1e0 1.5 -1 9007199254740991 9007199254740992 1e400'.split(' ')
const strings = '"" "A" "AA" "AB" "AA==" "datacrypt-key/2" "datacrypt-id/2" "link"'.split(' ')
const spellings = [...numbers, ...strings, '[]', '{}', 'true', 'null']

test('one member of the envelope', async () => {
  const way = readers.door('link-passphrase')
  const { key, enc } = await readers.seal({ suite: 'cbc', padding: 'none', sizes: [50] }, [way.recipient])
  const classes = new Set<string>()
  for (const { 0: member, index } of key.matchAll(/"\w+":(?:"[^"]*"|\d+)/g)) {
    const name = member.slice(0, member.indexOf(':'))
    for (const value of spellings) {
      const about = `${name}:${value}`
      const changed = key.slice(0, index) + about + key.slice(index + member.length)
      classes.add(await agreed({ key: changed, enc }, way, about))
      const twice = `${key.slice(0, index)}${about},${key.slice(index)}`
      expect(await agreed({ key: twice, enc }, way, twice)).toBe('ok')
    }
  }
  expect([...classes].sort()).toEqual([
    'envelope-damaged',
    'not-a-bundle',
    'not-for-this-key',
    'ok',
    'sender-unproven',
    'unsupported',
  ])
})

const file = { name: 'a', size: 3, type: '', modified: 0 }
const names = [
  'a/b',
  '',
  '/a',
  'a/',
  'a//b',
  '.',
  '..',
  'a/../b',
  '...',
  'a\\b',
  'a\u0000',
  'a\u009f',
  'a\u00a0',
  '\ud800',
  '👋',
]
const lengths = ['x'.repeat(255), 'x'.repeat(256), 'ü'.repeat(127), 'ü'.repeat(128)]
const folder = `${'x'.repeat(255)}/`
const paths = [folder.repeat(15) + 'x'.repeat(255), `${folder.repeat(15)}${'x'.repeat(254)}/x`, `${folder.repeat(16)}x`]
const metadata = [
  ...[...names, ...lengths, ...paths].map(name => ({ files: [{ ...file, name }] })),
  ...[-1, 1.5, 4, 2 ** 53, '3', null].map(size => ({ files: [{ ...file, size }] })),
  ...[-1, 0.5, 2 ** 53, '3', null].map(modified => ({ files: [{ ...file, modified }] })),
  ...[null, 3, 'text/plain', 'x'.repeat(300)].map(type => ({ files: [{ ...file, type }] })),
  ...['', 'x'.repeat(200), 'x'.repeat(201), '👋'.repeat(200), '👋'.repeat(201), 'a\nb', 'a\u0085b', null, 3].map(
    title => ({
      title,
    }),
  ),
  ...['', 'a\nb', null, 3].map(note => ({ note })),
  ...['', 'x', null].map(checkpoint => ({ checkpoint })),
  ...[[], null, {}, [null], [[]], [file, file], [{ name: 'a' }]].map(files => ({ files })),
  { files: [], note: 'nothing but this' },
  ...[null, '5', -1, 2 ** 53 - 1].map(created => ({ created })),
]

test('metadata that an insider wrote', async () => {
  const way = readers.door('link')
  const people = await makePeople()
  const sealed = (metadataText: string) =>
    forge({ people, suite: 'gcm', chunks: [pattern(3)], metadataText, recipients: [way.recipient] })
  const texts = metadata.map(change => JSON.stringify({ created: 1, files: [file], ...change }))
  const results: string[] = []
  for (const text of [...texts, '', '[]', '{', `${texts[0]}x`, ` ${texts[0]}\n`, '\ufeff{}']) {
    results.push(await agreed(await sealed(text), way, text.slice(0, 200)))
  }
  expect(new Set(results)).toEqual(new Set(['ok', 'envelope-damaged']))
})

test.each(['gcm', 'cbc'] as const)('%s, chunks that an insider wrote', async suite => {
  const way = readers.door('link')
  const people = await makePeople()
  const shapes = [[0], [4096], [4096, 0], [4096, 4096], [4097], [4095, 1], [4096, 4097], [100, 4096], [4096, 1]]
  const results: string[] = []
  for (const shape of shapes) {
    for (const finals of [undefined, shape.map(() => false), shape.map(() => true)]) {
      for (const short of [0, 1]) {
        const total = shape.reduce((sum, length) => sum + length, 0)
        const forged = await forge({
          people,
          suite,
          chunks: shape.map(pattern),
          recipients: [way.recipient],
          size: Math.max(0, total - short),
          ...(finals && { finals }),
        })
        results.push(await agreed(forged, way, `${shape} ${finals} ${short}`))
      }
    }
  }
  expect(new Set(results)).toEqual(new Set(['ok', 'envelope-damaged', 'damaged-at-chunk']))
})
