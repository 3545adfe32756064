/** A lane's opening: fetches (or reads) consecutive chunks, checks each one and lets its plaintext out. */

import { getRange } from '#client/api/download.ts'
import { type ByteReader, type Filled, readBytes } from '#client/shelf/byte-reader.ts'
import { openSegmentFile } from '#client/shelf/segment-file.ts'
import { Problem } from '#shared/contract/problems.ts'
import { type ChunkPlan, openVerifiedChunk } from '#shared/crypto/open.ts'
import type { Bytes } from '#shared/format/bytes.ts'
import { cipherRange, type Layout } from '#shared/format/sizes.ts'
import { makeFlights } from './flights.ts'
import type { CipherSource, OpenedRun, OpenOrderOfLane, Run } from './lane-orders.ts'
import type { Release } from './release.ts'

/** A connection that gives nothing for this long is given up. */
const stallLimit = 30_000
/** Chunks that are checked at once while the next one is read. */
const checkedAtOnce = 3
/** Larger chunks are checked one by one: their buffers count. */
const smallChunk = 1024 * 1024

interface Opening {
  readonly plan: ChunkPlan
  readonly signal: AbortSignal
  readonly release: Release
}

/** Opens one run. What went wrong stands in the answer, beside how many chunks were let out before it. */
export async function openRun(order: OpenOrderOfLane, opening: Opening): Promise<OpenedRun> {
  const progress = { opened: 0 }
  try {
    await openChunks(order, { ...opening, done: () => progress.opened++ })
    return progress
  } catch (error) {
    const problem = error instanceof Problem ? placed(error, opening.plan).toJSON() : lostProblem(error, opening)
    return { opened: progress.opened, problem }
  } finally {
    order.out?.close()
  }
}

/** Says of a damaged chunk how many there are, for people: "chunk 3 of 5". */
function placed(problem: Problem, { layout }: ChunkPlan): Problem {
  if (problem.code !== 'damaged-at-chunk') return problem
  return new Problem(problem.code, { data: { ...problem.data, chunks: layout.count }, cause: problem.cause })
}

function lostProblem(error: unknown, { signal }: Opening): unknown {
  if (signal.aborted) return new Problem('cancelled').toJSON()
  const internal = error instanceof RangeError || error instanceof ReferenceError
  return new Problem(internal ? 'internal' : 'network').toJSON()
}

async function openChunks(order: OpenOrderOfLane, opening: Opening & { done: () => void }): Promise<void> {
  const { plan, signal, release } = opening
  const reader = await openCipher(order, plan.layout, signal)
  const flights = makeFlights(plan.layout.chunkSize <= smallChunk ? checkedAtOnce - 1 : 0)
  const spare: ArrayBuffer[] = []
  let before = Promise.resolve()
  try {
    for (let index = order.first; index < order.first + order.count; index++) {
      const { length } = cipherRange(plan.layout, index)
      const given = spare.pop() ?? newBuffer(plan.layout)
      const { buffer, filled } = await reader.fill({ buffer: given, offset: 0, length })
      if (filled < length) throw new Problem('network')
      before = openOne({ index, cipher: new Uint8Array(buffer, 0, length), before })
      await flights.add(before)
    }
    await flights.land()
  } finally {
    await flights.settle()
    await reader.cancel()
  }

  /** Checks side by side, lets out in order: a chunk behind a damaged one never goes out. */
  async function openOne(chunk: { index: number; cipher: Bytes; before: Promise<void> }): Promise<void> {
    const plain = await openVerifiedChunk(plan, { index: chunk.index, cipher: chunk.cipher, release })
    await chunk.before
    spare.push(chunk.cipher.buffer)
    if (order.out === undefined) release(plain.buffer)
    else order.out.postMessage({ index: chunk.index, plain }, [plain.buffer])
    opening.done()
  }
}

function newBuffer(layout: Layout): ArrayBuffer {
  const { length } = cipherRange(layout, 0)
  return new ArrayBuffer(length)
}

async function openCipher(order: OpenOrderOfLane, layout: Layout, signal: AbortSignal): Promise<ByteReader> {
  return order.source.kind === 'opfs'
    ? openSegmentFile(order.source.jobId, order.source.segment)
    : readRemote(order.source, rangeOf(layout, order), signal)
}

function rangeOf(layout: Layout, { first, count }: Run): { offset: number; length: number } {
  const { offset } = cipherRange(layout, first)
  const last = cipherRange(layout, first + count - 1)
  return { offset, length: last.offset + last.length - offset }
}

async function readRemote(
  { grant }: CipherSource & { kind: 'remote' },
  range: { offset: number; length: number },
  signal: AbortSignal,
): Promise<ByteReader> {
  const stall = new AbortController()
  const answer = await within(stall, getRange({ grant, ...range, signal: AbortSignal.any([signal, stall.signal]) }))
  const reader = readBytes(answer.body)
  return { ...reader, fill: wanted => within(stall, reader.fill(wanted)) }
}

/** Ends the connection where `step` takes longer than the stall limit. */
async function within<T extends Filled | { body: unknown }>(stall: AbortController, step: Promise<T>): Promise<T> {
  const timer = setTimeout(() => stall.abort(new Problem('network')), stallLimit)
  try {
    return await step
  } finally {
    clearTimeout(timer)
  }
}
