/** Random damage to a bundle: bits, cuts, splices, chunks moved about, members of the envelope edited. */
import fc from 'fast-check'
import { encodeBase64 } from '#shared/format/base64.ts'
import { joinBundle } from '#shared/format/bundle.ts'
import { type Bytes, concat } from '#shared/format/bytes.ts'
import { cipherRange, digestLength, layoutFrom } from '#shared/format/sizes.ts'
import { chunkSize, type Forged, flip, forge, type Json, type People, pattern, withJson } from './forge.testing.ts'
import type { SuiteName } from './suites.ts'

/** Two transfers between the same people, of one length and other contents. */
export interface Pair {
  readonly suite: SuiteName
  readonly plain: Bytes
  readonly one: Forged
  readonly other: Forged
}

const length = 2 * chunkSize + 100

export async function makePair(people: People, suite: SuiteName): Promise<Pair> {
  const plain = pattern(length)
  const elsewhere = pattern(length + 5).slice(5)
  const [one, other] = await Promise.all([plain, elsewhere].map(all => forge({ people, suite, chunks: cutUp(all) })))
  if (one === undefined || other === undefined) throw new Error('two transfers')
  return { suite, plain, one, other }
}

function cutUp(plain: Bytes): readonly Bytes[] {
  return [0, 1, 2].map(at => plain.slice(at * chunkSize, (at + 1) * chunkSize))
}

/** From 0 to 1: where in whatever it is applied to. */
const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const bit = fc.record({ at: place, bit: fc.nat(7) })
const chunk = fc.integer({ min: 0, max: 2 })

const kind = <K extends string>(name: K) => ({ kind: fc.constant(name) })
const stretch = { at: place, length: fc.integer({ min: 1, max: 5000 }) }

const flips = fc.record({
  ...kind('flip'),
  bits: fc.array(bit, { minLength: 1, maxLength: 8 }),
  half: fc.constantFrom('key', 'enc'),
})
const cuts = fc.oneof(
  fc.record({ ...kind('cut'), ...stretch }),
  fc.record({ ...kind('drop'), ...stretch }),
  fc.record({ ...kind('repeat'), ...stretch }),
  fc.record({ ...kind('splice'), ...stretch, from: place, fromOther: fc.boolean() }),
)
const moves = fc.record({ ...kind('chunk'), from: chunk, to: chunk, fromOther: fc.boolean(), digest: fc.boolean() })
const edits = fc.oneof(
  fc.record({ ...kind('remove'), members: fc.array(place, { minLength: 1, maxLength: 1 }) }),
  fc.record({
    ...kind('change'),
    members: fc.array(place, { minLength: 1, maxLength: 1 }),
    value: fc.oneof(fc.jsonValue(), fc.constant('a bit')),
    at: place,
  }),
  fc.record({ ...kind('move'), members: fc.array(place, { minLength: 1, maxLength: 4 }) }),
)

type Made<T> = T extends fc.Arbitrary<infer U> ? U : never
export type Mutation = Made<typeof flips | typeof cuts | typeof moves | typeof edits>
export const mutation: fc.Arbitrary<Mutation> = fc.oneof<fc.Arbitrary<Mutation>[]>(flips, cuts, moves, edits)

/** The first transfer as `.dcrypt`, changed. */
export function mutate(pair: Pair, change: Mutation): Bytes {
  const { one, other } = pair
  switch (change.kind) {
    case 'flip':
      return flipBits(one, change)
    case 'chunk':
      return joinBundle(one.key, moveChunk(pair, change))
    case 'remove':
    case 'change':
    case 'move':
      return joinBundle(
        withJson(one.key, json => editMembers(json, JSON.parse(other.key), change)),
        one.enc,
      )
    default:
      return editBytes(joinBundle(one.key, one.enc), joinBundle(other.key, other.enc), change)
  }
}

function flipBits({ key, enc }: Forged, { bits, half }: Made<typeof flips>): Bytes {
  const bundle = joinBundle(key, enc)
  const [start, end] = half === 'key' ? [0, key.length] : [key.length + 1, bundle.length]
  const wanted = new Map(bits.map(({ at, bit }) => [start + Math.floor(at * (end - start)), 1 << bit]))
  return bundle.map((byte, at) => byte ^ (wanted.get(at) ?? 0))
}

function editBytes(bundle: Bytes, other: Bytes, change: Made<typeof cuts>): Bytes {
  const at = Math.floor(change.at * bundle.length)
  const end = Math.min(bundle.length, at + change.length)
  switch (change.kind) {
    case 'cut':
      return bundle.slice(0, at)
    case 'drop':
      return concat(bundle.slice(0, at), bundle.slice(end))
    case 'repeat':
      return concat(bundle.slice(0, end), bundle.slice(at))
    default: {
      const source = change.fromOther ? other : bundle
      const from = Math.floor(change.from * source.length)
      return concat(bundle.slice(0, at), source.slice(from, from + change.length), bundle.slice(end))
    }
  }
}

/** Puts a chunk of either transfer in the place of another, its digest too where that is asked for. */
function moveChunk({ suite, one, other }: Pair, { from, to, fromOther, digest }: Made<typeof moves>): Bytes {
  const layout = layoutFrom({ suite, exponent: 12, length: one.enc.length })
  if (layout === null) throw new Error('a length that occurs')
  const source = fromOther ? other.enc : one.enc
  const range = (index: number) => cipherRange(layout, index)
  const piece = source.slice(range(from).offset, range(from).offset + range(from).length)
  const target = range(to)
  const moved = concat(one.enc.slice(0, target.offset), piece, one.enc.slice(target.offset + target.length))
  if (!digest) return moved
  const digests = moved.length - layout.count * digestLength
  const moving = source.slice(layout.digestsAt + from * digestLength, layout.digestsAt + (from + 1) * digestLength)
  moved.set(moving, digests + to * digestLength)
  return moved
}

type Members = Record<string, unknown>

/** Members of the envelope, of its sender's card and of its stanza. */
function memberAt(json: Json, at: number): { readonly holder: Members; readonly name: string; readonly depth: number } {
  const holders: readonly Members[] = [json, json.sender, json.recipients[0] ?? {}]
  const all = holders.flatMap((holder, depth) => Object.keys(holder).map(name => ({ holder, name, depth })))
  const found = all[Math.floor(at * all.length)]
  if (found === undefined) throw new Error('an envelope has members')
  return found
}

function editMembers(json: Json, other: Json, change: Made<typeof edits>): void {
  // Found before anything is changed, so that the edits do not move each other's places.
  for (const { holder, name, depth } of change.members.map(at => memberAt(json, at))) {
    if (change.kind === 'remove') delete holder[name]
    else if (change.kind === 'move') holder[name] = [other, other.sender, other.recipients[0]][depth]?.[name]
    else holder[name] = change.value === 'a bit' ? turned(holder[name], change.at) : change.value
  }
}

function turned(value: unknown, at: number): unknown {
  if (typeof value === 'number') return value + 1 + Math.floor(at * 100)
  if (typeof value !== 'string') return null
  const bytes = new Uint8Array(Buffer.from(value, 'base64url'))
  return encodeBase64(flip(bytes, Math.floor(at * bytes.length)))
}
