import { describe, expect, test } from 'vitest'
import { argon2Floor } from '#shared/contract/limits.ts'
import { encodeBase64 } from '#shared/format/base64.ts'
import type { Stretch } from './argon2-orders.ts'
import { makeKeys } from './keys.ts'

const salt = encodeBase64(new Uint8Array(16))
const userId = 'AAAAAAAAAAAAAAAAAAAAAA'

function keysOf(floor: { m: number; t: number; p: number }) {
  const asked: Stretch[] = []
  const stretch = async (given: Stretch) => {
    asked.push(given)
    return new Uint8Array(await crypto.subtle.digest('SHA-256', given.password))
  }
  const { door, current } = makeKeys({ stretch, floor })
  return { asked, keys: { ...door, current } }
}

describe("the client's floor", () => {
  test.each([
    { m: 65_535, t: 3, p: 1 },
    { m: 65_536, t: 2, p: 1 },
    { m: 8, t: 1, p: 1 },
    { m: 262_145, t: 3, p: 1 },
    { m: 65_536, t: 17, p: 1 },
    { m: 65_536, t: 3, p: 5 },
  ])('refuses %j before anything is stretched', async cost => {
    const { keys, asked } = keysOf(argon2Floor)
    const login = keys.prepareLogin({ password: 'x', kdf: { salt, ...cost } })
    await expect(login).rejects.toMatchObject({ code: 'kdf-refused' })
    expect(asked).toEqual([])
  })

  test('takes its own cost and more', async () => {
    const { keys, asked } = keysOf(argon2Floor)
    await keys.prepareLogin({ password: 'x', kdf: { salt, ...argon2Floor } })
    await keys.prepareLogin({ password: 'x', kdf: { salt, m: 131_072, t: 4, p: 2 } })
    expect(asked).toHaveLength(2)
  })

  test('holds for a bundle too', async () => {
    const maker = keysOf({ m: 8, t: 1, p: 1 }).keys
    await maker.prepareLogin({ password: 'x', kdf: { salt, m: 8, t: 1, p: 1 } })
    const bundle = await maker.createKeys({ userId, now: 1 })
    const { keys } = keysOf(argon2Floor)
    await expect(keys.unlock({ userId, bundle, password: 'x' })).rejects.toMatchObject({ code: 'kdf-refused' })
    expect(() => keys.current()).toThrow('locked')
  })
})

test('a prepared password is used once', async () => {
  const { keys } = keysOf({ m: 8, t: 1, p: 1 })
  await keys.prepareLogin({ password: 'x', kdf: { salt, m: 8, t: 1, p: 1 } })
  const bundle = await keys.createKeys({ userId, now: 1 })
  await expect(keys.openKeys({ userId, bundle })).rejects.toMatchObject({ code: 'wrong-password' })
  await keys.prepareLogin({ password: 'x', kdf: { salt, m: 8, t: 1, p: 1 } })
  expect(await keys.openKeys({ userId, bundle })).toMatchObject({ keyNumber: 1 })
})
