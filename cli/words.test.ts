import { expect, test } from 'vitest'
import { isProblemCode, Problem, problemTable } from '#shared/contract/problems.ts'
import { problemOf } from './failures.ts'
import { classOf, printable, sentenceOf } from './words.ts'

test.each(Object.keys(problemTable).filter(isProblemCode))('%s is said in one plain line', code => {
  const said = sentenceOf(new Problem(code, { data: { path: 'a\nb\u001b[2J\u202e', chunk: 3 } }))
  expect(said).toMatch(/^[^\p{C}]+\.$/u)
})

test('the class names the chunk', () => {
  expect(classOf(new Problem('damaged-at-chunk', { data: { chunk: 3 } }))).toBe('damaged-at-chunk 3')
  expect(classOf(new Problem('truncated'))).toBe('truncated')
})

test.each([
  ['ENOSPC', 'storage-full'],
  ['EDQUOT', 'storage-full'],
  ['ENOENT', 'not-found'],
  ['EEXIST', 'conflict'],
  ['EPIPE', 'interrupted'],
  ['EACCES', 'unavailable'],
])('the system says %s, we say %s', (code, ours) => {
  expect(problemOf(Object.assign(new Error(code), { code, errno: -1, path: '/x' }))).toMatchObject({ code: ours })
})

test('anything else is ours', () => {
  expect(problemOf(new TypeError('odd'))).toMatchObject({ code: 'internal' })
  expect(problemOf('odd')).toMatchObject({ code: 'internal' })
  expect(problemOf(Object.assign(new Error('odd'), { code: 'ERR_INVALID_ARG_TYPE' })).code).toBe('internal')
})

test('what is shown cannot move the cursor', () => {
  expect(printable('a\u001b[1mb\tc\nd\u200b\u202ee')).toBe('a[1mbcde')
  expect(printable('a\tb\nc\r', '\n\t')).toBe('a\tb\nc')
})
