/** One worker of a limit: only reads, only computes, or only writes. */
import { expose } from 'comlink'
import type { Piece } from '#client/crypto-worker/pieces.ts'
import { readChunks } from '#client/crypto-worker/plaintext.ts'
import { makeDrain } from '#client/crypto-worker/release.ts'
import { createSegmentFile } from '#client/shelf/segment-file.ts'
import { sha256 } from '#shared/crypto/hash.ts'
import { type ContentKeys, openChunk, sealChunk } from '#shared/crypto/suites.ts'

const release = makeDrain()
/** Enough that the engine's own threads never wait for this one. */
const inFlight = 2

async function inTurn(count: number, step: (index: number) => Promise<void>): Promise<void> {
  let next = 0
  const go = async () => {
    for (let index = next++; index < count; index = next++) await step(index)
  }
  await Promise.all(Array.from({ length: inFlight }, go))
}

const limits = {
  async read(stretch: { pieces: readonly Piece[]; chunkSize: number; length: number }) {
    for await (const _ of readChunks(stretch));
  },

  async seal({ keys, chunkSize, count }: { keys: ContentKeys; chunkSize: number; count: number }) {
    const plain = new Uint8Array(chunkSize)
    await inTurn(count, async index => {
      const cipher = await sealChunk(keys, { index, final: false, plain })
      await sha256(cipher)
      release(cipher.buffer)
    })
  },

  async open({ keys, chunkSize, count }: { keys: ContentKeys; chunkSize: number; count: number }) {
    const cipher = await sealChunk(keys, { index: 0, final: false, plain: new Uint8Array(chunkSize) })
    await inTurn(count, async () => {
      await sha256(cipher)
      const plain = await openChunk(keys, { index: 0, final: false, cipher })
      release(plain.buffer)
    })
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
