import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Bytes } from '#shared/format/bytes.ts'
import { layoutOf } from '#shared/format/sizes.ts'
import type { OpenedChunk } from './lane-orders.ts'
import { holdBack, splitFiles } from './plain-files.ts'
import { filesToSave, isWhole, runsOf } from './save-plan.ts'

const chunkSize = 4096
const filesOf = (sizes: readonly number[]) => sizes.map((size, i) => ({ name: `f${i}`, size, modified: 0 }))

test('files are taken in the order of the plaintext, each once, under names that are free', () => {
  const files = [
    { name: 'a', size: 3, modified: 1 },
    { name: 'A', size: 4, modified: 2 },
    { name: 'con', size: 5, modified: 3 },
  ]
  expect(filesToSave(files, [2, 1, 0, 1, 9])).toEqual([
    { index: 0, path: 'a', size: 3, modified: 1, offset: 0 },
    { index: 1, path: 'A (2)', size: 4, modified: 2, offset: 3 },
    { index: 2, path: '_con', size: 5, modified: 3, offset: 7 },
  ])
  expect(isWhole(files, [2, 0, 1])).toBe(true)
  expect(isWhole(files, [2, 0])).toBe(false)
})

test('runs hold every chunk of the chosen files once, and no others', () => {
  const sizes = fc.array(fc.nat({ max: 3 * chunkSize }), { minLength: 1, maxLength: 8 })
  fc.assert(
    fc.property(sizes, fc.array(fc.nat({ max: 7 })), fc.integer({ min: 1, max: 4 }), (all, chosen, longest) => {
      const plaintextLength = all.reduce((sum, size) => sum + size, 0)
      const layout = layoutOf({ suite: 'gcm', exponent: 12, plaintextLength })
      const files = filesToSave(filesOf(all), chosen)
      const runs = runsOf(layout, files, { whole: false, longest })
      const indexes = runs.flatMap(({ first, count }) => Array.from({ length: count }, (_, i) => first + i))
      const wanted = new Set<number>()
      for (const { offset, size } of files)
        for (let at = offset; at < offset + size; at++) wanted.add(Math.floor(at / chunkSize))
      expect(indexes).toEqual([...wanted].sort((a, b) => a - b))
      expect(runs.every(({ count }) => count >= 1 && count <= longest)).toBe(true)
    }),
    { numRuns: 60 },
  )
})

describe('splitFiles', () => {
  async function split(sizes: readonly number[], chosen: readonly number[]) {
    const total = sizes.reduce((sum, size) => sum + size, 0)
    const plain = Uint8Array.from({ length: total }, (_, i) => i % 251)
    const layout = layoutOf({ suite: 'gcm', exponent: 12, plaintextLength: total })
    const files = filesToSave(filesOf(sizes), chosen)
    const indexes = runsOf(layout, files, { whole: false, longest: 99 }).flatMap(({ first, count }) =>
      Array.from({ length: count }, (_, i) => first + i),
    )
    let drained = false
    async function* chunks(): AsyncGenerator<OpenedChunk, void, undefined> {
      for (const index of indexes) yield { index, plain: plain.slice(index * chunkSize, (index + 1) * chunkSize) }
      drained = true
    }
    const got: { index: number; right: boolean; drainedBefore: boolean }[] = []
    for await (const { file, bytes } of splitFiles(chunks(), files, chunkSize)) {
      const pieces: number[] = []
      for await (const piece of bytes) {
        pieces.push(...piece)
        // Whoever takes a piece takes its buffer: the next piece must not depend on it.
        piece.fill(0)
      }
      const right = pieces.join() === [...plain.subarray(file.offset, file.offset + file.size)].join()
      got.push({ index: file.index, right, drainedBefore: drained })
    }
    return { got, drained }
  }

  test.each([
    [
      [10, 20, 30],
      [0, 1, 2],
    ],
    [
      [chunkSize, chunkSize * 2 + 1, 0, 5],
      [0, 1, 2, 3],
    ],
    [[chunkSize * 3, 7, chunkSize * 3], [1]],
    [
      [chunkSize * 3, 7, chunkSize * 3],
      [0, 2],
    ],
    [[0], [0]],
    [[5, 0], [1]],
  ])('sizes %j, chosen %j', async (sizes, chosen) => {
    const { got, drained } = await split(sizes, chosen)
    expect(got.map(({ index }) => index)).toEqual(chosen)
    expect(got.every(({ right }) => right)).toBe(true)
    expect(got.at(-1)?.drainedBefore).toBe(true)
    expect(drained).toBe(true)
  })

  test('a fault behind the last file keeps its last piece back', async () => {
    async function* faulty(): AsyncGenerator<OpenedChunk, void, undefined> {
      yield { index: 0, plain: new Uint8Array(chunkSize) }
      throw new Error('damaged padding')
    }
    const [file] = filesToSave(filesOf([chunkSize]), [0])
    if (file === undefined) throw new Error('one file was chosen')
    const out: Bytes[] = []
    const reading = (async () => {
      for await (const { bytes } of splitFiles(faulty(), [file], chunkSize))
        for await (const piece of holdBack(bytes)) out.push(piece)
    })()
    await expect(reading).rejects.toThrow('damaged padding')
    expect(out).toEqual([])
  })
})
