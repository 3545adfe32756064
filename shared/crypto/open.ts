/** Opening a transfer: the envelope first, then the digests, then chunks. The mirror image is seal.ts. */
import { Problem } from '#shared/contract/problems.ts'
import { asBytes, type Bytes, equalBytes } from '#shared/format/bytes.ts'
import { type Envelope, envelopeLayout, parseEnvelope } from '#shared/format/envelope.ts'
import { type Header, mayHaveMagic } from '#shared/format/header.ts'
import { type Metadata, totalSize } from '#shared/format/metadata.ts'
import { cipherRange, digestLength, headerLength, type Layout } from '#shared/format/sizes.ts'
import { verifyCard } from './cards.ts'
import type { ChunkToOpen } from './chunk.ts'
import { contentKeys, isCommitted } from './content-key.ts'
import { sha256 } from './hash.ts'
import { type ByteStream, type Intake, intakeOf } from './intake.ts'
import { openMetadata } from './sealed-metadata.ts'
import { type ContentKeys, openChunk } from './suites.ts'
import { type EnvelopeNames, envelopeNames } from './transcript.ts'
import { type Access, unwrap } from './wrap.ts'

export { fileSlices } from '#shared/format/metadata.ts'
export type { Access } from './wrap.ts'

/** An envelope that is proven: sender, keys, metadata and the shape of its `.enc`. */
export interface OpenedEnvelope extends EnvelopeNames {
  readonly envelope: Envelope
  readonly keys: ContentKeys
  readonly metadata: Metadata
  readonly header: Header
  readonly layout: Layout
}

/**
 * Opens an envelope (`NAME.key`, or what stands before the first newline of a `.dcrypt`). `sender` is the identity
 * hash (32 bytes) that was asked for: a contact's, or the one in a link. Throws, in this order, `not-a-bundle`,
 * `unsupported`, `envelope-damaged`, `sender-unproven`, `not-for-this-key`, as FORMAT's table says for each step;
 * nothing of the envelope may be shown as the sender's then.
 */
export async function openEnvelope(
  bytes: Uint8Array,
  access: Access & { readonly sender?: Uint8Array | undefined },
): Promise<OpenedEnvelope> {
  const envelope = parseEnvelope(bytes)
  const { header } = envelope
  const names = await envelopeNames(envelope)
  if (!(await verifyCard(envelope.sender))) throw new Problem('sender-unproven')
  if (access.sender !== undefined && !equalBytes(access.sender, names.senderHash)) throw new Problem('sender-unproven')
  const contentKey = await unwrap(envelope, access, names.transcript)
  if (!(await isCommitted(contentKey, header))) throw new Problem('envelope-damaged')
  const metadata = await openMetadata(envelope.meta, { contentKey, header })
  const layout = envelopeLayout(envelope)
  if (totalSize(metadata.files) > layout.plainMax) throw new Problem('envelope-damaged', { data: { member: 'size' } })
  return { envelope, keys: await contentKeys(contentKey, header), metadata, header, layout, ...names }
}

/** What opening a chunk takes. Plain data that can be posted to a worker; made by {@link planOf}. */
export interface ChunkPlan {
  readonly keys: ContentKeys
  readonly layout: Layout
  /** Digests whose root was checked. */
  readonly digests: Bytes
  /** Sum of the files' sizes: what the plaintext has to hold at least. */
  readonly size: number
}

/** The plan of an opened envelope; `digests` is the end of its `.enc`. Throws what {@link checkDigests} throws. */
export async function planOf(opened: OpenedEnvelope, digests: Bytes): Promise<ChunkPlan> {
  await checkDigests(opened, digests)
  return { keys: opened.keys, layout: opened.layout, digests, size: totalSize(opened.metadata.files) }
}

/** Throws `root-mismatch` where the digests do not have the envelope's content root: fetch them again, once. */
export async function checkDigests({ envelope, layout }: OpenedEnvelope, digests: Bytes): Promise<void> {
  const fits = digests.length === layout.count * digestLength && equalBytes(await sha256(digests), envelope.root)
  if (!fits) throw new Problem('root-mismatch')
}

/** A ciphertext chunk, its place, and who takes the buffers that opening it leaves behind. */
export type CipherChunk = Omit<ChunkToOpen, 'final'>

/**
 * Opens ciphertext chunk `index`, digest first. What it returns is the sender's; the last chunk may end in padding.
 * Throws `damaged-at-chunk` with `data.chunk`: fetch that chunk again, once.
 */
export async function openVerifiedChunk(plan: ChunkPlan, chunk: CipherChunk): Promise<Bytes> {
  const { index, cipher } = chunk
  const expected = plan.digests.subarray(index * digestLength, (index + 1) * digestLength)
  if (!equalBytes(await sha256(cipher), expected)) throw damagedAt(index)
  return openPlacedChunk(plan, chunk)
}

/** {@link openVerifiedChunk} for one chunk of an envelope that was just opened; checks the digests' root each time. */
export async function openChunkAt(
  opened: OpenedEnvelope,
  chunk: { index: number; cipher: Bytes; digests: Bytes },
): Promise<Bytes> {
  return openVerifiedChunk(await planOf(opened, chunk.digests), chunk)
}

async function openPlacedChunk(plan: Omit<ChunkPlan, 'digests'>, chunk: CipherChunk): Promise<Bytes> {
  const { index } = chunk
  const plain = await openChunk(plan.keys, { ...chunk, final: index === plan.layout.count - 1 })
  if (!hasItsLength(plan, index, plain.length)) throw damagedAt(index)
  return plain
}

/** Whether chunk `index` may have `length` plaintext bytes: what its place asks for, and the files' sizes of the last. */
export function hasItsLength(
  { layout, size }: Pick<ChunkPlan, 'layout' | 'size'>,
  index: number,
  length: number,
): boolean {
  if (index < layout.count - 1) return length === layout.chunkSize
  const whole = index * layout.chunkSize + length
  return whole >= Math.max(layout.plainMin, size) && whole <= layout.plainMax
}

function damagedAt(chunk: number): Problem {
  return new Problem('damaged-at-chunk', { data: { chunk } })
}

/** An `.enc` that can be read anywhere. `read` gives exactly `length` bytes, and throws its own problems. */
export interface Source {
  readonly length: number
  read(offset: number, length: number, signal?: AbortSignal): Promise<Uint8Array>
}

/**
 * Checks header, length and digests of an `.enc`, and plans its chunks. Throws, in this order, `not-a-bundle`,
 * `parts-differ`, `truncated`, `trailing-data`, `root-mismatch`.
 */
export async function planSource(opened: OpenedEnvelope, source: Source, signal?: AbortSignal): Promise<ChunkPlan> {
  checkBeginning(opened.header, await source.read(0, Math.min(headerLength, source.length), signal))
  const { length, digestsAt } = opened.layout
  if (source.length < length) throw new Problem('truncated')
  if (source.length > length) throw new Problem('trailing-data')
  return planOf(opened, asBytes(await source.read(digestsAt, length - digestsAt, signal)))
}

function checkBeginning(header: Header, beginning: Uint8Array): void {
  if (!mayHaveMagic(beginning)) throw new Problem('not-a-bundle')
  if (!equalBytes(beginning, header.bytes.subarray(0, beginning.length))) throw new Problem('parts-differ')
}

/** Which of the files' bytes are wanted: from `from` up to, not including, `to`. */
export interface Wanted {
  readonly from?: number
  readonly to?: number
  readonly signal?: AbortSignal
}

/**
 * Yields the files' bytes, padding cut off, each piece verified before it is let out. With `from` or `to` only the
 * chunks that hold them are read; without them all are, padding too, and then the whole transfer is verified. Throws
 * what {@link planSource} and {@link openVerifiedChunk} throw.
 */
export async function* openSeekable(
  opened: OpenedEnvelope,
  source: Source,
  wanted: Wanted = {},
): AsyncGenerator<Bytes, void, undefined> {
  const { from = 0, signal } = wanted
  const plan = await planSource(opened, source, signal)
  const to = Math.min(wanted.to ?? plan.size, plan.size)
  const { first, end } = chunkSpan(plan.layout, wanted, to)
  for (let index = first; index < end; index++) {
    signal?.throwIfAborted()
    const { offset, length } = cipherRange(plan.layout, index)
    const cipher = asBytes(await source.read(offset, length, signal))
    const plain = await openVerifiedChunk(plan, { index, cipher })
    yield* crop(plain, { offset: index * plan.layout.chunkSize, from, to })
  }
}

function chunkSpan({ chunkSize, count }: Layout, wanted: Wanted, to: number): { first: number; end: number } {
  if (wanted.from === undefined && wanted.to === undefined) return { first: 0, end: count }
  const from = wanted.from ?? 0
  return from < to ? { first: Math.floor(from / chunkSize), end: Math.ceil(to / chunkSize) } : { first: 0, end: 0 }
}

function* crop(plain: Bytes, { offset, from, to }: { offset: number; from: number; to: number }): Generator<Bytes> {
  const piece = plain.subarray(Math.max(0, from - offset), Math.max(0, to - offset))
  if (piece.length > 0) yield piece
}

/**
 * Opens an `.enc` that cannot be read twice. Each chunk's cipher is checked as it comes, digests and root only at the
 * end: until this generator has returned, nothing may be called finished or verified, since a recipient who holds the
 * content key could have forged it. Throws what {@link openSeekable} throws, `truncated` for an end inside a chunk.
 */
export async function* openStream(opened: OpenedEnvelope, stream: ByteStream): AsyncGenerator<Bytes, void, undefined> {
  const { layout, keys } = opened
  const size = totalSize(opened.metadata.files)
  const intake = intakeOf(stream)
  try {
    await takeHeader(opened, intake)
    const computed = new Uint8Array(layout.count * digestLength)
    for (let index = 0; index < layout.count; index++) {
      const cipher = await takeExactly(intake, cipherRange(layout, index).length)
      const plain = await openPlacedChunk({ keys, layout, size }, { index, cipher })
      computed.set(await sha256(cipher), index * digestLength)
      yield* crop(plain, { offset: index * layout.chunkSize, from: 0, to: size })
    }
    await finishStream(opened, intake, computed)
  } finally {
    await intake.close()
  }
}

async function takeHeader({ header }: OpenedEnvelope, intake: Intake): Promise<void> {
  const beginning = await intake.take(headerLength)
  checkBeginning(header, beginning)
  if (beginning.length < headerLength) throw new Problem('truncated')
}

async function takeExactly(intake: Intake, length: number): Promise<Bytes> {
  const bytes = await intake.take(length)
  if (bytes.length < length) throw new Problem('truncated')
  return bytes
}

async function finishStream(opened: OpenedEnvelope, intake: Intake, computed: Bytes): Promise<void> {
  const digests = await takeExactly(intake, computed.length)
  if ((await intake.take(1)).length > 0) throw new Problem('trailing-data')
  await checkDigests(opened, digests)
  const wrong = computed.findIndex((byte, at) => byte !== digests[at])
  if (wrong >= 0) throw damagedAt(Math.floor(wrong / digestLength))
}
