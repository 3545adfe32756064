import { expect, test } from 'vitest'
import { times, transferLimits } from '#shared/contract/limits.ts'
import { keyUses, spentKeys } from './older-keys.ts'

const now = 1_790_000_000_000
const { day } = times

test('a key is needed by the unexpired transfers that name it, and by those that have not told', () => {
  const keys = [
    { kid: 'new', retiredAt: now - day },
    { kid: 'old', retiredAt: now - 2 * day },
  ]
  const needs = [
    { kid: 'old', expiresAt: now + 5 * day },
    { kid: 'old', expiresAt: now - 1 },
    { kid: null, expiresAt: now + day },
    { kid: 'current', expiresAt: now + day },
  ]
  expect(keyUses(keys, needs, now).map(({ kid, neededBy }) => [kid, neededBy])).toEqual([
    ['new', 1],
    ['old', 2],
  ])
})

test('until: the longest expiry of what needs it, and a transfer of its last day at least', () => {
  const key = { kid: 'k', retiredAt: now - 30 * day }
  const least = key.retiredAt + transferLimits.expiryMax
  expect(keyUses([key], [], now)[0]?.until).toBe(least)
  expect(keyUses([key], [{ kid: 'k', expiresAt: now + 20 * day }], now)[0]?.until).toBe(now + 20 * day)
  expect(keyUses([key], [{ kid: 'k', expiresAt: now + 1 }], now)[0]?.until).toBe(Math.max(least, now + 1))
})

test('it is spent seven days after that, and never while something needs it', () => {
  const key = { kid: 'k', retiredAt: now }
  const end = now + transferLimits.expiryMax + 7 * day
  expect(spentKeys(keyUses([key], [], end), end)).toEqual([])
  expect(spentKeys(keyUses([key], [], end + 1), end + 1)).toEqual(['k'])
  const unknown = [{ kid: null, expiresAt: end + day }]
  expect(spentKeys(keyUses([key], unknown, end + 1), end + 1)).toEqual([])
})
