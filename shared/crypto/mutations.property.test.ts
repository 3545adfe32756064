/**
 * Random damage, in both suites: none is accepted, and what was let out before is a true prefix. 1,000 changes a suite
 * in every run, 10,000 by `npm run soak`; SOAK_SEED makes a run again.
 */
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { isProblemCode } from '#shared/contract/problems.ts'
import { joinBundle, splitBundle } from '#shared/format/bundle.ts'
import { type Bytes, concat, equalBytes, utf8 } from '#shared/format/bytes.ts'
import type { SuiteName } from '#shared/format/sizes.ts'
import { forge, makePeople, type People, pattern, sourceOf } from './forge.testing.ts'
import { makePair, mutate, mutation, type Pair } from './mutations.testing.ts'
import { type OpenedEnvelope, openEnvelope, openSeekable } from './open.ts'

/** In the tests' names, so that a failing run can be made again. */
const seed = Number(process.env.SOAK_SEED ?? Date.now() & 0x7fffffff)
const runs = process.env.SOAK === '1' ? 10_000 : 1_000

let people: People
beforeAll(async () => {
  people = await makePeople()
})

/** What was let out, and the code that ended it; `null` where all was well. */
async function release(bundle: Bytes, open: (envelope: Uint8Array) => Promise<OpenedEnvelope>) {
  const held: Bytes[] = []
  let ended: unknown = null
  let envelope: OpenedEnvelope['envelope'] | null = null
  try {
    const split = splitBundle(bundle)
    const opened = await open(split.envelope)
    envelope = opened.envelope
    for await (const piece of openSeekable(opened, sourceOf(bundle.subarray(split.encOffset)))) held.push(piece)
  } catch (problem) {
    ended = problem instanceof Error && 'code' in problem ? problem.code : problem
  }
  return { released: concat(...held), code: ended, envelope }
}

/** Opens an envelope; the one that was not changed is opened once. */
function opener(key: string): (envelope: Uint8Array) => Promise<OpenedEnvelope> {
  const unchanged = utf8(key)
  let held: Promise<OpenedEnvelope> | null = null
  const open = (envelope: Uint8Array) => openEnvelope(envelope, { keys: people.bob })
  return envelope => {
    if (!equalBytes(envelope, unchanged)) return open(envelope)
    held ??= open(envelope)
    return held
  }
}

async function judge(pair: Pair, { bundle, open }: { bundle: Bytes; open: ReturnType<typeof opener> }) {
  const { released, code, envelope } = await release(bundle, open)
  expect(released).toEqual(pair.plain.slice(0, released.length))
  if (code !== null) expect(isProblemCode(code)).toBe(true)
  // What still opens says the same in other words: a member that stands twice.
  else expect([envelope, released.length]).toEqual([pair.one.envelope, pair.plain.length])
  return code
}

describe.each<SuiteName>(['gcm', 'cbc'])('%s', suite => {
  test(`${runs} changes, seed ${seed}: none is accepted, and what is let out is a true prefix`, async () => {
    const pair = await makePair(people, suite)
    const whole = joinBundle(pair.one.key, pair.one.enc)
    const open = opener(pair.one.key)
    expect(await judge(pair, { bundle: whole, open })).toBeNull()
    let refused = 0
    const property = fc.asyncProperty(mutation, async change => {
      const bundle = mutate(pair, change)
      fc.pre(!equalBytes(bundle, whole))
      if ((await judge(pair, { bundle, open })) !== null) refused++
    })
    await fc.assert(property, { numRuns: runs, seed })
    expect(refused).toBeGreaterThan(runs * 0.99)
  }, 600_000)
})

test(`the envelope changed in one character, ${runs} times, seed ${seed}: nothing is shown as the sender’s that is not`, async () => {
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
}, 600_000)
