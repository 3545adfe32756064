import { expect, test } from 'vitest'
import { layoutOf } from '#shared/format/sizes.ts'
import { makeMemoryShelf } from './memory.ts'
import { segmentsOf } from './segments.ts'

const never = new AbortController().signal
const layout = layoutOf({ suite: 'gcm', exponent: 12, plaintextLength: 100 * 4096 })
const segments = segmentsOf(layout, 8 * 4096)
const partSize = 5000
const header = new Uint8Array(76).fill(9)

async function begin() {
  return makeMemoryShelf().begin({ jobId: 'a', header, layout, segments, partSize })
}

test('segments tile everything between header and digests', () => {
  let at = 76
  for (const { offset, length } of segments) {
    expect(offset).toBe(at)
    at += length
  }
  expect(at).toBe(layout.digestsAt)
  expect(segments.reduce((sum, { count }) => sum + count, 0)).toBe(layout.count)
})

test('what is written in any order is read by any range', async () => {
  const shelf = await begin()
  const [first, second] = segments
  if (first === undefined || second === undefined) throw new Error('there are many segments')
  shelf.written(second, [new Uint8Array(second.length).fill(2)])
  shelf.written(first, [new Uint8Array(100).fill(7), new Uint8Array(first.length - 100).fill(1)])
  await shelf.available(second.offset + second.length, never)
  const read = async (offset: number, length: number) => [
    ...new Uint8Array(await (await shelf.read(offset, length)).arrayBuffer()),
  ]
  expect(await read(74, 4)).toEqual([9, 9, 7, 7])
  expect(await read(76 + 99, 2)).toEqual([7, 1])
  expect(await read(second.offset - 1, 2)).toEqual([1, 2])
})

test('there is room for a few parts, and for more once they are accepted', async () => {
  const shelf = await begin()
  const placed: number[] = []
  const filling = (async () => {
    for (const segment of segments) {
      await shelf.place(segment, never)
      placed.push(segment.index)
      shelf.written(segment, [new Uint8Array(segment.length)])
    }
  })()
  // Everything that can settle without a release has settled once a later promise of the same chain has.
  for (let turn = 0; turn < 50; turn++) await Promise.resolve()
  const held = placed.length
  expect(held).toBeGreaterThan(0)
  expect(held).toBeLessThan(4)
  for (let end = partSize; end < layout.digestsAt; end += partSize) {
    await shelf.available(end, never)
    shelf.release(end)
  }
  await filling
  expect(placed).toHaveLength(segments.length)
})

test('a failure ends the wait for room', async () => {
  const shelf = await begin()
  const last = segments.at(-1)
  if (last === undefined) throw new Error('there are many segments')
  const waiting = shelf.place(last, never)
  shelf.fail(new Error('gone'))
  await expect(waiting).rejects.toThrow('gone')
})
