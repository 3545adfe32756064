import { expect, test } from 'vitest'
import { factorFault, factorTyped, waysHere } from './second-factor.ts'

test('the likeliest way comes first, and no passkey where the browser has none', () => {
  expect(waysHere(['recovery-code', 'passkey', 'app'], true)).toEqual(['app', 'passkey', 'recovery-code'])
  expect(waysHere(['recovery-code', 'passkey'], false)).toEqual(['recovery-code'])
  expect(waysHere(['mail'], true)).toEqual(['mail'])
})

test('what can be no code of its kind is told before it is sent', () => {
  expect(factorTyped('app', '12345')).toBeNull()
  expect(factorTyped('app', '123456')).toEqual({ kind: 'app', code: '123456' })
  expect(factorTyped('mail', '123456')).toBeNull()
  expect(factorTyped('mail', '12345678')).toEqual({ kind: 'mail', code: '12345678' })
  expect(factorTyped('recovery-code', 'abcde-23456')).toEqual({ kind: 'recovery-code', code: 'abcde-23456' })
  expect(factorTyped('recovery-code', 'abcde')).toBeNull()
  expect(factorTyped('passkey', '')).toEqual({ kind: 'passkey' })
})

test('only a mailed code can be asked for anew', () => {
  const wrong = { code: 'wrong-code', data: { triesLeft: 4 } } as const
  expect(factorFault('mail', wrong)).toBe('That is not the code. 4 tries left, then ask for a new one.')
  expect(factorFault('app', wrong)).toBe('That is not the code. 4 tries left, then log in again.')
  expect(factorFault('recovery-code', { code: 'code-spent', data: {} })).toMatch(/Go back and log in again/)
  expect(factorFault('passkey', { code: 'passkey-refused', data: {} })).toMatch(/^The passkey was not accepted/)
})
