import { describe, expect, test } from 'vitest'
import { isProblemCode, type ProblemCode, problemTable } from '#shared/contract/problems.ts'
import { firstName, headAndRest, sayFault } from './words.ts'

const codes: readonly ProblemCode[] = Object.keys(problemTable).filter(isProblemCode)

describe.each(codes)('%s', code => {
  test.each([
    ['knowing nothing', {}, {}],
    [
      'knowing all',
      { name: 'Keiko', file: 'a.txt', chunk: 3, chunks: 9, retryAfter: 40, min: 15 },
      { name: 'Bao Trinh' },
    ],
  ])('is one whole sentence, %s', (_, data, context) => {
    const words = sayFault({ code, data }, context)
    expect(words).toMatch(/^[A-Za-z][^!]{15,}[.?]$/)
    expect(words).not.toMatch(/undefined|NaN|\bplease\b|oops|simply|\s{2}/i)
  })
})

test('names are first names, and facts are told where they are known', () => {
  const fault = { code: 'damaged-at-chunk', data: { chunk: 311, chunks: 1840 } } as const
  expect(sayFault(fault, { name: 'Priya Raman' })).toBe(
    'Damaged at chunk 312 of 1,840. We tried twice. Nothing unfinished was saved; ask Priya to send it again.',
  )
})

test('tries are counted', () => {
  const left = (n: number) => sayFault({ code: 'wrong-code', data: { triesLeft: n } })
  expect(left(3)).toBe('That is not the code. 3 tries left, then ask for a new one.')
  expect(left(1)).toBe('That is not the code. 1 try left, then ask for a new one.')
})

test('a note sets its first sentence apart', () => {
  expect(headAndRest('Wrong password. Nothing was changed.')).toEqual(['Wrong password.', 'Nothing was changed.'])
  expect(headAndRest('scan-04.e57 changed. Pick it again.')).toEqual(['scan-04.e57 changed.', 'Pick it again.'])
  expect(headAndRest('One alone.')).toEqual(['One alone.', ''])
})

test('a person is called by the first name', () => {
  expect(firstName(' Tomás  Albarrán')).toBe('Tomás')
  expect(firstName('Prince')).toBe('Prince')
})
