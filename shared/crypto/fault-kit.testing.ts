/** Runs one vector of the fault kit through our reader in every way, and says what is not as the vector says. */
import { isProblemCode } from '#shared/contract/problems.ts'
import { isBundle, joinBundle, splitBundle, splitWindow } from '#shared/format/bundle.ts'
import { type Bytes, concat, equalBytes } from '#shared/format/bytes.ts'
import { cipherRange } from '#shared/format/sizes.ts'
import { accessOf, type KitPeople } from './fault-kit-people.testing.ts'
import { type Bundle, bundlesOf } from './fault-kit-recipe.testing.ts'
import type { Expected, Vector } from './fault-kit-vector.testing.ts'
import { hex, inPieces, pattern, sourceOf } from './forge.testing.ts'
import { sha256 } from './hash.ts'
import { type OpenedEnvelope, openEnvelope, openSeekable, openStream, openVerifiedChunk, planSource } from './open.ts'

/** How an opening ended, and what it let out before. */
export interface Outcome {
  readonly result: string
  readonly released: Bytes
}

type Opening = OpenedEnvelope | { readonly refused: string }

/** A recipe of more bundles than this is run whole and as `.dcrypt` alone: what differs is where they end. */
const few = 3
/** Above it, a stream in reads of a byte takes longer than it tells. */
const smallFile = 256 * 1024

/** Everything that was not as the vector says: empty where our reader is right in all ways. */
export async function runVector(vector: Vector, people: KitPeople): Promise<readonly string[]> {
  const access = await accessOf(vector, people)
  const open = onceFor((key: Uint8Array) => openingOf(openEnvelope(key, access)))
  const bundles = await bundlesOf(vector)
  const complaints: string[] = []
  for (const bundle of bundles) {
    const opening = await open(bundle.key)
    const whole = await wholeOf(opening, bundle.enc)
    complaints.push(...(await judgeWhole(vector, whole, 'whole')))
    complaints.push(...(await runStreams(vector, { bundle, opening, whole, fewReads: bundles.length > few })))
    if (bundles.length <= few) complaints.push(...(await runChunks(vector, { bundle, opening, whole })))
    complaints.push(...(await runDcrypt(vector, bundle, open)))
  }
  return complaints
}

/** The same envelope is opened once, however often it is met. */
function onceFor(open: (key: Uint8Array) => Promise<Opening>): typeof open {
  let last: { readonly key: Uint8Array; readonly opening: Promise<Opening> } | null = null
  return key => {
    if (last === null || !equalBytes(last.key, key)) last = { key, opening: open(key) }
    return last.opening
  }
}

function openingOf(opening: Promise<OpenedEnvelope>): Promise<Opening> {
  return opening.catch((problem: unknown) => ({ refused: resultOf(problem) }))
}

/** The class as a vector writes it; what is no problem of ours is told apart. */
export function resultOf(problem: unknown): string {
  if (!(problem instanceof Error && 'code' in problem && isProblemCode(problem.code))) return `no problem: ${problem}`
  const chunk = 'data' in problem ? Object(problem.data).chunk : undefined
  return problem.code === 'damaged-at-chunk' ? `${problem.code} ${chunk}` : problem.code
}

async function outcomeOf(pieces: AsyncIterable<Bytes>): Promise<Outcome> {
  const held: Bytes[] = []
  let result = 'ok'
  try {
    for await (const piece of pieces) held.push(piece)
  } catch (problem) {
    result = resultOf(problem)
  }
  return { result, released: concat(...held) }
}

/** Opens the envelope and then the whole `.enc`, as a reader that can seek does. */
export async function openWhole(
  { key, enc }: Bundle,
  access: Parameters<typeof openEnvelope>[1],
): Promise<Outcome & { readonly opening: Opening }> {
  const opening = await openingOf(openEnvelope(key, access))
  return { ...(await wholeOf(opening, enc)), opening }
}

async function wholeOf(opening: Opening, enc: Uint8Array): Promise<Outcome> {
  if ('refused' in opening) return { result: opening.refused, released: new Uint8Array(0) }
  return outcomeOf(openSeekable(opening, sourceOf(enc)))
}

async function judgeWhole(vector: Vector, { result, released }: Outcome, way: string): Promise<string[]> {
  const complaints = compare(way, result, vector.expect)
  const right = released.length === vector.releasedLength && hex(await sha256(released)) === vector.releasedSha256
  return right ? complaints : [...complaints, `${way}: let out ${released.length} bytes that are not the vector's`]
}

function compare(way: string, result: string, expect: Expected): string[] {
  return result === expect ? [] : [`${way}: ${result} instead of ${expect}`]
}

interface Run {
  readonly bundle: Bundle
  readonly opening: Opening
  readonly whole: Outcome
}

async function runStreams(vector: Vector, run: Run & { fewReads: boolean }): Promise<string[]> {
  const { bundle, opening, whole, fewReads } = run
  if ('refused' in opening) return []
  const large = opening.layout.chunkSize + 1
  const sizes = fewReads || bundle.enc.length > smallFile ? [large] : [1, 7, large]
  const complaints: string[] = []
  for (const size of sizes) {
    const streamed = await outcomeOf(openStream(opening, inPieces(bundle.enc, size)))
    complaints.push(...judgeStream(vector, streamed, whole).map(complaint => `in reads of ${size}: ${complaint}`))
  }
  return complaints
}

/** The classes of FORMAT's table that a reader can give once the envelope has opened. */
const streamed = ['not-a-bundle', 'parts-differ', 'truncated', 'trailing-data', 'root-mismatch', 'damaged-at-chunk']

/** A reader that cannot seek may name another row's class, and lets out nothing that is not true; but see `insider`. */
function judgeStream(vector: Vector, { result, released }: Outcome, whole: Outcome): string[] {
  if (vector.expect === 'ok') {
    return result === 'ok' && equalBytes(released, whole.released) ? [] : [`${result}, ${released.length} bytes`]
  }
  const [code = ''] = result.split(' ')
  const known = streamed.includes(code)
  const prefix = vector.insider === true || equalBytes(released, truth(released.length))
  return [...(known ? [] : [`${result} is none of its classes`]), ...(prefix ? [] : ['let out what is no true prefix'])]
}

/** Each chunk by itself, and ranges over their edges. */
async function runChunks(vector: Vector, { bundle, opening, whole }: Run): Promise<string[]> {
  if ('refused' in opening) return []
  const source = sourceOf(bundle.enc)
  const plan = await planSource(opening, source).catch((problem: unknown) => resultOf(problem))
  if (typeof plan === 'string') return compare('planned', plan, vector.expect)
  const { chunkSize, count } = opening.layout
  const complaints: string[] = []
  for (const index of someOf(count)) {
    const { offset, length } = cipherRange(opening.layout, index)
    const alone = await outcomeOf(
      one(openVerifiedChunk(plan, { index, cipher: bundle.enc.slice(offset, offset + length) })),
    )
    const right = trueRange(vector, whole, {
      from: index * chunkSize,
      to: Math.min((index + 1) * chunkSize, plan.size),
    })
    const released = alone.released.subarray(0, right.length)
    complaints.push(...judgeChunk(vector, { ...alone, released: new Uint8Array(released) }, { index, right }))
    complaints.push(...(await runRange(vector, { bundle, opening, whole }, index * chunkSize)))
  }
  return complaints
}

async function* one(piece: Promise<Bytes>): AsyncGenerator<Bytes> {
  yield await piece
}

/** Few chunks: all; many: those at the ends and where the counter takes a second byte. */
function someOf(count: number): readonly number[] {
  if (count <= 8) return Array.from({ length: count }, (_, index) => index)
  return [...new Set([0, 1, 254, 255, 256, count - 1])].filter(index => index < count)
}

function judgeChunk(vector: Vector, alone: Outcome, { index, right }: { index: number; right: Bytes }): string[] {
  if (vector.damaged.includes(index)) {
    const refused = alone.released.length === 0
    const said = compare(`chunk ${index}`, alone.result, `damaged-at-chunk ${index}`)
    return refused ? said : [...said, `chunk ${index}: let something out`]
  }
  const complaints = compare(`chunk ${index}`, alone.result, 'ok')
  return equalBytes(alone.released, right) ? complaints : [...complaints, `chunk ${index}: other bytes`]
}

/** The bytes around an edge of chunks: the first damaged chunk on the way ends it. */
async function runRange(vector: Vector, { bundle, opening, whole }: Run, edge: number): Promise<string[]> {
  if ('refused' in opening) return []
  const { chunkSize, plainMax } = opening.layout
  const size = opening.metadata.files.reduce((sum, file) => sum + file.size, 0)
  const from = Math.max(0, edge - 3)
  const to = Math.min(edge + 5, size, plainMax)
  if (from >= to) return []
  const outcome = await outcomeOf(openSeekable(opening, sourceOf(bundle.enc), { from, to }))
  const touched = [Math.floor(from / chunkSize), Math.floor((to - 1) / chunkSize)]
  const broken = touched.find(index => vector.damaged.includes(index))
  const end = broken === undefined ? to : Math.max(from, broken * chunkSize)
  const right = trueRange(vector, whole, { from, to: end })
  const complaints = compare(
    `range at ${edge}`,
    outcome.result,
    broken === undefined ? 'ok' : `damaged-at-chunk ${broken}`,
  )
  return equalBytes(outcome.released, right) ? complaints : [...complaints, `range at ${edge}: other bytes`]
}

function trueRange(vector: Vector, whole: Outcome, { from, to }: { from: number; to: number }): Bytes {
  return (vector.expect === 'ok' ? whole.released : truth(to)).slice(from, Math.max(from, to))
}

let longest = pattern(0)

/** The kit's plaintext: what is not the pattern is nobody's file. */
function truth(length: number): Bytes {
  if (length > longest.length) longest = pattern(length)
  return longest.slice(0, length)
}

async function runDcrypt(
  vector: Vector,
  { key, enc }: Bundle,
  open: (key: Uint8Array) => Promise<Opening>,
): Promise<string[]> {
  const joined = joinBundle('', enc)
  const file = concat(key, joined)
  const expect = vector.dcrypt ?? vector.expect
  if (expect === 'ok' && !isBundle(file.subarray(0, splitWindow))) return ['.dcrypt: not taken for one']
  const outcome = await dcryptOf(file, open)
  if (vector.dcrypt !== undefined) return compare('.dcrypt', outcome.result, expect)
  return judgeWhole(vector, outcome, '.dcrypt')
}

async function dcryptOf(file: Uint8Array, open: (key: Uint8Array) => Promise<Opening>): Promise<Outcome> {
  try {
    const { envelope, encOffset } = splitBundle(file)
    return await wholeOf(await open(envelope), file.subarray(encOffset))
  } catch (problem) {
    return { result: resultOf(problem), released: new Uint8Array(0) }
  }
}
