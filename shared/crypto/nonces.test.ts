import { beforeAll, describe, expect, test } from 'vitest'
import { chunkCounter } from '#shared/format/bytes.ts'
import {
  cipherLength,
  exponentFor,
  layoutFrom,
  layoutOf,
  maxChunks,
  maxExponent,
  minExponent,
  type SuiteName,
} from '#shared/format/sizes.ts'
import { hex, makePeople, type People, pattern } from './forge.testing.ts'
import { sha256 } from './hash.ts'
import { claimChunks, spend } from './nonces.ts'
import { finishSealing, handOut, startSealing } from './seal.ts'
import { sealChunk } from './suites.ts'

const twice = { code: 'internal', data: { reason: 'chunk sealed before' } }
const ended = { code: 'internal', data: { reason: 'sealing finished before' } }

let people: People
beforeAll(async () => {
  people = await makePeople()
})

describe('the ledger', () => {
  test('gives each chunk out once, in any order and in runs', () => {
    const key = {}
    for (const run of [
      { first: 7, count: 1 },
      { first: 0, count: 7 },
      { first: 5000, count: 3000 },
    ])
      claimChunks(key, run)
    for (const run of [
      { first: 7, count: 1 },
      { first: 6, count: 1 },
      { first: 4990, count: 11 },
      { first: 7999, count: 9 },
    ]) {
      expect(() => claimChunks(key, run)).toThrow(expect.objectContaining(twice))
    }
    // A run that was refused has taken nothing.
    claimChunks(key, { first: 4990, count: 10 })
    claimChunks({}, { first: 7, count: 1 })
  })

  test('ends at the last chunk that a transfer can have', () => {
    const key = {}
    claimChunks(key, { first: maxChunks - 1, count: 1 })
    for (const run of [
      { first: maxChunks, count: 1 },
      { first: maxChunks - 2, count: 3 },
      { first: -1, count: 1 },
      { first: 0.5, count: 1 },
      { first: 0, count: 0 },
    ]) {
      expect(() => claimChunks(key, run)).toThrow('internal')
    }
  })

  test('gives nothing out once it is spent', () => {
    const key = {}
    spend(key)
    expect(() => claimChunks(key, { first: 0, count: 1 })).toThrow(expect.objectContaining(ended))
  })
})

describe.each<SuiteName>(['gcm', 'cbc'])('a sealer, %s', suite => {
  const seal = (index: number, final = false) => ({ index, final, plain: pattern(4096) })

  test('seals no chunk twice under one key, with the same bytes or others, last or not', async () => {
    const { keys } = await startSealing({ suite, chunkExponent: 12 })
    await sealChunk(keys, seal(1))
    await expect(sealChunk(keys, seal(1))).rejects.toMatchObject(twice)
    await expect(sealChunk(keys, { ...seal(1), plain: pattern(3) })).rejects.toMatchObject(twice)
    await expect(sealChunk(keys, seal(1, true))).rejects.toMatchObject(twice)
    await sealChunk(keys, seal(0))
    const other = await startSealing({ suite, chunkExponent: 12 })
    await sealChunk(other.keys, seal(1))
  })

  test('of two at the same time one is refused', async () => {
    const { keys } = await startSealing({ suite, chunkExponent: 12 })
    const both = await Promise.allSettled([
      sealChunk(keys, seal(4)),
      sealChunk(keys, { ...seal(4), plain: pattern(9) }),
    ])
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  })

  test('hands each run of chunks to one worker alone', async () => {
    const sealing = await startSealing({ suite, chunkExponent: 12 })
    handOut(sealing, { first: 0, count: 16 })
    handOut(sealing, { first: 16, count: 16 })
    expect(() => handOut(sealing, { first: 31, count: 2 })).toThrow(expect.objectContaining(twice))
    // Where there are no workers, the same key seals here what was handed out.
    await sealChunk(sealing.keys, seal(3))
  })

  test('seals and hands out nothing once it is finished, well or not', async () => {
    for (const digestCount of [1, 2]) {
      const sealing = await startSealing({ suite, chunkExponent: 12 })
      const cipher = await sealChunk(sealing.keys, { index: 0, final: true, plain: pattern(1) })
      const digest = await sha256(cipher)
      const digests = new Uint8Array(digestCount * 32)
      digests.set(digest)
      const files = [{ name: 'a', size: 1, type: '', modified: 1 }]
      const finish = {
        plaintextLength: 1,
        digests,
        metadata: { created: 1, files },
        sender: people.alice,
        recipients: [],
      }
      const finished = await finishSealing(sealing, finish).then(
        () => 'finished',
        () => 'failed',
      )
      expect(finished).toBe(digestCount === 1 ? 'finished' : 'failed')
      await expect(sealChunk(sealing.keys, seal(1))).rejects.toMatchObject(ended)
      expect(() => handOut(sealing, { first: 5, count: 1 })).toThrow(expect.objectContaining(ended))
      await expect(finishSealing(sealing, finish)).rejects.toMatchObject(ended)
    }
  })

  test('2^21 chunks of any size are the most, by arithmetic', () => {
    for (let exponent = minExponent; exponent <= maxExponent; exponent++) {
      const most = maxChunks * 2 ** exponent
      const last = layoutOf({ suite, exponent, plaintextLength: most })
      expect(last.count).toBe(maxChunks)
      expect(layoutFrom({ suite, exponent, length: last.length })).toMatchObject({ count: maxChunks, plainMax: most })
      expect(() => layoutOf({ suite, exponent, plaintextLength: most + 1 })).toThrow('too-large')
      const beyond = last.length + cipherLength(suite, 1) + 32
      expect(layoutFrom({ suite, exponent, length: beyond })).toBeNull()
    }
  })
})

test('the exponent is the smallest from 19 up that keeps within 2^21 chunks', () => {
  for (let exponent = 19; exponent <= maxExponent; exponent++) {
    const most = maxChunks * 2 ** exponent
    expect(exponentFor(most)).toBe(exponent)
    if (exponent < maxExponent) expect(exponentFor(most + 1)).toBe(exponent + 1)
    else expect(() => exponentFor(most + 1)).toThrow('too-large')
  }
})

test('counters of the last chunks that there can be', () => {
  expect(hex(chunkCounter(maxChunks - 1, true))).toBe('00000000000000001fffff01')
  expect(hex(chunkCounter(maxChunks - 1, false))).toBe('00000000000000001fffff00')
  expect(hex(chunkCounter(256, false))).toBe('000000000000000000010000')
})
