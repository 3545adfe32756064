/** A worker: hears what it is for, then reads, seals or opens, and writes one chunk after another, until it is ended. */
import { readSync, writeSync } from 'node:fs'
import { parentPort } from 'node:worker_threads'
import type { Answer, ChunkOrder, WorkerStart } from './chunk-orders.ts'
import { openInto, sealInto } from './node-chunks.ts'
import { sweeper } from './sweep.ts'

const sweep = sweeper()

parentPort?.once('message', (start: WorkerStart) => {
  const hand = handFor(start)
  parentPort?.on('message', (order: ChunkOrder) => parentPort?.postMessage(answerTo(order, hand)))
})

/** A worker's own: what it is for, and where it keeps one chunk. */
interface Hand extends WorkerStart {
  readonly input: Uint8Array
  readonly output: Uint8Array
}

function handFor(start: WorkerStart): Hand {
  return { ...start, input: new Uint8Array(start.longest), output: new Uint8Array(start.longest) }
}

function answerTo(order: ChunkOrder, hand: Hand): Answer {
  const { number } = order
  try {
    const given = take(order, hand)
    if (given === null) return { number, failed: 'short' }
    const made = carryOut(order, hand, given)
    if (made === null) return { number, failed: 'damaged' }
    put(order, hand, made.length)
    sweep(made.length)
    return { number, ...made }
  } catch (error) {
    return { number, failed: systemError(error) }
  }
}

function carryOut({ index, final, to, digest }: ChunkOrder, { keys, verb, output }: Hand, given: Uint8Array) {
  const chunk = { index, final, input: given, output: to instanceof Uint8Array ? to : output }
  if (verb === 'seal') return sealInto(keys, chunk)
  const length = digest === undefined ? null : openInto(keys, { ...chunk, digest })
  return length === null ? null : { length, digest: null }
}

/** The chunk's bytes; `null` where its file ends before them. */
function take({ from }: ChunkOrder, { input }: Hand): Uint8Array | null {
  if (from instanceof Uint8Array) return from
  const { fd, position, length } = from
  for (let done = 0; done < length; ) {
    const read = readSync(fd, input, done, length - done, position + done)
    if (read === 0) return null
    done += read
  }
  return input.subarray(0, length)
}

function put({ to }: ChunkOrder, { output }: Hand, length: number): void {
  if (to instanceof Uint8Array) return
  for (let done = 0; done < length; ) done += writeSync(to.fd, output, done, length - done, to.position + done)
}

function systemError(error: unknown): { code: string; errno: number } {
  const isSystems = error instanceof Error && 'code' in error && 'errno' in error
  if (!isSystems || typeof error.code !== 'string' || typeof error.errno !== 'number') throw error
  return { code: error.code, errno: error.errno }
}
