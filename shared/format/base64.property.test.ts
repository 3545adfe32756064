import fc from 'fast-check'
import { expect, test } from 'vitest'
import { decodeBase64, encodeBase64 } from './base64.ts'

test('writes what the platform writes, and reads it back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), bytes => {
      const text = encodeBase64(bytes)
      expect(text).toBe(Buffer.from(bytes).toString('base64url'))
      expect(decodeBase64(text)).toEqual(new Uint8Array(bytes))
    }),
  )
})

test('what it reads is the one way to write those bytes', () => {
  const character = fc.constantFrom(...'ABab09-_=+/ \n\u0100é')
  fc.assert(
    fc.property(fc.string({ unit: character, maxLength: 12 }), text => {
      const bytes = decodeBase64(text)
      if (bytes !== null) expect(encodeBase64(bytes)).toBe(text)
    }),
    { numRuns: 3000 },
  )
})

test.each(['A', 'AAAAA', 'AA==', 'AB', 'AAB', 'A+AA', 'A/AA', 'AA AA', 'AAA\u0141', 'AAA\u0080'])(
  'refuses %j',
  text => {
    expect(decodeBase64(text)).toBeNull()
  },
)
