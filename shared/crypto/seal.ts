/** Sealing a transfer: the header first, then the chunks in any order, then the envelope. The mirror image is open.ts. */
import { Problem } from '#shared/contract/problems.ts'
import { type Bytes, concat, equalBytes } from '#shared/format/bytes.ts'
import { type Envelope, encodeEnvelope, maxStanzas } from '#shared/format/envelope.ts'
import type { Header } from '#shared/format/header.ts'
import { encodeMetadata, type Metadata, totalSize } from '#shared/format/metadata.ts'
import {
  defaultExponent,
  digestLength,
  exponentFor,
  type Layout,
  layoutOf,
  maxExponent,
  minExponent,
  padme,
  plainRange,
  type SuiteName,
} from '#shared/format/sizes.ts'
import type { Stanza } from '#shared/format/stanza.ts'
import { verifyCard } from './cards.ts'
import { commitHeader, contentKeys, isCommitted } from './content-key.ts'
import { sha256 } from './hash.ts'
import type { Identity } from './identity.ts'
import { type ByteStream, type Intake, intakeOf } from './intake.ts'
import { type ChunkRun, claimChunks, spend } from './nonces.ts'
import { platformRandom, type Random } from './random.ts'
import { sealMetadata } from './sealed-metadata.ts'
import { type ContentKeys, sealChunk } from './suites.ts'
import { type EnvelopeNames, envelopeNames } from './transcript.ts'
import { type Recipient, unwrap, wrap } from './wrap.ts'

/** One encryption on its way. Its content key stays in this module. */
export interface Sealing {
  readonly suite: SuiteName
  readonly chunkExponent: number
  /** The 76 bytes that `.enc` begins with. */
  readonly header: Bytes
  /** For `sealChunk`, here or in sibling workers; each index once. */
  readonly keys: ContentKeys
}

interface Held {
  readonly contentKey: Bytes
  readonly header: Header
  readonly random: Random
}

const unfinished = new WeakMap<Sealing, Held>()

/** Starts an encryption under a new content key. A resumed one re-sends stored ciphertext, or starts again here. */
export async function startSealing(options: {
  suite: SuiteName
  chunkExponent?: number
  random?: Random
}): Promise<Sealing> {
  const { suite, chunkExponent = defaultExponent, random = platformRandom } = options
  if (chunkExponent < minExponent || chunkExponent > maxExponent) throw new Problem('internal')
  const contentKey = random(32)
  const bound = { suite, exponent: chunkExponent, salt: random(32) }
  const header = await commitHeader(contentKey, bound)
  const sealing = { suite, chunkExponent, header: header.bytes, keys: await contentKeys(contentKey, bound) }
  unfinished.set(sealing, { contentKey, header, random })
  return sealing
}

/**
 * Gives chunks of a sealing to a sibling worker, which seals them under a clone of its keys; call it before the order
 * goes out. Throws `internal` where one of them was given out before, or the sealing is finished.
 */
export function handOut(sealing: Sealing, run: ChunkRun): void {
  claimChunks(sealing, run)
}

export interface Finish {
  /** Plaintext with its padding; at least the sum of the files' sizes. */
  readonly plaintextLength: number
  /** SHA-256 of each ciphertext chunk, joined in order: 32 bytes for each. */
  readonly digests: Bytes
  readonly metadata: Metadata
  readonly sender: Identity
  readonly recipients: readonly Recipient[]
}

/** A sealed transfer: the envelope beside its `.enc`. */
export interface Sealed extends EnvelopeNames {
  readonly envelope: Envelope
  /** `NAME.key`. */
  readonly envelopeText: string
  /** SHA-256 of the digests. */
  readonly root: Bytes
}

/**
 * Makes the envelope; the sender is always a recipient too. A sealing is finished once: a second call throws
 * `internal`, whatever became of the first. Also throws `internal` where the digests are not as many as the chunks,
 * `file-changed` where the files are larger than the plaintext, `card-refused` for an unsigned card, and what
 * `encodeMetadata` and `encodeEnvelope` throw.
 */
export async function finishSealing(sealing: Sealing, finish: Finish): Promise<Sealed> {
  const held = unfinished.get(sealing)
  unfinished.delete(sealing)
  spend(sealing)
  spend(sealing.keys.content)
  if (held === undefined) throw new Problem('internal', { data: { reason: 'sealing finished before' } })
  const layout = checkedLayout(sealing, finish)
  const meta = await sealMetadata(finish.metadata, held)
  const root = await sha256(finish.digests)
  const unsent = { header: held.header, length: layout.length, root, meta, sender: finish.sender.card }
  const names = await envelopeNames(unsent)
  const envelope = { ...unsent, stanzas: await wrapAll(finish, { ...held, transcript: names.transcript }) }
  return { envelope, envelopeText: encodeEnvelope(envelope), root, ...names }
}

function checkedLayout({ suite, chunkExponent }: Sealing, { plaintextLength, digests, metadata }: Finish): Layout {
  if (totalSize(metadata.files) > plaintextLength) throw new Problem('file-changed')
  const layout = layoutOf({ suite, exponent: chunkExponent, plaintextLength })
  if (digests.length !== layout.count * digestLength) throw new Problem('internal', { data: { reason: 'digests' } })
  return layout
}

async function wrapAll(
  { sender, recipients }: Finish,
  wrapping: Held & { transcript: Bytes },
): Promise<readonly Stanza[]> {
  const all = withSender(sender, recipients)
  if (all.length > maxStanzas) throw new Problem('too-large')
  const stanzas: Stanza[] = []
  for (const recipient of all) stanzas.push(await wrap(recipient, { ...wrapping, signKey: sender.signKey }))
  return stanzas
}

function withSender(sender: Identity, recipients: readonly Recipient[]): readonly Recipient[] {
  const has = recipients.some(recipient => recipient.type === 'p384' && equalBytes(recipient.card.enc, sender.card.enc))
  return has ? recipients : [...recipients, { type: 'p384', card: sender.card }]
}

/**
 * Adds a recipient to an envelope that `identity` sent, without touching the ciphertext: the sender's own stanza is
 * opened and checked against the transcript. Throws `sender-unproven` where somebody else sent it, else what opening
 * throws.
 */
export async function addRecipient(
  envelope: Envelope,
  identity: Identity,
  options: { recipient: Recipient; random?: Random },
): Promise<{ envelope: Envelope; envelopeText: string; stanza: Stanza }> {
  const { transcript } = await envelopeNames(envelope)
  const { header, sender, stanzas } = envelope
  const own = equalBytes(sender.sign, identity.card.sign) && (await verifyCard(sender))
  if (!own) throw new Problem('sender-unproven')
  const contentKey = await unwrap(envelope, { keys: identity }, transcript)
  if (!(await isCommitted(contentKey, header))) throw new Problem('envelope-damaged')
  const { recipient, random = platformRandom } = options
  const stanza = await wrap(recipient, { contentKey, header, transcript, random, signKey: identity.signKey })
  const wider = { ...envelope, stanzas: [...stanzas, stanza] }
  return { envelope: wider, envelopeText: encodeEnvelope(wider), stanza }
}

export interface StreamToSeal {
  /** The files' bytes one after another, in the metadata's order, without padding. */
  readonly plaintext: ByteStream
  readonly suite: SuiteName
  readonly chunkExponent?: number
  /** Whether the size is hidden (Padmé); the app asks for it by default. */
  readonly padding: 'padme' | 'none'
  readonly metadata: Metadata
  readonly sender: Identity
  readonly recipients: readonly Recipient[]
  readonly random?: Random
}

/**
 * Seals a stream: yields `.enc` piece by piece and returns the envelope at its end. Throws `file-changed` where the
 * stream is not as long as the files' sizes say; what was yielded is worthless then.
 */
export async function* sealStream(input: StreamToSeal): AsyncGenerator<Bytes, Sealed, undefined> {
  const { suite, metadata, sender, recipients } = input
  // What metadata cannot hold is found before anything is sealed.
  encodeMetadata(metadata)
  const size = totalSize(metadata.files)
  const plaintextLength = input.padding === 'padme' ? padme(size) : size
  const chunkExponent = input.chunkExponent ?? exponentFor(plaintextLength)
  const sealing = await startSealing({ ...input, chunkExponent })
  const layout = layoutOf({ suite, exponent: sealing.chunkExponent, plaintextLength })
  const digests = new Uint8Array(layout.count * digestLength)
  yield sealing.header
  yield* sealChunks(input, { sealing, layout, size, digests })
  yield digests
  return finishSealing(sealing, { plaintextLength, digests, metadata, sender, recipients })
}

interface Job {
  readonly sealing: Sealing
  readonly layout: Layout
  readonly size: number
  readonly digests: Bytes
}

async function* sealChunks({ plaintext, random = platformRandom }: StreamToSeal, job: Job): AsyncGenerator<Bytes> {
  const { sealing, layout, size, digests } = job
  const intake = intakeOf(plaintext)
  try {
    for (let index = 0; index < layout.count; index++) {
      const plain = await nextPlain(intake, { ...plainRange(layout, index), size })
      const final = index === layout.count - 1
      const cipher = await sealChunk(sealing.keys, { index, final, plain, random })
      digests.set(await sha256(cipher), index * digestLength)
      yield cipher
    }
    if ((await intake.take(1)).length > 0) throw new Problem('file-changed')
  } finally {
    await intake.close()
  }
}

async function nextPlain(intake: Intake, place: { offset: number; length: number; size: number }): Promise<Bytes> {
  const plain = new Uint8Array(place.length)
  const real = Math.max(0, Math.min(place.length, place.size - place.offset))
  if ((await intake.fill(plain.subarray(0, real))) < real) throw new Problem('file-changed')
  return plain
}

/** What a stream of pieces returned at its end, beside all of the pieces joined; for what fits into memory. */
export async function collect<R>(pieces: AsyncGenerator<Uint8Array, R>): Promise<{ bytes: Bytes; result: R }> {
  const held: Uint8Array[] = []
  for (;;) {
    const step = await pieces.next()
    if (step.done === true) return { bytes: concat(...held), result: step.value }
    held.push(step.value)
  }
}
