import { afterAll, beforeAll, expect, test } from 'vitest'
import { findEvenly } from './evenly.ts'
import { openGround, type TestGround } from './ground.testing.ts'
import { signUp } from './people.testing.ts'

let at: TestGround
beforeAll(async () => {
  at = await openGround()
})
afterAll(() => at.close())

/** As if reading took this long, without a pause in which anything else could run. */
const slow = (milliseconds: number) => {
  const over = performance.now() + milliseconds
  while (performance.now() < over);
  return null
}

test('finds who is there, and nobody', async () => {
  const { email, who } = await signUp(at, 'ada')
  expect(await findEvenly(at.ground, email)).toMatchObject({ userId: who.userId })
  expect(await findEvenly(at.ground, 'nobody@example.org')).toBeNull()
})

test('what is read at once is within the time, not before it', async () => {
  const { users } = at.ground.store
  const busy = { ...users, byEmail: async () => slow(9) }
  const times: number[] = []
  for (let i = 0; i < 5; i += 1) {
    const start = performance.now()
    await findEvenly({ ...at.ground, store: { ...at.ground.store, users: busy } }, 'x')
    times.push(performance.now() - start)
  }
  // Of five at least one is not held up by whatever else this machine does.
  expect(Math.min(...times)).toBeGreaterThanOrEqual(11)
  expect(Math.min(...times)).toBeLessThan(9 + 12)
})

test('fails as the store fails', async () => {
  const broken = { ...at.ground.store.users, byEmail: () => Promise.reject(new Error('broken')) }
  await expect(findEvenly({ ...at.ground, store: { ...at.ground.store, users: broken } }, 'x')).rejects.toThrow(
    'broken',
  )
})
