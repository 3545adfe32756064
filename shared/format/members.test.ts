import { describe, expect, test } from 'vitest'
import { utf8 } from './bytes.ts'
import { parseObject } from './members.ts'

const mebibyte = 1024 * 1024
const parsed = (text: string) => parseObject(utf8(text))

describe('an object', () => {
  test.each([
    ['brackets, commas and escapes in its texts', JSON.stringify({ a: '[{,}]"\\'.repeat(100_000), b: '\\' })],
    ['many values', `{"a":[${'0,'.repeat(200_000)}0]}`],
    ['depth', `{"a":${'['.repeat(400)}${']'.repeat(400)}}`],
  ])('is read with %s', (_, text) => {
    expect(parsed(text)).toEqual(JSON.parse(text))
  })

  test.each([
    [
      'more lists inside each other than a writer makes',
      `{"a":${'['.repeat(2 * mebibyte)}${']'.repeat(2 * mebibyte)}}`,
    ],
    ['lists that are never closed', `{"a":${'['.repeat(4 * mebibyte)}`],
    ['more values than a writer makes', `{"a":[${'{},'.repeat(mebibyte)}{}]}`],
    ['a text after it that ends in the middle of an escape', '{}"\\'],
  ])('is refused with %s', (_, text) => {
    expect(parsed(text)).toBeNull()
  })
})

test('what is refused for its size takes no memory to speak of', () => {
  const bytes = utf8(`{"a":[${'{},'.repeat(1.3 * mebibyte)}{}]}`)
  const before = process.memoryUsage().heapUsed
  expect(parseObject(bytes)).toBeNull()
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(16 * mebibyte)
})
