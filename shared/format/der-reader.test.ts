import { describe, expect, test } from 'vitest'
import { bytesOfHex, hexOf } from './der-oid.ts'
import { derReader, tags } from './der-reader.ts'
import { derInteger, derOf, derSequence } from './der-writer.ts'

const damaged = expect.objectContaining({ code: 'key-file-refused', data: { reason: 'damaged' } })

test.each([0, 1, 127, 128, 255, 256, 65_535, 10_000_000, 10_000_001, 2 ** 40])('the number %d comes back', value => {
  expect(derReader(derInteger(value)).integer()).toBe(value)
})

test.each([
  ['0201ff', 'negative'],
  ['02020001', 'with a zero too many'],
  ['0200', 'empty'],
  ['028101', 'without its content'],
])('the number %s is refused: %s', hex => {
  expect(() => derReader(bytesOfHex(hex)).integer()).toThrow(damaged)
})

test('a number beyond six bytes is more than any limit', () => {
  expect(derReader(bytesOfHex('020901ffffffffffffffff')).integer()).toBe(Number.POSITIVE_INFINITY)
})

test.each([0, 127, 128, 255, 256, 65_535])('%d bytes of content', length => {
  const content = new Uint8Array(length).fill(7)
  const reader = derReader(derOf(tags.octetString, content))
  expect(reader.take(tags.octetString)).toEqual(content)
  reader.end()
})

describe('an element is refused', () => {
  test.each([
    ['cut before its length', '04'],
    ['cut in its length', '0482ff'],
    ['cut in its content', '0403aabb'],
    ['of indefinite length', '0480aa0000'],
    ['with a length that could be shorter', '048101aa'],
    ['with a long length that could be shorter', `048200ff${'aa'.repeat(255)}`],
    ['with four octets of length', '048400000001aa'],
    ['with a tag of more than one byte', '1f8101'],
    ['of another tag', '0501'],
  ])('%s', (_, hex) => {
    expect(() =>
      derReader(bytesOfHex(hex)).take(bytesOfHex(hex)[0] === 5 ? tags.octetString : (bytesOfHex(hex)[0] ?? 0)),
    ).toThrow(damaged)
  })
})

test('what is optional is passed over only where it is there, and what is left over is refused', () => {
  const reader = derReader(derSequence(derInteger(5), derOf(tags.nothing))).open()
  expect(reader.option(tags.oid)).toBeNull()
  expect(reader.isAt(tags.integer)).toBe(true)
  expect(reader.integer()).toBe(5)
  expect(() => reader.end()).toThrow(damaged)
  expect(hexOf(reader.take(tags.nothing))).toBe('')
  reader.end()
  expect(reader.option(tags.nothing)).toBeNull()
  expect(() => reader.take(tags.nothing)).toThrow(damaged)
})
