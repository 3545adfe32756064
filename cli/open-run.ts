/** Opens an `.enc`, several chunks at once, and puts the files' bytes where they belong. */
import { type ChunkPlan, type OpenedEnvelope, openStream, planSource } from '#shared/crypto/open.ts'
import { plainRange } from '#shared/format/sizes.ts'
import { widthFor } from './buffers.ts'
import type { Enc } from './bundle.ts'
import type { Crew } from './chunk-workers.ts'
import type { Direct, PlainSink } from './file-writer.ts'
import { inTurn } from './in-turn.ts'
import { type Opener, openerOf } from './opener.ts'
import type { Progress } from './progress.ts'

export interface OpenRun {
  readonly opened: OpenedEnvelope
  readonly enc: Enc
  readonly sink: PlainSink
  readonly progress: Progress
  /** `null` works without. */
  readonly crew: Crew | null
}

/**
 * Opens all of a transfer. From a file, what the sink gets is the sender's; from a pipe it is the sender's only once
 * this has returned. Throws what `planSource` and `openVerifiedChunk`, or `openStream`, throw, and what the sink throws.
 */
export async function openAll(run: OpenRun): Promise<void> {
  const { opened, enc, crew } = run
  if (!('source' in enc)) return openPipe(run, enc.stream)
  const plan = await planSource(opened, enc.source)
  await openChunks(run, plan, openerOf({ plan, source: enc.source, crew }))
}

async function openPipe({ opened, sink, progress }: OpenRun, stream: AsyncIterable<Uint8Array>): Promise<void> {
  let offset = 0
  for await (const plain of openStream(opened, stream)) {
    await sink.write(offset, plain)
    offset += plain.length
    progress.add(plain.length)
  }
}

function openChunks({ sink, progress }: OpenRun, plan: ChunkPlan, opener: Opener): Promise<void> {
  return inTurn(places(plan, opener.writesFiles ? sink : null), {
    width: widthFor(plan.layout.chunkSize),
    async work({ index, direct, ...place }) {
      const opened = await opener.open(index, direct?.part ?? null)
      await direct?.done()
      return { ...opened, ...place }
    },
    async take({ plain, offset, length, release }) {
      const wanted = plain.subarray(0, length)
      if (wanted.length > 0) await sink.write(offset, wanted)
      release()
      progress.add(length)
    },
  })
}

interface Place {
  readonly index: number
  readonly offset: number
  /** Of the files' bytes; what comes behind them is padding. */
  readonly length: number
  readonly direct: Direct | null
}

async function* places({ layout, size }: ChunkPlan, sink: PlainSink | null): AsyncGenerator<Place> {
  for (let index = 0; index < layout.count; index++) {
    const { offset, length: whole } = plainRange(layout, index)
    const length = Math.max(0, Math.min(whole, size - offset))
    // A chunk whose length is not known, or that ends in padding, is cut before it is written.
    const isFull = index < layout.count - 1 && length === whole
    yield { index, offset, length, direct: isFull && sink !== null ? await sink.direct(offset, length) : null }
  }
}
