import { describe, expect, test } from 'vitest'
import { caretAfter, keyGroups, keyShown, keyTyped, strangeCharacter } from './recovery-typing.ts'

const whole = '7QK4M2XDPV9R3HTW8ZNB6CFYJ5GAEUS2'

describe('a recovery key being typed', () => {
  test('counts without dashes, spaces and small letters, and no further than one key', () => {
    expect(keyTyped('7qk4-m2xd pv9r\n')).toBe('7QK4M2XDPV9R')
    expect(keyTyped(`${whole}ABC`)).toBe(whole)
    expect(keyTyped('7QK4–M2XD.')).toBe('7QK4M2XD')
  })

  test('is shown in groups of four, without a dash at the end', () => {
    expect(keyShown('')).toBe('')
    expect(keyShown('7QK4')).toBe('7QK4')
    expect(keyShown('7QK4M')).toBe('7QK4-M')
    expect(keyShown(whole)).toBe('7QK4-M2XD-PV9R-3HTW-8ZNB-6CFY-J5GA-EUS2')
  })

  test('keeps the caret behind the character that was typed', () => {
    for (let count = 0; count <= whole.length; count++) {
      const left = keyShown(whole).slice(0, caretAfter(count))
      expect(keyTyped(left)).toBe(whole.slice(0, count))
      expect(left.endsWith('-')).toBe(false)
    }
  })

  test('names the first character that no key has', () => {
    expect(strangeCharacter(whole)).toBeNull()
    expect(strangeCharacter('7QO4')).toBe('O')
    expect(strangeCharacter('1')).toBe('1')
  })
})

test('a whole key has eight groups, however it is written', () => {
  expect(keyGroups(keyShown(whole))).toEqual(keyGroups(whole))
  expect(keyGroups(whole)).toHaveLength(8)
})
