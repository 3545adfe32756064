/** Opens an `.enc`, several chunks at once, and hands the files' bytes on in order. */

import { type OpenedEnvelope, openStream, openVerifiedChunk, planSource } from '#shared/crypto/open.ts'
import { totalSize } from '#shared/format/metadata.ts'
import { cipherRange } from '#shared/format/sizes.ts'
import { buffersOf, widthFor } from './buffers.ts'
import type { Enc } from './bundle.ts'
import { inTurn } from './in-turn.ts'

/** Takes the files' bytes, padding cut off, one piece after another. */
export type TakePlain = (plain: Uint8Array) => Promise<void>

/**
 * Opens all of a transfer. From a file each piece is the sender's when it is handed on; from a pipe only once this has
 * returned. Throws what `planSource` and `openVerifiedChunk`, or `openStream`, throw, and what `take` throws.
 */
export async function openAll(opened: OpenedEnvelope, enc: Enc, take: TakePlain): Promise<void> {
  if ('source' in enc) return openFile(opened, enc.source, take)
  for await (const plain of openStream(opened, enc.stream)) await take(plain)
}

async function openFile(
  opened: OpenedEnvelope,
  source: Extract<Enc, { source: unknown }>['source'],
  take: TakePlain,
): Promise<void> {
  const plan = await planSource(opened, source)
  const { layout } = plan
  const buffers = buffersOf(cipherRange(layout, 0).length)
  let left = totalSize(opened.metadata.files)
  await inTurn(indexes(layout.count), {
    width: widthFor(layout.chunkSize),
    async work(index) {
      const { offset, length } = cipherRange(layout, index)
      const buffer = buffers.take()
      const cipher = buffer.subarray(0, length)
      await source.fill(cipher, offset)
      const plain = await openVerifiedChunk(plan, index, cipher)
      buffers.give(buffer)
      return plain
    },
    async take(plain) {
      const wanted = plain.subarray(0, left)
      left -= wanted.length
      if (wanted.length > 0) await take(wanted)
    },
  })
}

async function* indexes(count: number): AsyncGenerator<number> {
  for (let index = 0; index < count; index++) yield index
}
