import { expect, test } from 'vitest'
import type { Ladder } from './limits.ts'
import { openMemoryLadders } from './memory-ladders.ts'

const ladder: Ladder = { name: 'test', free: 3, first: 1, most: 3, stop: 100, rest: 60 }

test('strangers who make ever new rungs fill no memory, and shake nobody off a high one (T19)', async () => {
  const { climb } = openMemoryLadders(() => 5, 50)
  for (let i = 0; i < ladder.free; i += 1) await climb(ladder, 'high')
  await climb(ladder, 'low')
  await climb(ladder, 'low')
  for (let i = 0; i < 500; i += 1) await climb(ladder, `stranger ${i}`)
  await expect(climb(ladder, 'high')).rejects.toMatchObject({ code: 'too-many-tries' })
  await climb(ladder, 'low')
  await expect(climb(ladder, 'low')).rejects.toMatchObject({ code: 'too-many-tries' })
  // The first strangers are forgotten: their rungs are free again.
  for (let i = 0; i < ladder.free; i += 1) await climb(ladder, 'stranger 0')
  await expect(climb(ladder, 'stranger 0')).rejects.toMatchObject({ code: 'too-many-tries' })
  for (let i = 0; i < 500; i += 1) {
    const rung = `many ${i}`
    for (let j = 0; j < ladder.free; j += 1) await climb(ladder, rung)
  }
  await climb(ladder, 'many 0')
})
