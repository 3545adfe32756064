/** A lane's sealing: reads, seals, hashes and writes consecutive chunks. */

import { createSegmentFile } from '#client/shelf/segment-file.ts'
import type { SegmentOutput } from '#client/shelf/shelf.ts'
import { sha256 } from '#shared/crypto/hash.ts'
import { sealChunk } from '#shared/crypto/suites.ts'
import type { Bytes } from '#shared/format/bytes.ts'
import { cipherRange, digestLength, plainRange } from '#shared/format/sizes.ts'
import { makeFlights } from './flights.ts'
import type { SealedRun, SealOrderOfLane } from './lane-orders.ts'
import { readChunks } from './plaintext.ts'
import type { Release } from './release.ts'

/** Chunks between plaintext and output: the engine seals and hashes some while the next one is read. */
const inFlight = 5

/**
 * Seals one run. Throws `file-changed` (`data.name`) and `storage-full`; whatever was written is worthless then.
 * The output's own file is flushed once, at the end.
 */
export async function sealRun(order: SealOrderOfLane, release: Release): Promise<SealedRun> {
  const { keys, layout, first, count } = order
  const sink = await openSink(order.output, release)
  const digests = new Uint8Array(count * digestLength)
  const flights = makeFlights(inFlight)
  const start = cipherRange(layout, first).offset

  async function sealOne(index: number, plain: Bytes): Promise<void> {
    const cipher = await sealChunk(keys, { index, final: index === layout.count - 1, plain, release })
    digests.set(await sha256(cipher), (index - first) * digestLength)
    sink.write(cipher, { place: index - first, at: cipherRange(layout, index).offset - start })
  }

  try {
    let index = first
    // WebCrypto copies its input before it answers, so the one read buffer is free for the next chunk at once.
    for await (const plain of readChunks(stretchOf(order))) await flights.add(sealOne(index++, plain))
    await flights.land()
    return { digests, sealed: sink.finish() }
  } catch (error) {
    await flights.settle()
    sink.abandon()
    throw error
  }
}

function stretchOf({ layout, pieces, first, count }: SealOrderOfLane) {
  const last = plainRange(layout, first + count - 1)
  const length = last.offset + last.length - first * layout.chunkSize
  return { pieces, chunkSize: layout.chunkSize, length }
}

interface Sink {
  write(cipher: Bytes, where: { place: number; at: number }): void
  finish(): readonly Bytes[]
  abandon(): void
}

async function openSink(output: SegmentOutput, release: Release): Promise<Sink> {
  switch (output.kind) {
    case 'opfs':
      return fileSink(output, release)
    case 'memory':
      return memorySink()
    case 'none':
      return { write: cipher => release(cipher.buffer), finish: () => [], abandon: () => undefined }
  }
}

async function fileSink(output: { jobId: string; segment: number }, release: Release): Promise<Sink> {
  const file = await createSegmentFile(output.jobId, output.segment)
  return {
    write(cipher, { at }) {
      file.write(cipher, at)
      release(cipher.buffer)
    },
    finish() {
      file.finish()
      return []
    },
    abandon: file.abandon,
  }
}

function memorySink(): Sink {
  const held: Bytes[] = []
  return {
    write(cipher, { place }) {
      held[place] = cipher
    },
    finish: () => held,
    abandon: () => undefined,
  }
}
