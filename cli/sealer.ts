/** Who seals the chunks: WebCrypto here for a few, workers for many. Each chunk is written where it belongs. */
import type { FileHandle } from 'node:fs/promises'
import { Problem } from '#shared/contract/problems.ts'
import { sha256 } from '#shared/crypto/hash.ts'
import { handOut, type Sealing } from '#shared/crypto/seal.ts'
import { sealChunk } from '#shared/crypto/suites.ts'
import { asBytes } from '#shared/format/bytes.ts'
import { cipherLength, headerLength } from '#shared/format/sizes.ts'
import { doneBy } from './answers.ts'
import { type Buffers, buffersOf } from './buffers.ts'
import type { FilePart } from './chunk-orders.ts'
import type { Crew } from './chunk-workers.ts'
import { writeAll } from './write-all.ts'

export interface ChunkToSeal {
  readonly index: number
  readonly final: boolean
  /** A part of a file only where the sealer reads files itself. */
  readonly plain: Uint8Array | FilePart
}

export interface Sealed {
  readonly digest: Uint8Array
  /** Bytes that were written. */
  readonly length: number
}

/** Seals chunks of one transfer; each index once. */
export interface Sealer {
  /** Makes buffers whose bytes the sealer can reach. */
  readonly buffers: Buffers
  readonly readsFiles: boolean
  seal(chunk: ChunkToSeal): Promise<Sealed>
}

export interface SealerOptions {
  readonly sealing: Sealing
  /** Where `.enc` goes: into this file, from `start` on. */
  readonly handle: FileHandle
  readonly start: number
  /** `null` works without. */
  readonly crew: Crew | null
}

export function sealerOf(options: SealerOptions): Sealer {
  return options.crew === null ? webSealer(options) : workingSealer(options, options.crew)
}

function placeOf({ sealing, start }: SealerOptions, index: number): number {
  return start + headerLength + index * cipherLength(sealing.suite, 2 ** sealing.chunkExponent)
}

function workingSealer(options: SealerOptions, crew: Crew): Sealer {
  const { keys, chunkExponent } = options.sealing
  const chunkSize = 2 ** chunkExponent
  const workers = crew.begin({ keys, verb: 'seal', longest: cipherLength(keys.suite, chunkSize) })
  return {
    buffers: buffersOf(chunkSize, 'shared'),
    readsFiles: true,
    async seal({ index, final, plain }) {
      handOut(options.sealing, { first: index, count: 1 })
      const to = { fd: options.handle.fd, position: placeOf(options, index) }
      const answer = await workers.carryOut({ index, final, from: plain, to })
      const { length, digest } = doneBy(answer, { index, short: 'file-changed' })
      if (digest === null) throw new Problem('internal')
      return { length, digest }
    },
  }
}

function webSealer(options: SealerOptions): Sealer {
  const { keys, chunkExponent } = options.sealing
  return {
    buffers: buffersOf(2 ** chunkExponent, 'own'),
    readsFiles: false,
    async seal({ index, final, plain }) {
      if (!(plain instanceof Uint8Array)) throw new Problem('internal')
      const cipher = await sealChunk(keys, { index, final, plain: asBytes(plain) })
      await writeAll(options.handle, cipher, placeOf(options, index))
      return { digest: await sha256(cipher), length: cipher.length }
    },
  }
}
