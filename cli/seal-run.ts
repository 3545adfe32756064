/** Seals a plaintext into a file, several chunks at once. */
import type { FileHandle } from 'node:fs/promises'
import { sha256 } from '#shared/crypto/hash.ts'
import type { Sealing } from '#shared/crypto/seal.ts'
import { sealChunk } from '#shared/crypto/suites.ts'
import type { Bytes } from '#shared/format/bytes.ts'
import { digestLength, headerLength } from '#shared/format/sizes.ts'
import { type Buffers, buffersOf, widthFor } from './buffers.ts'
import { inTurn } from './in-turn.ts'
import type { Plaintext } from './plaintext.ts'
import type { Progress } from './progress.ts'
import { writeAll } from './write-all.ts'

export interface SealRun {
  readonly sealing: Sealing
  readonly plaintext: Plaintext
  /** Where `.enc` goes: into this file, from `start` on. */
  readonly handle: FileHandle
  readonly start: number
  readonly progress: Progress
}

/** Writes a whole `.enc`. Returns its digests and the plaintext's length. */
export async function writeEnc(run: SealRun): Promise<{ digests: Bytes; plaintextLength: number }> {
  const { sealing, handle, start, progress } = run
  const chunkSize = 2 ** sealing.chunkExponent
  const buffers = buffersOf(chunkSize)
  const digests = digestList()
  let at = start + headerLength
  let plaintextLength = 0
  await writeAll(handle, sealing.header, start)
  await inTurn(plainChunks(run.plaintext, buffers), {
    width: widthFor(chunkSize),
    work: chunk => sealOne(sealing, chunk, buffers),
    async take({ cipher, digest, length }) {
      digests.add(digest)
      await writeAll(handle, cipher, at)
      at += cipher.length
      plaintextLength += length
      progress.add(length)
    },
  })
  await writeAll(handle, digests.all(), at)
  return { digests: digests.all(), plaintextLength }
}

interface PlainChunk {
  readonly index: number
  readonly final: boolean
  readonly plain: Bytes
  readonly buffer: Bytes
}

async function sealOne({ keys }: Sealing, { index, final, plain, buffer }: PlainChunk, buffers: Buffers) {
  const cipher = await sealChunk(keys, { index, final, plain })
  buffers.give(buffer)
  return { cipher, digest: await sha256(cipher), length: plain.length }
}

/** Reads one chunk ahead, since only the last one may be the last. */
async function* plainChunks(plaintext: Plaintext, buffers: Buffers): AsyncGenerator<PlainChunk> {
  const read = async () => {
    const buffer = buffers.take()
    return { buffer, plain: buffer.subarray(0, await plaintext.fill(buffer)) }
  }
  let here = await read()
  for (let index = 0; ; index++) {
    const ahead = here.plain.length < here.buffer.length ? null : await read()
    const final = ahead === null || ahead.plain.length === 0
    yield { index, final, ...here }
    if (final) return
    here = ahead
  }
}

/** Digests one after another, however many they become. */
function digestList(): { add(digest: Bytes): void; all(): Bytes } {
  let bytes = new Uint8Array(64 * digestLength)
  let length = 0
  return {
    add(digest) {
      if (length === bytes.length) {
        const wider = new Uint8Array(length * 2)
        wider.set(bytes)
        bytes = wider
      }
      bytes.set(digest, length)
      length += digestLength
    },
    all: () => bytes.subarray(0, length),
  }
}
