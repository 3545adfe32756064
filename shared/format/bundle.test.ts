import { expect, test } from 'vitest'
import { isBundle, joinBundle, splitBundle } from './bundle.ts'
import { concat, utf8 } from './bytes.ts'

const enc = utf8('DCRYPT01 and more\nthan one line')

test('the first newline ends the envelope; spaces before it belong to it', () => {
  const joined = joinBundle('{} ', enc)
  const { envelope, encOffset } = splitBundle(joined)
  expect([envelope, joined.subarray(encOffset)]).toEqual([utf8('{} '), enc])
})

test.each([
  ['a bundle', '{}\nDCRYPT01...', true],
  ['a bundle cut in its magic', '{}\nDCR', true],
  ['a key that ends with a newline', '{}\n', false],
  ['a key without a newline', '{}', false],
  ['a key in several lines', '{\n"format":1}', false],
])('%s', (_what, text, bundle) => {
  expect(isBundle(utf8(text))).toBe(bundle)
})

test('the newline may come right after 4 MiB, and no later', () => {
  const head = new Uint8Array(4 * 1024 * 1024).fill(0x20)
  expect(splitBundle(concat(head, utf8('\nDCRYPT01'))).encOffset).toBe(head.length + 1)
  expect(() => splitBundle(concat(head, utf8(' \nDCRYPT01')))).toThrow('not-a-bundle')
})
