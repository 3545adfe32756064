import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeMetadata, fileSlices, isName, type Metadata, parseMetadata } from './metadata.ts'

const segment = fc.stringMatching(/^[a-zA-Zü𝄞 ]{1,9}$/u)
const name = fc.array(segment, { minLength: 1, maxLength: 3 }).map(segments => `${segments.join('/')}.txt`)
const natural = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER })
const file = fc.record({ name, size: natural, type: fc.string(), modified: natural })
const files = fc.uniqueArray(file, { selector: ({ name }) => name, maxLength: 5 })
const text = fc.string({ minLength: 1 })
const metadata = fc.record({ created: natural, files, note: text })

const one = (name: string) => ({ name, size: 1, type: '', modified: 1 })
const named = (...names: string[]): Metadata => ({ created: 1, files: names.map(one) })

test('what is written is read back, in whole blocks of 256 bytes', () => {
  fc.assert(
    fc.property(metadata, value => {
      const bytes = encodeMetadata(value)
      expect(bytes.length % 256).toBe(0)
      expect(parseMetadata(bytes)).toEqual(value)
    }),
  )
})

test.each([
  ['the same name twice', 'name-refused', named('a', 'a')],
  ['a file that is a folder of another', 'name-refused', named('a/b', 'a/b/c')],
  ['a way out', 'name-refused', named('../a')],
  ['nothing', 'nothing-to-send', named()],
  ['a fraction', 'bad-request', { created: 0.5, files: [one('a')] }],
  ['a title of two lines', 'bad-request', { created: 1, files: [one('a')], title: 'a\nb' }],
  ['too many files', 'too-large', named(...Array.from({ length: 10_001 }, (_, i) => `f${i}`))],
  ['too long a note', 'too-large', { created: 1, files: [], note: 'x'.repeat(2 ** 21) }],
] as const)('a writer refuses %s: %s', (_what, code, value) => {
  expect(() => encodeMetadata(value)).toThrow(code)
})

test('names of the longest kind are allowed', () => {
  expect(isName('x'.repeat(255))).toBe(true)
  expect(isName(Array(16).fill('x'.repeat(255)).join('/'))).toBe(true)
  expect(isName(`${Array(16).fill('x'.repeat(255)).join('/')}/y`)).toBe(false)
  expect(isName('a/.../ b .txt')).toBe(true)
})

test('files lie one after another', () => {
  const slices = fileSlices({ created: 1, files: [one('a'), { ...one('b'), size: 0 }, one('c')] })
  expect(slices).toEqual([
    { offset: 0, size: 1 },
    { offset: 1, size: 0 },
    { offset: 1, size: 1 },
  ])
})
