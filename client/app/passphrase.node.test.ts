import { expect, test } from 'vitest'
import { suggestPassphrase } from './passphrase.ts'

test('six words, drawn from the whole list and never twice the same', async () => {
  const many = await Promise.all(Array.from({ length: 200 }, () => suggestPassphrase()))
  expect(new Set(many).size).toBe(200)
  expect(new Set(many.flatMap(text => text.split(' '))).size).toBeGreaterThan(900)
  expect(many.every(text => text.split(' ').length === 6)).toBe(true)
})

test('draws that would favour the first words are thrown away', async () => {
  const draws = [0xff, 0xff, 0, 1]
  let at = 0
  const random = (length: number) => {
    const bytes = Uint8Array.from({ length }, (_, index) => draws[(at + index) % draws.length] ?? 0)
    at += length
    return bytes
  }
  const words = (await suggestPassphrase(random)).split(' ')
  expect(new Set(words)).toEqual(new Set(['abdomen']))
})
