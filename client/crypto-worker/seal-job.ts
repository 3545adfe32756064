/** Sealing a transfer: segments go to the lanes in order, digests come back, the envelope is made at the end. */

import { segmentsOf } from '#client/shelf/segments.ts'
import type { Segment, Shelf, ShelfJob } from '#client/shelf/shelf.ts'
import type { CardJson } from '#shared/contract/account.ts'
import { Problem } from '#shared/contract/problems.ts'
import { type Identity, identityHash } from '#shared/crypto/identity.ts'
import { finishSealing, handOut, type Sealing, startSealing } from '#shared/crypto/seal.ts'
import { encodeBase64 } from '#shared/format/base64.ts'
import type { Bytes } from '#shared/format/bytes.ts'
import type { Card } from '#shared/format/card.ts'
import { encodeMetadata, type Metadata } from '#shared/format/metadata.ts'
import { digestLength, exponentFor, type Layout, layoutOf, padme, plainRange } from '#shared/format/sizes.ts'
import { makeFlights } from './flights.ts'
import type { Control } from './jobs.ts'
import type { Lanes } from './lanes.ts'
import type { OnJobEvent, Sealed, SealOrder } from './orders.ts'
import { trustedCard } from './people.ts'
import { piecesOf, type SourceFile, snapshot } from './pieces.ts'
import { type Counter, makeCounter } from './progress.ts'

const mebibyte = 1024 * 1024
/** Segments in memory: small, since they wait there for their part to be accepted. */
const memorySegment = 4 * mebibyte
/** Segments on disk: each file costs a flush, but the first part goes out once the first segment lies there. */
const fileSegment = 8 * mebibyte
const largeFileSegment = 32 * mebibyte
const largeTransfer = 128 * mebibyte
const usualPart = 8 * mebibyte

export interface SealJob {
  readonly order: SealOrder
  readonly identity: Identity
  readonly shelf: Shelf
  readonly lanes: Lanes
  readonly control: Control
  readonly onEvent: OnJobEvent
  /** Told the job's place on the shelf once it is made. */
  readonly onShelf: (job: ShelfJob) => void
}

/**
 * Seals a transfer onto the shelf. Throws `file-changed` (`data.name`), `name-refused`, `nothing-to-send`,
 * `card-refused`, `storage-full`, `too-large`, `cancelled`; the job's bytes are removed from the shelf then.
 */
export async function sealTransfer(job: SealJob): Promise<Sealed> {
  const { order, shelf, onShelf } = job
  const plan = await planSealing(order)
  const place = await shelf.begin(shelfPlan(order, plan))
  onShelf(place)
  try {
    const digests = await sealSegments({ ...job, plan, place })
    const sealed = await finish(job, plan, digests)
    await place.complete(digests)
    return sealed
  } catch (error) {
    place.fail(error)
    await shelf.clear(order.jobId).catch(() => undefined)
    throw error
  }
}

interface Plan {
  readonly files: readonly SourceFile[]
  readonly metadata: Metadata
  readonly cards: readonly Card[]
  readonly layout: Layout
  readonly segments: readonly Segment[]
  readonly sealing: Sealing
}

async function planSealing(order: SealOrder): Promise<Plan> {
  const files = snapshot(order.files)
  const metadata = metadataOf(order, files)
  encodeMetadata(metadata)
  const cards = await Promise.all(order.recipients.map(trustedCard))
  const size = files.reduce((sum, file) => sum + file.size, 0)
  const plaintextLength = order.padding ? padme(size) : size
  const exponent = exponentFor(plaintextLength)
  const layout = layoutOf({ suite: order.suite, exponent, plaintextLength })
  const segments = segmentsOf(layout, segmentSize(order, plaintextLength))
  const sealing = await startSealing({ suite: order.suite, chunkExponent: exponent })
  return { files, metadata, cards, layout, segments, sealing }
}

function metadataOf({ title, note, now }: SealOrder, files: readonly SourceFile[]): Metadata {
  return {
    created: now,
    files: files.map(({ name, file, size, modified }) => ({ name, size, type: file.type, modified })),
    ...(title === undefined ? {} : { title }),
    ...(note === undefined ? {} : { note }),
  }
}

function segmentSize({ shelf }: SealOrder, plaintextLength: number): number {
  if (shelf === 'memory') return memorySegment
  return plaintextLength > largeTransfer ? largeFileSegment : fileSegment
}

function shelfPlan({ jobId, partSize = usualPart }: SealOrder, { sealing, layout, segments }: Plan) {
  return { jobId, header: sealing.header, layout, segments, partSize }
}

async function sealSegments(job: SealJob & { plan: Plan; place: ShelfJob }): Promise<Bytes> {
  const { plan, place, lanes, control } = job
  const digests = new Uint8Array(plan.layout.count * digestLength)
  const counter = makeCounter('sealing', { total: plan.layout.plainMax, onEvent: job.onEvent })
  // One segment more than lanes: the next one waits in its lane, so that none stands idle.
  const flights = makeFlights(lanes.count)
  try {
    for (const segment of plan.segments) {
      await control.gate()
      const output = await place.place(segment, control.signal)
      await flights.add(sealSegment(job, { segment, output, digests, counter }))
    }
    await flights.land()
    control.signal.throwIfAborted()
    return digests
  } catch (error) {
    await flights.settle()
    throw error
  }
}

async function sealSegment(
  { plan, place, lanes, control }: SealJob & { plan: Plan; place: ShelfJob },
  at: { segment: Segment; output: Awaited<ReturnType<ShelfJob['place']>>; digests: Bytes; counter: Counter },
): Promise<void> {
  const { first, count } = at.segment
  const { layout, files, sealing } = plan
  const last = plainRange(layout, first + count - 1)
  const offset = first * layout.chunkSize
  const length = last.offset + last.length - offset
  const pieces = piecesOf(files, offset, length)
  handOut(sealing, { first, count })
  const run = await lanes.seal({ keys: sealing.keys, layout, pieces, first, count, output: at.output })
  control.signal.throwIfAborted()
  at.digests.set(run.digests, first * digestLength)
  place.written(at.segment, run.sealed)
  at.counter.add(length)
}

async function finish({ order, identity }: SealJob, plan: Plan, digests: Bytes): Promise<Sealed> {
  refuseChanged(plan.files)
  const { metadata, cards, layout, sealing } = plan
  const recipients = cards.map(card => ({ type: 'p384' as const, card }))
  const finishing = { plaintextLength: layout.plainMax, digests, metadata, sender: identity, recipients }
  const sealed = await finishSealing(sealing, finishing)
  return {
    envelope: sealed.envelopeText,
    length: layout.length,
    transfer: encodeBase64(sealed.transfer),
    stanzas: await stanzaPlaces(order.recipients, cards, identity),
  }
}

/** The sender's own stanza stands last, unless the sender was chosen as a recipient. */
async function stanzaPlaces(
  chosen: readonly CardJson[],
  cards: readonly Card[],
  identity: Identity,
): Promise<Readonly<Record<string, number>>> {
  const own = encodeBase64(await identityHash(identity.card))
  const hashes = await Promise.all(cards.map(async card => encodeBase64(await identityHash(card))))
  const places = Object.fromEntries(hashes.map((hash, place) => [hash, place]))
  return own in places ? places : { ...places, [own]: chosen.length }
}

function refuseChanged(files: readonly SourceFile[]): void {
  const changed = files.find(({ file, size, modified }) => file.size !== size || file.lastModified !== modified)
  if (changed !== undefined) throw new Problem('file-changed', { data: { name: changed.name } })
}
