import { describe, expect, test } from 'vitest'
import { englishOf, makeFormat } from './format.ts'

const format = makeFormat({ locale: 'en-GB', timeZone: 'Europe/Oslo' })
const plain = (text: string) => text.replaceAll('\u00a0', ' ')

describe('sizes', () => {
  test.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1000, '1.00 kB'],
    [88_400, '88.4 kB'],
    [999_499, '999 kB'],
    [999_600, '1.00 MB'],
    [486_000_000, '486 MB'],
    [1_480_000_000, '1.48 GB'],
    [1_120_000_000_000, '1.12 TB'],
    [4_200_000_000_000_000, '4,200 TB'],
  ])('%d is %s', (bytes, words) => {
    expect(plain(format.size(bytes))).toBe(words)
  })

  test('number and unit never part', () => {
    expect(format.size(486_000_000)).toBe('486\u00a0MB')
    expect(format.percent(43, 100)).toBe('43\u00a0%')
  })

  test('a screen reader hears the whole unit', () => {
    expect(plain(format.spokenSize(3_210_000_000))).toBe('3.21 gigabytes')
  })
})

test.each([
  [18_000_000, '18 MB/s'],
  [3_100_000, '3.1 MB/s'],
  [420, '420 B/s'],
])('a rate of %d is %s', (rate, words) => {
  expect(plain(format.rate(rate))).toBe(words)
})

test.each([
  [0.4, '0 s'],
  [44, '44 s'],
  [112, '1 min 52 s'],
  [120, '2 min'],
  [7800, '2 h 10 min'],
  [90_000, '1 day 1 h'],
])('%d seconds are %s', (seconds, words) => {
  expect(plain(format.duration(seconds))).toBe(words)
})

test('the last seconds are not counted', () => {
  expect(format.timeLeft(3)).toBe('a few seconds left')
  expect(plain(format.timeLeft(44))).toBe('44 s left')
})

test('a percent is whole only when all is there', () => {
  expect(plain(format.percent(999_999, 1_000_000))).toBe('99 %')
  expect(plain(format.percent(0, 0))).toBe('100 %')
})

describe('times', () => {
  const now = Date.UTC(2026, 10, 22, 13, 32)
  const today = Date.UTC(2026, 10, 22, 13, 21)
  const lateYesterday = Date.UTC(2026, 10, 21, 22, 59)
  const lastYear = Date.UTC(2025, 10, 9, 12, 0)

  test('a list says the clock, the weekday, the day, the year', () => {
    expect(format.short(today, now)).toBe('14:21')
    expect(format.short(lateYesterday, now)).toBe('Sat')
    expect(format.short(Date.UTC(2026, 10, 9, 12), now)).toBe('9 Nov')
    expect(format.short(lastYear, now)).toBe('9 Nov 2025')
  })

  test('a sentence says it whole', () => {
    expect(format.long(today, now)).toBe('today, 14:21')
    expect(format.long(lateYesterday, now)).toBe('Saturday, 23:59')
    expect(format.long(Date.UTC(2026, 9, 12, 8), now)).toBe('12 October, 10:00')
  })

  test('the day turns at midnight of the place', () => {
    expect(format.group(Date.UTC(2026, 10, 21, 23, 30), now)).toBe('Today')
    expect(format.group(lateYesterday, now)).toBe('This week')
    expect(format.group(Date.UTC(2026, 10, 16, 12), now)).toBe('This week')
    expect(format.group(Date.UTC(2026, 10, 15, 12), now)).toBe('Earlier')
  })
})

test('one file, many files', () => {
  expect([format.files(1), format.files(0), format.files(1416)].map(plain)).toEqual([
    '1 file',
    '0 files',
    '1,416 files',
  ])
})

test("dates follow the reader's English, and British where there is none", () => {
  expect(englishOf(['nb-NO', 'en-US'])).toBe('en-US')
  expect(englishOf(['de'])).toBe('en-GB')
})
