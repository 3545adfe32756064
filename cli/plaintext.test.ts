import { mkdtempSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { padme } from '#shared/format/sizes.ts'
import { collect } from './collect.ts'
import { type Plaintext, padded, plaintextOf } from './plaintext.ts'

const folder = mkdtempSync(join(tmpdir(), 'datacrypt-plain-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function found(...sizes: number[]) {
  const paths = sizes.map((size, index) => {
    const path = join(folder, `${sizes.length}-${index}`)
    writeFileSync(path, new Uint8Array(size).fill(index + 1))
    return path
  })
  return { paths, files: (await collect(paths)).files }
}

async function drain(plaintext: Plaintext, piece = 7): Promise<number[]> {
  const all: number[] = []
  for (;;) {
    const target = new Uint8Array(piece)
    const filled = await plaintext.fill(target)
    all.push(...target.subarray(0, filled))
    if (filled < piece) return all
  }
}

test('files come one after another, empty ones too', async () => {
  const { files } = await found(5, 0, 10, 1)
  const plaintext = plaintextOf(files)
  expect(await drain(plaintext)).toEqual([...Array(5).fill(1), ...Array(10).fill(3), 4])
  await plaintext.finish()
})

test('padding is zeros up to the next length of Padmé, once', async () => {
  const { files } = await found(1000, 101)
  const all = await drain(padded(plaintextOf(files)), 64)
  expect(all).toHaveLength(padme(1101))
  expect(all.slice(1101)).toEqual(Array(padme(1101) - 1101).fill(0))
})

test('what lies in one file is left to be read by somebody else', async () => {
  const { files } = await found(20, 30)
  const plaintext = plaintextOf(files)
  const first = await plaintext.claim(16)
  expect(first?.part).toMatchObject({ position: 0, length: 16 })
  expect(await plaintext.claim(16)).toBe(null)
  const target = new Uint8Array(8)
  expect(await plaintext.fill(target)).toBe(8)
  expect([...target]).toEqual([1, 1, 1, 1, 2, 2, 2, 2])
  const second = await plaintext.claim(26)
  expect(second?.part).toMatchObject({ position: 4, length: 26 })
  expect(await plaintext.claim(1)).toBe(null)
  first?.done()
  second?.done()
  await plaintext.finish()
})

test.each([
  ['was cut', (path: string) => truncateSync(path, 3)],
  ['grew', (path: string) => writeFileSync(path, 'x', { flag: 'a' })],
  ['was written again', (path: string) => utimesSync(path, 1, 1)],
])('a file that %s after it was found is told', async (_, change) => {
  const { paths, files } = await found(50, 60)
  change(paths[0] ?? '')
  const plaintext = plaintextOf(files)
  const reading = drain(plaintext, 1000).then(() => plaintext.finish())
  await expect(reading).rejects.toMatchObject({ code: 'file-changed', data: { path: paths[0] } })
  await plaintext.close()
})
