import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { numbered, safeName, safePath, safePaths } from './safe-name.ts'

const bytes = (text: string) => new TextEncoder().encode(text).length

describe('safeName', () => {
  test.each([
    ['report.pdf', 'report.pdf'],
    ['Überschrift – 漢字.txt', 'Überschrift – 漢字.txt'],
    ['e\u0301.txt', 'é.txt'],
    ['a\u0000b.txt', 'ab.txt'],
    ['a\r\nb.txt', 'ab.txt'],
    ['\u001b[2Jx', '[2Jx'],
    ['photo\u202egpj.exe', 'photogpj.exe'],
    ['a\u2066b\u2069.txt', 'ab.txt'],
    ['in\u200bvoice\ufeff.pdf', 'invoice.pdf'],
    ['a\u00ad.txt', 'a.txt'],
    ['\ud800.txt', '_txt'],
    ['a/b', 'a_b'],
    ['a\\b', 'a_b'],
    ['..\\..\\x', '_._.._x'],
    ['c:evil', 'c_evil'],
    ['a<b>"c|d?e*f', 'a_b__c_d_e_f'],
    ['.', 'file'],
    ['..', 'file'],
    ['', 'file'],
    ['   ', 'file'],
    ['file.', 'file'],
    ['file. . .', 'file'],
    [' x ', 'x'],
    ['.bashrc', '_bashrc'],
    ['-rf', '_rf'],
    ['CON', '_CON'],
    ['con.txt', '_con.txt'],
    ['aux.txt', '_aux.txt'],
    ['NUL.tar.gz', '_NUL.tar.gz'],
    ['COM1', '_COM1'],
    ['lpt9.log', '_lpt9.log'],
    ['COM¹.txt', '_COM¹.txt'],
    ['console.log', 'console.log'],
    ['evil.lnk', 'evil.lnk.txt'],
    ['a.SCF', 'a.SCF.txt'],
    ['x.url', 'x.url.txt'],
    ['desktop.ini', 'desktop.ini.txt'],
    ['my desktop.ini', 'my desktop.ini'],
    ['page.html', 'page.html'],
    ['evil.lnk.', 'evil.lnk.txt'],
    ['a\u2028b', 'ab'],
    ['a\u00a0b.txt', 'a b.txt'],
  ])('%j becomes %j', (name, safe) => {
    expect(safeName(name)).toBe(safe)
  })

  test('keeps the extension of a long name within 200 bytes, between characters', () => {
    const safe = safeName(`${'👩‍👩‍👧'.repeat(40)}.tar.gz`)
    expect(bytes(safe)).toBeLessThanOrEqual(200)
    expect(safe.endsWith('.gz')).toBe(true)
    expect(safe).not.toMatch(/\p{Surrogate}/u)
    expect(bytes(safeName('x'.repeat(404)))).toBe(200)
    expect(bytes(safeName('😀'.repeat(100)))).toBeLessThanOrEqual(200)
  })

  test('whatever comes, the name is one segment that every system takes, and stays what it is', () => {
    const hostile = fc.string({ unit: 'binary', maxLength: 300 })
    fc.assert(
      fc.property(hostile, name => {
        const safe = safeName(name)
        expect(safe).not.toBe('')
        expect(bytes(safe)).toBeLessThanOrEqual(200)
        expect(safe).not.toMatch(/[:<>"/\\|?*\p{Cc}\p{Cf}]|[. ]$|^[. -]/u)
        expect(safeName(safe)).toBe(safe)
      }),
      { numRuns: 500 },
    )
  })
})

test('a path keeps its folders and nothing climbs out of them', () => {
  expect(safePath('a/b/c.txt')).toBe('a/b/c.txt')
  expect(safePath('../../etc/passwd')).toBe('file/file/etc/passwd')
  expect(safePath('CON/a:b.txt')).toBe('_CON/a_b.txt')
})

test('numbers stand before the extension and keep the limit', () => {
  expect(numbered('a.txt', 2)).toBe('a (2).txt')
  expect(numbered('a', 3)).toBe('a (3)')
  expect(bytes(numbered(`${'x'.repeat(196)}.txt`, 10))).toBe(200)
})

test('paths saved together are unique however a system compares them', () => {
  expect(safePaths(['a.txt', 'A.TXT', 'a?.txt', 'a*.txt', 'x', 'x/y'])).toEqual([
    'a.txt',
    'A (2).TXT',
    'a_.txt',
    'a_ (2).txt',
    'x (2)',
    'x/y',
  ])
})
