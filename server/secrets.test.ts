import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readSecretKey } from './secrets.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'datacrypt-secrets-'))
})
afterEach(() => rm(folder, { recursive: true }))

test('is made once, for its owner alone', async () => {
  const key = await readSecretKey(undefined, folder)
  expect(key).toHaveLength(32)
  expect((await stat(join(folder, 'secrets.json'))).mode & 0o777).toBe(0o600)
  expect(await readSecretKey(undefined, folder)).toEqual(key)
  expect(await readdir(folder)).toEqual(['secrets.json'])
})

test('is one for servers that start at once', async () => {
  const keys = await Promise.all(Array.from({ length: 10 }, () => readSecretKey(undefined, join(folder, 'new'))))
  expect(new Set(keys.map(key => Buffer.from(key).toString('hex'))).size).toBe(1)
  expect(await readdir(join(folder, 'new'))).toEqual(['secrets.json'])
})

test('is different for each folder', async () => {
  expect(await readSecretKey(undefined, join(folder, 'a'))).not.toEqual(
    await readSecretKey(undefined, join(folder, 'b')),
  )
})

test('that is given is taken, and nothing is written', async () => {
  const given = Buffer.alloc(32, 7)
  expect(Buffer.from(await readSecretKey(given.toString('base64url'), folder))).toEqual(given)
  expect(await readdir(folder)).toEqual([])
})

test.each(['', '{}', '{"secretKey":"short"}'])('is not made anew over a damaged file (%s)', async text => {
  const path = join(folder, 'secrets.json')
  await writeFile(path, text)
  await expect(readSecretKey(undefined, folder)).rejects.toThrow()
  expect(await readFile(path, 'utf8')).toBe(text)
})
