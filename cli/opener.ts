/** Who opens the chunks: WebCrypto here for a few, workers for many. */

import { Problem } from '#shared/contract/problems.ts'
import { type ChunkPlan, hasItsLength, openVerifiedChunk } from '#shared/crypto/open.ts'
import { asBytes } from '#shared/format/bytes.ts'
import { cipherLength, cipherRange, digestLength } from '#shared/format/sizes.ts'
import { doneBy } from './answers.ts'
import { buffersOf } from './buffers.ts'
import type { SeekableEnc } from './bundle.ts'
import type { FilePart } from './chunk-orders.ts'
import type { Crew } from './chunk-workers.ts'

export interface OpenedChunk {
  /** Its plaintext, good until `release` is called; empty where it was written already. */
  readonly plain: Uint8Array
  release(): void
}

/** Opens chunks of one transfer, digest first. */
export interface Opener {
  readonly writesFiles: boolean
  /** Writes to `direct` where there is one. Throws `damaged-at-chunk`, `truncated`, and what the system says. */
  open(index: number, direct: FilePart | null): Promise<OpenedChunk>
}

interface OpenerOptions {
  readonly plan: ChunkPlan
  readonly source: SeekableEnc['source']
  /** `null` works without. */
  readonly crew: Crew | null
}

export function openerOf(options: OpenerOptions): Opener {
  return options.crew === null ? webOpener(options) : workingOpener(options, options.crew)
}

function workingOpener({ plan, source }: OpenerOptions, crew: Crew): Opener {
  const { layout, digests, keys } = plan
  const longest = cipherLength(layout.suite, layout.chunkSize)
  const workers = crew.begin({ keys, verb: 'open', longest })
  const outputs = buffersOf(layout.chunkSize + 16, 'shared')
  return {
    writesFiles: true,
    async open(index, direct) {
      const to = direct ?? outputs.take()
      const digest = digests.slice(index * digestLength, (index + 1) * digestLength)
      const { offset, length: sealed } = cipherRange(layout, index)
      const from = { fd: source.fd, position: source.start + offset, length: sealed }
      const order = { index, final: index === layout.count - 1, from, to, digest }
      const { length } = doneBy(await workers.carryOut(order), { index, short: 'truncated' })
      if (!hasItsLength(plan, index, length)) throw new Problem('damaged-at-chunk', { data: { chunk: index } })
      if (!(to instanceof Uint8Array)) return { plain: new Uint8Array(0), release: () => undefined }
      return { plain: to.subarray(0, length), release: () => outputs.give(to) }
    },
  }
}

function webOpener({ plan, source }: OpenerOptions): Opener {
  const { layout } = plan
  const buffers = buffersOf(cipherLength(layout.suite, layout.chunkSize), 'own')
  return {
    writesFiles: false,
    async open(index) {
      const { offset, length } = cipherRange(layout, index)
      const buffer = buffers.take()
      const cipher = asBytes(buffer.subarray(0, length))
      await source.fill(cipher, offset)
      const plain = await openVerifiedChunk(plan, { index, cipher })
      buffers.give(buffer)
      return { plain, release: () => undefined }
    },
  }
}
