import { createECDH } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Bytes, utf8 } from './bytes.ts'
import type { Card } from './card.ts'
import { spkiOfPoint } from './der.ts'
import { type Envelope, encodeEnvelope, parseEnvelope } from './envelope.ts'
import { encodeHeader } from './header.ts'
import { layoutOf } from './sizes.ts'
import type { Stanza, UnknownStanza } from './stanza.ts'

/** A real point of the curve, new at each run. */
function spki(): Bytes {
  const curve = createECDH('secp384r1')
  return spkiOfPoint(new Uint8Array(curve.generateKeys()))
}

const keys = { sign: spki(), enc: spki() }
const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map(found => new Uint8Array(found))
const natural = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const sealed = { ct: bytes(48), sig: bytes(96) }
const cost = {
  m: fc.integer({ min: 32, max: 262_144 }),
  t: fc.integer({ min: 1, max: 16 }),
  p: fc.integer({ min: 1, max: 4 }),
}

const card: fc.Arbitrary<Card> = fc.record({
  sign: fc.constant(keys.sign),
  enc: fc.constant(keys.enc),
  seq: fc.integer({ min: 2, max: 2 ** 32 - 1 }),
  created: natural,
  prev: bytes(32),
  sig: bytes(96),
})

const stanza: fc.Arbitrary<Stanza | UnknownStanza> = fc.oneof(
  fc.record({
    type: fc.constant('p384' as const),
    kid: bytes(32),
    enc: bytes(97).map(enc => Uint8Array.from(enc, (byte, at) => (at === 0 ? 4 : byte))),
    ...sealed,
  }),
  fc.record({
    type: fc.constantFrom('passphrase', 'link-passphrase'),
    salt: bytes(16),
    nonce: bytes(12),
    ...cost,
    ...sealed,
  }),
  fc.record({ type: fc.constant('link' as const), nonce: bytes(12), ...sealed }),
  fc.jsonValue().map(more => ({ type: 'unknown' as const, json: { type: 'later', more } })),
)

const envelope: fc.Arbitrary<Envelope> = fc
  .record({
    suite: fc.constantFrom('gcm', 'cbc'),
    exponent: fc.integer({ min: 12, max: 24 }),
    salt: bytes(32),
    commitment: bytes(32),
    size: fc.nat(2 ** 31),
    root: bytes(32),
    meta: fc.uint8Array({ maxLength: 400 }).map(found => new Uint8Array(found)),
    sender: card,
    stanzas: fc.array(stanza, { maxLength: 6 }),
  })
  .map(({ size, root, meta, sender, stanzas, ...fields }) => {
    const { length } = layoutOf({ ...fields, plaintextLength: size })
    return { header: encodeHeader(fields), length, root, meta, sender, stanzas }
  })

test('what is written is read back, on one line', () => {
  fc.assert(
    fc.property(envelope, value => {
      const text = encodeEnvelope(value)
      expect(text).not.toContain('\n')
      // Through JSON, because minus zero in a member that nobody knows is written as zero.
      const plain = { ...value, stanzas: JSON.parse(JSON.stringify(value.stanzas.filter(isUnknown))) }
      const read = parseEnvelope(utf8(text))
      expect({ ...read, stanzas: read.stanzas.filter(isUnknown) }).toEqual(plain)
      expect(read.stanzas.filter(found => !isUnknown(found))).toEqual(value.stanzas.filter(found => !isUnknown(found)))
    }),
  )
})

function isUnknown(found: Stanza | UnknownStanza): found is UnknownStanza {
  return found.type === 'unknown'
}

test('a thousand stanzas are written and read, one more is refused', () => {
  const [value] = fc.sample(envelope, 1)
  const unknown = { type: 'unknown', json: { type: 'later' } } as const
  if (value === undefined) throw new Error('no sample')
  const full = { ...value, stanzas: Array<UnknownStanza>(1000).fill(unknown) }
  expect(parseEnvelope(utf8(encodeEnvelope(full))).stanzas.length).toBe(1000)
  expect(() => encodeEnvelope({ ...full, stanzas: [...full.stanzas, unknown] })).toThrow('too-large')
  const large = { type: 'unknown', json: { type: 'later', more: 'x'.repeat(4 * 1024 * 1024) } } as const
  expect(() => encodeEnvelope({ ...value, stanzas: [large] })).toThrow('too-large')
})
