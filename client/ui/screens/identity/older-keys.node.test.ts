import { expect, test } from 'vitest'
import { nextDeletion, olderKeyWords } from './older-keys.ts'

const key = (neededBy: number, until = 0) => ({ retiredAt: 0, neededBy, until })

test('older keys are counted with the transfers that need them', () => {
  expect(olderKeyWords([])).toBeNull()
  expect(olderKeyWords([key(2), key(3)])).toBe('Two older keys are kept, locked, for 5 transfers that still need them.')
  expect(olderKeyWords([key(1)])).toBe('One older key is kept, locked, for 1 transfer that still needs it.')
  expect(olderKeyWords([key(0)])).toBe('One older key is kept, locked, for what was encrypted before.')
  expect(olderKeyWords(Array.from({ length: 12 }, () => key(0)))).toMatch(/^12 older keys are/)
})

test('a deletion is announced only where one is to come', () => {
  const kit = { state: 'none' } as const
  expect(nextDeletion({ kit, olderKeys: [key(1, 900), key(0, 500)], deleteOlder: true }, 100)).toBe(500)
  expect(nextDeletion({ kit, olderKeys: [key(0, 500)], deleteOlder: false }, 100)).toBeNull()
  expect(nextDeletion({ kit, olderKeys: [], deleteOlder: true }, 100)).toBeNull()
})
