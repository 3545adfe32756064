/**
 * A bundle comes from a server or from a row that something wrote: whatever is changed in what an opening rests on is
 * refused by name, and what was open stays open. 600 changes in every run, 12,000 by `npm run soak`;
 * SOAK_SEED makes a run again.
 */
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import type { KeyBundle } from '#shared/contract/account.ts'
import { isProblemCode, Problem } from '#shared/contract/problems.ts'
import { makeRing, openBy, openRing, otherId, type Ring, type Way, ways } from './keyring.testing.ts'

const seed = Number(process.env.SOAK_SEED ?? Date.now() & 0x7fffffff)
const runs = process.env.SOAK === '1' ? 3_000 : 150

type Held = Awaited<ReturnType<typeof openRing>>
let own: Held
let later: KeyBundle
let stranger: Held
beforeAll(async () => {
  own = await openRing()
  later = { ...own.bundle, ...(await own.ring.rotateKeys({ now: 1000 })) }
  stranger = await openRing(otherId)
})

type Path = readonly (string | number)[]

/**
 * What an opening rests on. The times of a recovery kit and a passkey's salt are hints, and left alone; so are wraps
 * where keys are taken up under the account key that is open, since each is proven by its own secret and nothing else.
 */
function pathsFor(way: Way | 'adopt'): readonly Path[] {
  const card = ['format', 'sign', 'enc', 'seq', 'created', 'prev', 'sig'].map(name => ['card', name])
  const keys = [
    ['keys', 'version'],
    ['keys', 'sealed'],
  ]
  const whole = [['card'], ['keys']]
  if (way === 'adopt') return [...card, ...keys, ...whole]
  const at = ['wraps', ways.indexOf(way)]
  const cost = way === 'password' ? ['m', 't', 'p', 'salt'].map(name => [...at, 'kdf', name]) : []
  const named = way === 'passkey' ? [[...at, 'credentialId']] : []
  return [
    ...card,
    ...keys,
    ...whole,
    ['wraps'],
    at,
    ...['kind', 'version', 'sealed'].map(name => [...at, name]),
    ...cost,
    ...named,
  ]
}

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const change = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('turn' as const), at: place, by: fc.integer({ min: 1, max: 63 }) }),
  },
  fc.record({ kind: fc.constant('cut' as const), at: place }),
  fc.record({ kind: fc.constant('remove' as const) }),
  fc.record({ kind: fc.constant('put' as const), value: fc.jsonValue() }),
  fc.record({ kind: fc.constant('stranger' as const) }),
  fc.record({ kind: fc.constant('repeat' as const) }),
)
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function changed(value: unknown, edit: Change, fromStranger: unknown): unknown {
  if (edit.kind === 'put') return edit.value
  if (edit.kind === 'stranger') return fromStranger
  if (edit.kind === 'turn' && typeof value === 'number') return value + edit.by
  if (typeof value !== 'string' || (edit.kind !== 'turn' && edit.kind !== 'cut')) return undefined
  const at = Math.floor(edit.at * value.length)
  if (edit.kind === 'cut') return value.slice(0, at)
  const other = alphabet[(alphabet.indexOf(value.charAt(at)) + edit.by) % 64]
  return `${value.slice(0, at)}${other}${value.slice(at + 1)}`
}

/** The bundle with one change, or the same where the change says nothing new. */
function mutate(bundle: KeyBundle, path: Path, edit: Change): unknown {
  const used = path[0] === 'wraps' ? bundle.wraps[Number(path[1])] : undefined
  if (edit.kind === 'repeat' && used !== undefined) return { ...bundle, wraps: [...bundle.wraps, used] }
  return withChange(bundle, stranger.bundle, path, edit)
}

function withChange(value: unknown, other: unknown, [step, ...rest]: Path, edit: Change): unknown {
  if (step === undefined) return changed(value, edit, other)
  const inner = withChange(member(value, step), member(other, step), rest, edit)
  if (Array.isArray(value)) return value.with(Number(step), inner)
  return { ...(value as object), [step]: inner }
}

function member(of: unknown, step: string | number): unknown {
  return (of as Record<string | number, unknown>)[step]
}

async function attempt(way: Way | 'adopt', ring: Ring, bundle: KeyBundle): Promise<unknown> {
  const opening = way === 'adopt' ? ring.adoptKeys({ bundle }) : openBy(way, ring, { ...own, bundle })
  return opening.then(
    () => 'accepted',
    (problem: unknown) => problem,
  )
}

describe.each([...ways, 'adopt'] as const)(`a changed bundle, by %s (seed ${seed})`, way => {
  test(`${runs} changes: none accepted, a plain problem each, and what was open stays`, async () => {
    const good = way === 'adopt' ? later : own.bundle
    const paths = pathsFor(way)
    const open = own.ring.current()
    const path = fc.nat(paths.length - 1)
    const property = fc.asyncProperty(path, change, async (index, edit) => {
      const bundle = mutate(good, paths[index] ?? [], edit)
      fc.pre(JSON.stringify(bundle) !== JSON.stringify(good))
      const ended = await attempt(way, own.ring, bundle as KeyBundle)
      expect(ended).toBeInstanceOf(Problem)
      expect(ended).toSatisfy(problem => problem.code !== 'internal' && isProblemCode(problem.code))
      expect(own.ring.current()).toBe(open)
    })
    await fc.assert(property, { numRuns: runs, seed })
  }, 300_000)

  test('unchanged, it is taken', async () => {
    const ring = makeRing()
    await openBy('password', ring, own)
    expect(await attempt(way, ring, way === 'adopt' ? later : own.bundle)).toBe('accepted')
  })
})
