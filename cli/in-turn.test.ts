import { expect, test } from 'vitest'
import { inTurn } from './in-turn.ts'

async function* numbers(count: number): AsyncGenerator<number> {
  for (let number = 0; number < count; number++) yield number
}

/** Promises that are kept in whatever order a test likes. */
function gates(count: number) {
  const open: (() => void)[] = []
  const waits = Array.from({ length: count }, () => new Promise<void>(resolve => open.push(resolve)))
  return { open: (index: number) => open[index]?.(), wait: (index: number) => waits[index] }
}

test('results are taken in the order of the items, whichever is ready first', async () => {
  const { open, wait } = gates(6)
  const taken: number[] = []
  const all = inTurn(numbers(6), {
    width: 3,
    async work(number) {
      if (number === 2) [2, 1, 0, 3, 4, 5].forEach(open)
      await wait(number)
      return number
    },
    take: async number => void taken.push(number),
  })
  await all
  expect(taken).toEqual([0, 1, 2, 3, 4, 5])
})

test('the first failure in the order of the items is told, and nothing after it is taken', async () => {
  const { open, wait } = gates(4)
  const taken: number[] = []
  let running = 0
  const all = inTurn(numbers(100), {
    width: 4,
    async work(number) {
      running++
      if (number === 3) [3, 2, 1, 0].forEach(open)
      await wait(number)
      running--
      if (number > 0) throw new Error(`${number}`)
      return number
    },
    take: async number => void taken.push(number),
  })
  await expect(all).rejects.toThrow('1')
  expect(taken).toEqual([0])
  expect(running).toBe(0)
})

test('items that cannot be read fail after what came before them', async () => {
  async function* broken(): AsyncGenerator<number> {
    yield 0
    throw new Error('reading')
  }
  const taken: number[] = []
  const turns = { width: 2, work: async (number: number) => number, take: async (n: number) => void taken.push(n) }
  await expect(inTurn(broken(), turns)).rejects.toThrow('reading')
  expect(taken).toEqual([0])
})
