/** The shelf of a device without room or OPFS: a few parts in memory, each let go once the server has accepted it. */
import { headerLength } from '#shared/format/sizes.ts'
import type { JobPlan, Segment, Shelf, ShelfJob } from './shelf.ts'
import { makeTide } from './tide.ts'

/** Parts that lie in memory: three in flight and one that is being sealed. */
const heldParts = 4

interface Held {
  readonly offset: number
  readonly bytes: readonly Uint8Array<ArrayBuffer>[]
  readonly length: number
}

export function makeMemoryShelf(): Shelf {
  const jobs = new Map<string, ShelfJob>()
  return {
    async begin(plan) {
      const job = startJob(plan)
      jobs.set(plan.jobId, job)
      return job
    },
    find: async () => null,
    async clear(jobId) {
      jobs.delete(jobId)
    },
    list: async () => [],
  }
}

function startJob({ header, layout, partSize, segments }: JobPlan): ShelfJob {
  const tide = makeTide()
  const room = makeTide()
  let held: readonly Held[] = []
  const largest = segments.reduce((most, segment) => Math.max(most, segment.length), 0)
  const bound = heldParts * partSize + largest

  function keep(offset: number, bytes: readonly Uint8Array<ArrayBuffer>[]): void {
    const length = bytes.reduce((sum, piece) => sum + piece.length, 0)
    held = [...held, { offset, bytes, length }]
    tide.rise(offset, length)
  }

  keep(0, [header])
  room.rise(0, bound)
  let released = 0
  return {
    length: layout.length,
    async place(segment: Segment, signal: AbortSignal) {
      await room.reaches(segment.offset + segment.length - headerLength, signal)
      return { kind: 'memory' }
    },
    written: (segment, sealed) => keep(segment.offset, sealed),
    complete: async digests => keep(layout.digestsAt, [digests]),
    available: tide.reaches,
    read: async (offset, length) => gather(held, offset, length),
    release(offset) {
      held = held.filter(piece => piece.offset + piece.length > offset)
      if (offset > released) room.rise(released + bound, offset - released)
      released = Math.max(released, offset)
    },
    fail(reason) {
      tide.fail(reason)
      room.fail(reason)
    },
  }
}

/** Puts a range together from pieces that lie one after another, in whatever order they came. */
function gather(held: readonly Held[], offset: number, length: number): Blob {
  const found: { readonly from: number; readonly bytes: Uint8Array<ArrayBuffer> }[] = []
  for (const piece of held) {
    let at = piece.offset
    for (const bytes of piece.bytes) {
      const from = Math.max(offset, at)
      const to = Math.min(offset + length, at + bytes.length)
      if (from < to) found.push({ from, bytes: bytes.subarray(from - at, to - at) })
      at += bytes.length
    }
  }
  return new Blob(found.sort((a, b) => a.from - b.from).map(({ bytes }) => bytes))
}
