import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { isProblemCode } from '#shared/contract/problems.ts'
import { joinBundle, splitBundle } from '#shared/format/bundle.ts'
import { type Bytes, concat, utf8 } from '#shared/format/bytes.ts'
import type { SuiteName } from '#shared/format/sizes.ts'
import { chunkSize, forge, makePeople, type People, pattern } from './forge.testing.ts'
import { sourceOf } from './known-answers.testing.ts'
import { openEnvelope, openSeekable } from './open.ts'

/** Printed, so that a failing run can be made again. */
const seed = Date.now() & 0x7fffffff
const runs = 300

let people: People
beforeAll(async () => {
  people = await makePeople()
})

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const mutation = fc.oneof(
  fc.record({
    kind: fc.constant('flip' as const),
    at: fc.array(place, { minLength: 1, maxLength: 8 }),
    bit: fc.nat(7),
  }),
  fc.record({ kind: fc.constant('cut' as const), at: place }),
  fc.record({ kind: fc.constant('drop' as const), at: place, length: fc.integer({ min: 1, max: 5000 }) }),
  fc.record({ kind: fc.constant('repeat' as const), at: place, length: fc.integer({ min: 1, max: 5000 }) }),
)
type Mutation = typeof mutation extends fc.Arbitrary<infer T> ? T : never

function mutate(bytes: Bytes, change: Mutation): Bytes {
  const index = (at: number) => Math.floor(at * bytes.length)
  if (change.kind === 'flip') {
    const copy = bytes.slice()
    for (const at of new Set(change.at.map(index))) copy[at] = (copy[at] ?? 0) ^ (1 << change.bit)
    return copy
  }
  const at = index(change.at)
  if (change.kind === 'cut') return bytes.slice(0, at)
  const end = Math.min(bytes.length, at + change.length)
  return change.kind === 'drop'
    ? concat(bytes.slice(0, at), bytes.slice(end))
    : concat(bytes.slice(0, end), bytes.slice(at))
}

/** What was released, and the code that ended it; `null` where all was well. */
async function release(bundle: Bytes): Promise<{ released: Bytes; code: unknown }> {
  let released: Bytes = new Uint8Array(0)
  try {
    const { envelope, encOffset } = splitBundle(bundle)
    const opened = await openEnvelope(envelope, { keys: people.bob })
    const source = sourceOf(bundle.subarray(encOffset))
    for await (const piece of openSeekable(opened, source)) released = concat(released, piece)
    return { released, code: null }
  } catch (problem) {
    return { released, code: problem instanceof Error && 'code' in problem ? problem.code : problem }
  }
}

describe.each<SuiteName>(['gcm', 'cbc'])('%s', suite => {
  test(`${runs} mutations of a bundle, seed ${seed}: none is accepted, and what is released is a true prefix`, async () => {
    const plain = pattern(2 * chunkSize + 100)
    const chunks = [plain.slice(0, chunkSize), plain.slice(chunkSize, 2 * chunkSize), plain.slice(2 * chunkSize)]
    const { key, enc } = await forge({ people, suite, chunks })
    const bundle = joinBundle(key, enc)
    expect((await release(bundle)).released).toEqual(plain)
    await fc.assert(
      fc.asyncProperty(mutation, async change => {
        const { released, code } = await release(mutate(bundle, change))
        expect(isProblemCode(code)).toBe(true)
        expect(released).toEqual(plain.slice(0, released.length))
      }),
      { numRuns: runs, seed },
    )
  })
})

test('the envelope alone, changed in one character: nothing is shown as the sender’s that is not', async () => {
  const { key, envelope } = await forge({ people, suite: 'gcm', chunks: [pattern(3)] })
  const change = fc.record({ at: fc.nat(key.length - 1), by: fc.constantFrom(...'AZaz09-_"{}[],: .e1') })
  await fc.assert(
    fc.asyncProperty(change, async ({ at, by }) => {
      const text = key.slice(0, at) + by + key.slice(at + 1)
      const opened = await openEnvelope(utf8(text), { keys: people.bob }).catch(problem => problem)
      // What still opens says the same: white space, or a number in another spelling.
      if (opened instanceof Error) expect(isProblemCode('code' in opened ? opened.code : null)).toBe(true)
      else expect(opened.envelope).toEqual(envelope)
    }),
    { numRuns: runs, seed },
  )
})
