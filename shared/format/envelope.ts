/** The envelope: `NAME.key`, one line of JSON. */
import { Problem } from '#shared/contract/problems.ts'
import { decodeBase64, encodeBase64 } from './base64.ts'
import { type Bytes, concat, label, uint64, utf8 } from './bytes.ts'
import { type Card, cardFormat, cardJson, parseCard } from './card.ts'
import { type Header, hasMagic, headerSuite, parseHeader } from './header.ts'
import { isObject, type JsonObject, members, own, parseObject } from './members.ts'
import { type Layout, layoutFrom } from './sizes.ts'
import { parseStanza, type Stanza, stanzaJson, type UnknownStanza } from './stanza.ts'

const formatName = 'datacrypt-key/'
const keyFormat = `${formatName}1`
/** Longest envelope, in bytes. */
export const maxEnvelope = 4 * 1024 * 1024
/** Most stanzas of one envelope, those of unknown types included. */
export const maxStanzas = 1000

/** An envelope whose schema holds. No signature has been checked. */
export interface Envelope {
  readonly header: Header
  /** Bytes of `.enc`; one that can occur for the header. */
  readonly length: number
  /** SHA-256 of the digests, 32 bytes. */
  readonly root: Bytes
  /** Sealed metadata: nonce, ciphertext, tag. */
  readonly meta: Bytes
  readonly sender: Card
  readonly stanzas: readonly (Stanza | UnknownStanza)[]
}

/**
 * Reads an envelope, in the order of FORMAT's table up to its schema. Throws `not-a-bundle`, `unsupported` or
 * `envelope-damaged`: nothing in it may be shown then.
 */
export function parseEnvelope(bytes: Uint8Array): Envelope {
  const json = readObject(bytes)
  const header = readHeader(own(json, 'header'))
  refuseUnknown(header, own(json, 'sender'))
  return readRest(json, header)
}

function readObject(bytes: Uint8Array): JsonObject {
  const json = bytes.length <= maxEnvelope ? parseObject(bytes) : null
  const format = json === null ? null : own(json, 'format')
  if (json === null || typeof format !== 'string' || !format.startsWith(formatName)) throw new Problem('not-a-bundle')
  if (format !== keyFormat) throw new Problem('unsupported')
  return json
}

function readHeader(text: unknown): Bytes {
  const bytes = typeof text === 'string' ? decodeBase64(text) : null
  if (bytes === null || !hasMagic(bytes)) throw new Problem('not-a-bundle')
  return bytes
}

function refuseUnknown(header: Bytes, sender: unknown): void {
  // A header that ends before its suite, or a sender that is no object, is damage and not another version.
  if (header.length > 8 && headerSuite(header) === null) throw new Problem('unsupported')
  if (isObject(sender) && own(sender, 'format') !== cardFormat) throw new Problem('unsupported')
}

function readRest(json: JsonObject, headerBytes: Bytes): Envelope {
  const header = parseHeader(headerBytes)
  if (header === null) throw new Problem('envelope-damaged', { data: { member: 'header' } })
  const from = members(json, 'envelope-damaged')
  const length = from.integer('length')
  if (layoutFrom({ ...header, length }) === null) throw new Problem('envelope-damaged', { data: { member: 'length' } })
  const list = from.list('recipients')
  if (list.length > maxStanzas) throw new Problem('envelope-damaged', { data: { member: 'recipients' } })
  return {
    header,
    length,
    root: from.bytes('root', 32),
    meta: from.bytes('meta'),
    sender: parseCard(from.value('sender'), 'envelope-damaged'),
    stanzas: list.map(parseStanza),
  }
}

/**
 * The envelope's text: UTF-8 JSON on one line, without a newline. Throws `too-large` above 4 MiB or 1,000 stanzas:
 * send to fewer people at once.
 */
export function encodeEnvelope(envelope: Envelope): string {
  const text = JSON.stringify({
    format: keyFormat,
    header: encodeBase64(envelope.header.bytes),
    length: envelope.length,
    root: encodeBase64(envelope.root),
    meta: encodeBase64(envelope.meta),
    sender: cardJson(envelope.sender),
    recipients: envelope.stanzas.map(stanzaJson),
  })
  if (envelope.stanzas.length > maxStanzas || utf8(text).length > maxEnvelope) throw new Problem('too-large')
  return text
}

/** The layout of the `.enc` that belongs to this envelope. */
export function envelopeLayout(envelope: Envelope): Layout {
  const layout = layoutFrom({ ...envelope.header, length: envelope.length })
  if (layout === null) throw new Problem('envelope-damaged', { data: { member: 'length' } })
  return layout
}

/**
 * What every stanza, receipt and the transfer's own name are bound to. `metaHash` is SHA-256 of the sealed metadata,
 * `senderHash` the sender's identity hash.
 */
export function transcriptOf(
  envelope: Pick<Envelope, 'header' | 'length' | 'root'>,
  hashes: { metaHash: Uint8Array; senderHash: Uint8Array },
): Bytes {
  const { header, length, root } = envelope
  const { metaHash, senderHash } = hashes
  return concat(label('datacrypt/1 envelope'), header.bytes, uint64(length), root, metaHash, senderHash)
}
