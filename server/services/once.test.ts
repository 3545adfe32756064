import { afterAll, beforeAll, expect, test } from 'vitest'
import { idempotencyLife } from '#shared/contract/limits.ts'
import { openGround, type TestGround } from './ground.testing.ts'
import { once } from './once.ts'
import { codeOfProblem, newKey, signUp } from './people.testing.ts'

let at: TestGround
beforeAll(async () => {
  at = await openGround()
})
afterAll(() => at.close())

const write = async (input: unknown, key = newKey()) => {
  const { who } = await signUp(at, 'writer')
  return { userId: who.userId, key, call: 'test', input }
}

test('a repeat is answered, not done', async () => {
  const order = await write({ a: 1 })
  let count = 0
  const act = async () => ({ count: ++count })
  expect(await once(at.ground, order, act)).toEqual({ count: 1 })
  expect(await once(at.ground, order, act)).toEqual({ count: 1 })
  expect(count).toBe(1)
})

test('an answer of nothing is an answer', async () => {
  const order = await write(null)
  let count = 0
  const act = async () => {
    count += 1
  }
  await once(at.ground, order, act)
  expect(await once(at.ground, order, act)).toBeUndefined()
  expect(count).toBe(1)
})

test('fifty at once hear one answer', async () => {
  const order = await write({ a: 1 })
  let count = 0
  const act = async () => ({ count: ++count })
  const answers = await Promise.all(Array.from({ length: 50 }, () => once(at.ground, order, act)))
  expect(new Set(answers.map(answer => answer.count)).size).toBe(1)
})

test('the key for something else is a conflict', async () => {
  const order = await write({ a: 1 })
  await once(at.ground, order, async () => 1)
  expect(await codeOfProblem(once(at.ground, { ...order, input: { a: 2 } }, async () => 1))).toBe('conflict')
  expect(await codeOfProblem(once(at.ground, { ...order, call: 'other' }, async () => 1))).toBe('conflict')
})

test("one person's key is not another's", async () => {
  const key = newKey()
  const [mine, theirs] = [await write(1, key), await write(1, key)]
  expect(await once(at.ground, mine, async () => 'mine')).toBe('mine')
  expect(await once(at.ground, theirs, async () => 'theirs')).toBe('theirs')
})

test('a failure is not remembered', async () => {
  const order = await write(1)
  const failing = once(at.ground, order, async () => Promise.reject(new Error('once')))
  await expect(failing).rejects.toThrow('once')
  expect(await once(at.ground, order, async () => 2)).toBe(2)
})

test('is remembered for sixty days', async () => {
  const order = await write(1)
  await once(at.ground, order, async () => 1)
  at.clock.pass(idempotencyLife)
  await at.cleanup.run()
  expect(await once(at.ground, order, async () => 2)).toBe(1)
  at.clock.pass(1)
  await at.cleanup.run()
  expect(await once(at.ground, order, async () => 2)).toBe(2)
})
