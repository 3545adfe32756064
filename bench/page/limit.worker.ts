/** One worker of a limit: only reads, only computes, or only writes; or a lane whose file is in its own memory. */
import { expose } from 'comlink'
import { makeLane } from '#client/crypto-worker/lane.ts'
import type { SealOrderOfLane } from '#client/crypto-worker/lane-orders.ts'
import { type Piece, piecesOf, snapshot } from '#client/crypto-worker/pieces.ts'
import { readChunks } from '#client/crypto-worker/plaintext.ts'
import { createSegmentFile } from '#client/shelf/segment-file.ts'
import { makeArithmetic } from './arithmetic.ts'
import type { Suite } from './measures.ts'
import { MemoryFile } from './memory-file.ts'
import { memorySample } from './sample.ts'

/** Enough that the engine's own threads never wait for this one. */
const inFlight = 3

interface Sum {
  readonly suite: Suite
  readonly chunkSize: number
  readonly count: number
}

async function repeat(count: number, step: () => Promise<void>): Promise<void> {
  let left = count
  const go = async () => {
    while (left-- > 0) await step()
  }
  await Promise.all(Array.from({ length: inFlight }, go))
}

const lane = makeLane()
let memory: MemoryFile | null = null

const limits = {
  /** Seals as the lanes do, `length` bytes of memory that no other process has to hand over. */
  async sealMemory({ length, ...order }: Omit<SealOrderOfLane, 'pieces' | 'output'> & { length: number }) {
    memory = memory?.size === length ? memory : new MemoryFile(memorySample(length))
    const pieces = piecesOf(snapshot([{ path: 'memory', file: memory }]), 0, length)
    await lane.seal({ ...order, pieces, output: { kind: 'none' } })
  },

  async read(stretch: { pieces: readonly Piece[]; chunkSize: number; length: number }) {
    for await (const _ of readChunks(stretch));
  },

  async seal({ suite, chunkSize, count }: Sum) {
    const { seal } = await makeArithmetic(suite, chunkSize)
    await repeat(count, seal)
  },

  async open({ suite, chunkSize, count }: Sum) {
    const { open } = await makeArithmetic(suite, chunkSize)
    await repeat(count, open)
  },

  async write({ jobId, segment, length }: { jobId: string; segment: number; length: number }) {
    const bytes = new Uint8Array(512 * 1024).fill(segment + 1)
    const file = await createSegmentFile(jobId, segment)
    for (let at = 0; at < length; at += bytes.length) file.write(bytes.subarray(0, length - at), at)
    file.finish()
  },
}

export type Limits = typeof limits
expose(limits)
