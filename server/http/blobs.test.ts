import { expect, test } from 'vitest'
import { parseRange } from './blobs.ts'

test.each([
  ['bytes=0-0', { from: 0, to: 0 }],
  ['bytes=5-', { from: 5 }],
  ['bytes=-7', { suffix: 7 }],
])('reads the range %s', (header, range) => {
  expect(parseRange(header)).toEqual(range)
})

test('no header asks for everything', () => {
  expect(parseRange(undefined)).toBeNull()
})

test.each(['bytes=', 'bytes=-', 'bytes=a-b', 'bytes=0-1,3-4', 'items=0-1', 'bytes=99999999999999999-'])(
  'refuses %s',
  header => {
    expect(() => parseRange(header)).toThrow('bad-request')
  },
)
