import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isCommon } from './common-passwords.ts'

const list = new Uint8Array(await readFile(resolve(import.meta.dirname, '../public/common-passwords.bin')))

describe('common passwords', () => {
  test('are at least 3,000, sorted, each once', () => {
    const entries = Array.from({ length: list.length / 5 }, (_, at) =>
      Buffer.from(list.subarray(at * 5, at * 5 + 5)).toString('hex'),
    )
    expect(entries.length).toBeGreaterThan(3000)
    expect(entries).toEqual([...new Set(entries)].sort())
  })

  test.each(['passwordpassword', '1234567890qwerty', 'PASSWORDpassword', 'qwerty1234567890'])(
    '%s is one',
    async word => {
      expect(await isCommon(word, list)).toBe(true)
    },
  )

  test.each(['abcabcabcabcabc', 'aaaaaaaaaaaaaaaa', 'secretsecretsecret'])('%s repeats a piece', async word => {
    expect(await isCommon(word, new Uint8Array())).toBe(true)
  })

  test.each(['Ines keeps nine green boats', 'correct horse battery staple ok'])('%s is none', async word => {
    expect(await isCommon(word, list)).toBe(false)
  })
})
