/** Seals a plaintext into a file, several chunks at once. */
import type { Bytes } from '#shared/format/bytes.ts'
import { digestLength, headerLength } from '#shared/format/sizes.ts'
import { widthFor } from './buffers.ts'
import { inTurn } from './in-turn.ts'
import type { Plaintext } from './plaintext.ts'
import type { Progress } from './progress.ts'
import { type ChunkToSeal, type Sealer, type SealerOptions, sealerOf } from './sealer.ts'
import { writeAll } from './write-all.ts'

export interface SealRun extends SealerOptions {
  readonly plaintext: Plaintext
  readonly progress: Progress
}

/** Writes a whole `.enc`. Returns its digests and the plaintext's length. */
export async function writeEnc(run: SealRun): Promise<{ digests: Bytes; plaintextLength: number }> {
  const { sealing, handle, start, plaintext, progress } = run
  const chunkSize = 2 ** sealing.chunkExponent
  const sealer = sealerOf(run)
  const digests = digestList()
  let end = start + headerLength
  let plaintextLength = 0
  await writeAll(handle, sealing.header, start)
  await inTurn(plainChunks(plaintext, sealer, chunkSize), {
    width: widthFor(chunkSize),
    work: chunk => sealOne(sealer, chunk),
    async take({ digest, length, plainLength }) {
      digests.add(digest)
      end += length
      plaintextLength += plainLength
      progress.add(plainLength)
    },
  })
  await plaintext.finish()
  await writeAll(handle, digests.all(), end)
  return { digests: digests.all(), plaintextLength }
}

async function sealOne(sealer: Sealer, { index, final, plain, done }: PlainChunk) {
  try {
    return { ...(await sealer.seal({ index, final, plain })), plainLength: plain.length }
  } finally {
    done()
  }
}

interface Piece {
  readonly plain: ChunkToSeal['plain']
  /** It is not needed any more. */
  done(): void
}

type PlainChunk = Piece & Omit<ChunkToSeal, 'plain'>

/** Reads one chunk ahead, since only the last one may be the last. */
async function* plainChunks(plaintext: Plaintext, sealer: Sealer, chunkSize: number): AsyncGenerator<PlainChunk> {
  let here = await nextPiece(plaintext, sealer, chunkSize)
  for (let index = 0; ; index++) {
    const ahead = here.plain.length < chunkSize ? null : await nextPiece(plaintext, sealer, chunkSize)
    const final = ahead === null || ahead.plain.length === 0
    yield { index, final, ...here }
    if (final) return
    here = ahead
  }
}

async function nextPiece(plaintext: Plaintext, { buffers, readsFiles }: Sealer, chunkSize: number): Promise<Piece> {
  const claim = readsFiles ? await plaintext.claim(chunkSize) : null
  if (claim !== null) return { plain: claim.part, done: claim.done }
  const buffer = buffers.take()
  const plain = buffer.subarray(0, await plaintext.fill(buffer))
  return { plain, done: () => buffers.give(buffer) }
}

/** Digests one after another, however many they become. */
function digestList(): { add(digest: Uint8Array): void; all(): Bytes } {
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
