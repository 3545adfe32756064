import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  cipherLength,
  cipherRange,
  digestLength,
  exponentFor,
  headerLength,
  type Layout,
  layoutFrom,
  layoutOf,
  maxChunks,
  padme,
  plainRange,
  type SuiteName,
} from './sizes.ts'

const suite = fc.constantFrom<SuiteName>('gcm', 'cbc')
const exponent = fc.integer({ min: 12, max: 24 })
const shape = fc.record({ suite, exponent }).chain(({ suite, exponent }) => {
  const plaintextLength = fc.oneof(
    fc.integer({ min: 0, max: maxChunks * 2 ** exponent }),
    fc.integer({ min: 0, max: 100 * 2 ** exponent }),
    fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: -17, max: 17 })).map(([n, d]) => n * 2 ** exponent + d),
    fc.integer({ min: 0, max: 40 }),
  )
  return fc.record({ suite: fc.constant(suite), exponent: fc.constant(exponent), plaintextLength })
})

test('a layout is found again from its length, and bounds the plaintext', () => {
  fc.assert(
    fc.property(shape, input => {
      const layout = layoutOf(input)
      const found = layoutFrom({ ...input, length: layout.length })
      expect(found).toMatchObject({ count: layout.count, digestsAt: layout.digestsAt, length: layout.length })
      expect(found?.plainMin).toBeLessThanOrEqual(input.plaintextLength)
      expect(found?.plainMax).toBeGreaterThanOrEqual(input.plaintextLength)
      if (input.suite === 'gcm') expect(found?.plainMin).toBe(found?.plainMax)
    }),
    { numRuns: 2000 },
  )
})

test('every length that a layout is found for is the length of its shortest and its longest plaintext, and no other', () => {
  const length = fc.integer({ min: 0, max: 40_000 })
  fc.assert(
    fc.property(suite, length, (suite, length) => {
      const found = layoutFrom({ suite, exponent: 12, length })
      if (found === null) return
      const lengthOf = (plaintextLength: number) => layoutOf({ suite, exponent: 12, plaintextLength }).length
      expect([lengthOf(found.plainMin), lengthOf(found.plainMax)]).toEqual([length, length])
      if (found.plainMin > 0) expect(lengthOf(found.plainMin - 1)).not.toBe(length)
      expect(lengthOf(found.plainMax + 1)).not.toBe(length)
    }),
    { numRuns: 3000 },
  )
})

test('lengths between those that occur are refused, for every length of up to four small chunks', () => {
  for (const suite of ['gcm', 'cbc'] as const) {
    const occurring = new Set<number>()
    for (let plaintextLength = 0; plaintextLength <= 4 * 4096; plaintextLength++) {
      occurring.add(layoutOf({ suite, exponent: 12, plaintextLength }).length)
    }
    const longest = Math.max(...occurring)
    for (let length = 0; length <= longest; length++) {
      if ((layoutFrom({ suite, exponent: 12, length }) !== null) !== occurring.has(length))
        expect.fail(`${suite} ${length}`)
    }
  }
})

function ends(layout: Layout) {
  const ranges = Array.from({ length: layout.count }, (_, index) => ({
    cipher: cipherRange(layout, index),
    plain: plainRange(layout, index),
  }))
  return ranges.reduce(
    (at, { cipher, plain }) => {
      expect([cipher.offset, plain.offset]).toEqual([at.cipher, at.plain])
      expect(cipher.length).toBe(cipherLength(layout.suite, plain.length))
      return { cipher: cipher.offset + cipher.length, plain: plain.offset + plain.length }
    },
    { cipher: headerLength, plain: 0 },
  )
}

test('the chunks tile the file and the plaintext', () => {
  const small = fc.record({ suite, exponent: fc.constant(12), plaintextLength: fc.integer({ min: 0, max: 60_000 }) })
  fc.assert(
    fc.property(small, input => {
      const layout = layoutOf(input)
      expect(ends(layout)).toEqual({ cipher: layout.digestsAt, plain: input.plaintextLength })
      expect(layout.digestsAt + layout.count * digestLength).toBe(layout.length)
    }),
  )
})

describe('limits', () => {
  test('2^21 chunks and not one more', () => {
    const most = maxChunks * 4096
    const layout = layoutOf({ suite: 'gcm', exponent: 12, plaintextLength: most })
    expect(layoutFrom({ suite: 'gcm', exponent: 12, length: layout.length })?.count).toBe(maxChunks)
    expect(() => layoutOf({ suite: 'gcm', exponent: 12, plaintextLength: most + 1 })).toThrow('too-large')
    expect(layoutFrom({ suite: 'gcm', exponent: 12, length: layout.length + 48 + 32 + 1 })).toBeNull()
  })

  test('the exponent grows only where it must', () => {
    expect([0, 2 ** 40, 2 ** 40 + 1, 2 ** 45].map(exponentFor)).toEqual([19, 19, 20, 24])
    expect(() => exponentFor(2 ** 45 + 1)).toThrow('too-large')
  })
})

describe('Padmé', () => {
  test.each([
    [0, 0],
    [1, 1],
    [2, 2],
    [9, 10],
    [8000, 8192],
    [2 ** 40 + 1, 2 ** 40 + 2 ** 34],
  ])('%i becomes %i', (length, padded) => {
    expect(padme(length)).toBe(padded)
  })

  test('it never shrinks, adds at most 12 %, and leaves what it made', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 45 }), length => {
        const padded = padme(length)
        expect(padded).toBeGreaterThanOrEqual(length)
        expect(padded - length).toBeLessThanOrEqual(length * 0.12)
        expect(padme(padded)).toBe(padded)
      }),
    )
  })
})
