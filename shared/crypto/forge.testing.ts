/** Makes transfers with one thing wrong, everything else honest: what an attacker or a broken sender could write. */
import { encodeBase64 } from '#shared/format/base64.ts'
import { type Bytes, concat, utf8 } from '#shared/format/bytes.ts'
import { cardJson } from '#shared/format/card.ts'
import { type Envelope, encodeEnvelope } from '#shared/format/envelope.ts'
import type { Header } from '#shared/format/header.ts'
import type { Metadata } from '#shared/format/metadata.ts'
import { digestLength, type SuiteName } from '#shared/format/sizes.ts'
import { type P384Stanza, stanzaMessage } from '#shared/format/stanza.ts'
import type { ChunkToSeal } from './chunk.ts'
import { commitHeader, contentKeys, metadataKey } from './content-key.ts'
import { signMessage } from './ecdsa.ts'
import { sha256 } from './hash.ts'
import { generateIdentity, type Identity, rotateIdentity } from './identity.ts'
import { platformRandom } from './random.ts'
import { sealMetadata } from './sealed-metadata.ts'
import { type ContentKeys, sealChunk } from './suites.ts'
import { envelopeNames } from './transcript.ts'
import { type Recipient, wrap } from './wrap.ts'

export const chunkSize = 4096

/** A parsed envelope, to be changed member by member. */
export type Json = Record<string, unknown> & { sender: Record<string, unknown>; recipients: Record<string, unknown>[] }

export interface People {
  readonly alice: Identity
  readonly bob: Identity
  readonly carol: Identity
  /** Bob after he replaced his encryption key. */
  readonly bobLater: Identity
}

export async function makePeople(): Promise<People> {
  const made = await Promise.all([1, 2, 3].map(now => generateIdentity({ now })))
  const [alice, bob, carol] = made.map(({ identity }) => identity)
  if (alice === undefined || bob === undefined || carol === undefined) throw new Error('three people')
  const { identity: bobLater } = await rotateIdentity(bob, { now: 4 })
  return { alice, bob, carol, bobLater }
}

/** Bytes that differ from place to place, so that a moved chunk shows. */
export function pattern(length: number): Bytes {
  return Uint8Array.from({ length }, (_, at) => (at * 7 + (at >> 8) * 13) & 255)
}

export interface Forgery {
  readonly people: People
  readonly suite: SuiteName
  /** Plaintext of each chunk; the last one is final unless `finals` says otherwise. */
  readonly chunks: readonly Bytes[]
  readonly finals?: readonly boolean[]
  readonly size?: number
  readonly metadata?: Partial<Metadata>
  /** The metadata's text as it is, unchecked. */
  readonly metadataText?: string | Uint8Array
  /** The sealed metadata's nonce, where it must be the same each time. */
  readonly metadataNonce?: Bytes
  readonly recipients?: readonly Recipient[]
  readonly exponent?: number
  /** Seals a chunk in another way than the suite does. */
  readonly sealWith?: (keys: ContentKeys, chunk: ChunkToSeal) => Promise<Bytes>
  /** Changes the ciphertext chunks before they are hashed. */
  readonly tamper?: (ciphers: Bytes[]) => void
  readonly sender?: Identity
  readonly commitment?: Bytes
}

export interface Forged {
  readonly key: string
  readonly enc: Bytes
  readonly envelope: Envelope
  readonly contentKey: Bytes
}

/** Seals without our own guards: lengths, finality and metadata are as told; signatures and wraps are good. */
export async function forge(forgery: Forgery): Promise<Forged> {
  const { people, suite, chunks, sealWith = sealChunk } = forgery
  const contentKey = platformRandom(32)
  const bound = { suite, exponent: forgery.exponent ?? 12, salt: platformRandom(32) }
  const honest = await commitHeader(contentKey, bound)
  const bytes = forgery.commitment ? concat(honest.bytes.subarray(0, 44), forgery.commitment) : honest.bytes
  const header = { ...honest, bytes }
  const keys = await contentKeys(contentKey, bound)
  const ciphers: Bytes[] = []
  for (const [index, plain] of chunks.entries()) {
    const final = forgery.finals?.[index] ?? index === chunks.length - 1
    ciphers.push(await sealWith(keys, { index, final, plain }))
  }
  forgery.tamper?.(ciphers)
  const digests = concat(...(await Promise.all(ciphers.map(sha256))))
  const enc = concat(header.bytes, ...ciphers, digests)
  const meta = await forgedMeta(forgery, { contentKey, header })
  const sender = forgery.sender ?? people.alice
  const unsent = { header, length: enc.length, root: await sha256(digests), meta, sender: sender.card }
  const { transcript } = await envelopeNames(unsent)
  const recipients = forgery.recipients ?? [{ type: 'p384', card: people.bob.card }]
  const wrapping = { contentKey, header, transcript, random: platformRandom, signKey: sender.signKey }
  const stanzas = await Promise.all(recipients.map(recipient => wrap(recipient, wrapping)))
  const envelope = { ...unsent, stanzas }
  return { key: encodeEnvelope(envelope), enc, envelope, contentKey }
}

async function forgedMeta(forgery: Forgery, { contentKey, header }: Pick<Forged, 'contentKey'> & { header: Header }) {
  const size = forgery.size ?? forgery.chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  const files = [{ name: 'a/b.txt', size, type: '', modified: 1 }]
  if (forgery.metadataText === undefined) {
    return sealMetadata({ created: 1, files, ...forgery.metadata }, { contentKey, header, random: platformRandom })
  }
  const { metadataText } = forgery
  const text = typeof metadataText === 'string' ? utf8(metadataText) : new Uint8Array(metadataText)
  const iv = forgery.metadataNonce ?? platformRandom(12)
  const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await metadataKey(contentKey, header), text)
  return concat(iv, new Uint8Array(sealed))
}

/** Signs and wraps an envelope anew after its fields were changed by an insider who is the sender. */
export async function resign(forged: Forged, people: People, change: Partial<Envelope>): Promise<string> {
  const changed = { ...forged.envelope, ...change }
  const { transcript } = await envelopeNames(changed)
  const { contentKey } = forged
  const { header } = changed
  const wrapping = { contentKey, header, transcript, random: platformRandom, signKey: people.alice.signKey }
  return encodeEnvelope({ ...changed, stanzas: [await wrap({ type: 'p384', card: people.bob.card }, wrapping)] })
}

/** The envelope with each key-pair stanza changed and signed again: an insider's doing. */
export async function signAgain(
  { envelope }: Forged,
  { alice }: People,
  change: (stanza: P384Stanza) => P384Stanza,
): Promise<string> {
  const { transcript } = await envelopeNames(envelope)
  const sign = async (stanza: P384Stanza) => ({
    ...stanza,
    sig: await signMessage(alice.signKey, stanzaMessage(stanza, transcript)),
  })
  const changed = envelope.stanzas.flatMap(stanza => (stanza.type === 'p384' ? [sign(change(stanza))] : []))
  return encodeEnvelope({ ...envelope, stanzas: await Promise.all(changed) })
}

/** The envelope's text with its JSON changed. */
export function withJson(key: string, change: (json: Json) => void): string {
  const json: Json = JSON.parse(key)
  change(json)
  return JSON.stringify(json)
}

/** base64url text with one bit of its bytes flipped. */
export function flipped(bytes: Uint8Array, at = 0): string {
  return encodeBase64(flip(bytes, at))
}

/** A copy with one bit flipped; a negative place counts from the end. */
export function flip(bytes: Uint8Array, at: number): Bytes {
  const copy = new Uint8Array(bytes)
  const place = at < 0 ? copy.length + at : at
  copy[place] = (copy[place] ?? 0) ^ 1
  return copy
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}

export function fromHex(text: string): Bytes {
  return Uint8Array.from(text.match(/../g) ?? [], pair => Number.parseInt(pair, 16))
}

/** `bytes` in pieces of `size`. */
export async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** A source over bytes in memory. */
export function sourceOf(bytes: Uint8Array) {
  return { length: bytes.length, read: async (offset: number, length: number) => bytes.slice(offset, offset + length) }
}

/** Where digests begin, for `count` chunks. */
export function digestsAt(enc: Uint8Array, count: number): number {
  return enc.length - count * digestLength
}

export const cardOf = (identity: Identity) => ({ ...cardJson(identity.card) })
