/** Stanzas: each carries the content key to one recipient and is signed by itself. */
import { Problem } from '#shared/contract/problems.ts'
import { encodeBase64 } from './base64.ts'
import { type Bytes, concat, label, uint32, utf8 } from './bytes.ts'
import { pointLength } from './der.ts'
import { isObject, type JsonObject, type Members, members, own } from './members.ts'

/** Argon2id's cost: `m` KiB of memory, `t` passes, `p` lanes. */
export interface ArgonCost {
  readonly m: number
  readonly t: number
  readonly p: number
}

/** What we write: RFC 9106's second recommendation with one lane, as a browser has one. */
export const writtenCost: ArgonCost = { m: 65_536, t: 3, p: 1 }
const highestCost: ArgonCost = { m: 262_144, t: 16, p: 4 }

interface Sealed {
  /** The content key, sealed: 48 bytes. */
  readonly ct: Bytes
  /** The sender's signature of this stanza, 96 bytes. */
  readonly sig: Bytes
}

export interface P384Stanza extends Sealed {
  readonly type: 'p384'
  /** SHA-256 of the recipient's encryption key, 32 bytes. */
  readonly kid: Bytes
  /** HPKE's encapsulated key, 97 bytes; begins with 04, not yet known to be on the curve. */
  readonly enc: Bytes
}

export interface PassphraseStanza extends Sealed, ArgonCost {
  readonly type: 'passphrase' | 'link-passphrase'
  readonly salt: Bytes
  readonly nonce: Bytes
}

export interface LinkStanza extends Sealed {
  readonly type: 'link'
  readonly nonce: Bytes
}

/** A stanza that we can open. */
export type Stanza = P384Stanza | PassphraseStanza | LinkStanza

/** A stanza of a type that this version does not know: carried along, never read. */
export interface UnknownStanza {
  readonly type: 'unknown'
  readonly json: JsonObject
}

/** Reads one stanza from parsed JSON; throws `envelope-damaged` where a known type does not hold. */
export function parseStanza(json: unknown): Stanza | UnknownStanza {
  if (!isObject(json) || typeof own(json, 'type') !== 'string') throw new Problem('envelope-damaged')
  const from = members(json, 'envelope-damaged')
  switch (from.text('type')) {
    case 'p384':
      return { type: 'p384', kid: from.bytes('kid', 32), enc: encapsulated(from), ...sealed(from) }
    case 'passphrase':
      return passphraseStanza('passphrase', from)
    case 'link-passphrase':
      return passphraseStanza('link-passphrase', from)
    case 'link':
      return { type: 'link', nonce: from.bytes('nonce', 12), ...sealed(from) }
    default:
      return { type: 'unknown', json }
  }
}

function sealed(from: Members): Sealed {
  return { ct: from.bytes('ct', 48), sig: from.bytes('sig', 96) }
}

function encapsulated(from: Members): Bytes {
  const enc = from.bytes('enc', pointLength)
  if (enc[0] !== 4) throw new Problem('envelope-damaged', { data: { member: 'enc' } })
  return enc
}

function passphraseStanza(type: PassphraseStanza['type'], from: Members): PassphraseStanza {
  const p = from.integer('p', { min: 1, max: highestCost.p })
  const t = from.integer('t', { min: 1, max: highestCost.t })
  const m = from.integer('m', { min: 8 * p, max: highestCost.m })
  return { type, salt: from.bytes('salt', 16), m, t, p, nonce: from.bytes('nonce', 12), ...sealed(from) }
}

/** The body of a stanza, as its signature covers it. */
export function stanzaBody(stanza: UnsignedStanza): Bytes {
  switch (stanza.type) {
    case 'p384':
      return concat(stanza.kid, stanza.enc, stanza.ct)
    case 'link':
      return concat(stanza.nonce, stanza.ct)
    default: {
      const cost = concat(uint32(stanza.m), uint32(stanza.t), uint32(stanza.p))
      return concat(stanza.salt, cost, stanza.nonce, stanza.ct)
    }
  }
}

/** A stanza before its sender has signed it. */
export type UnsignedStanza = Omit<P384Stanza, 'sig'> | Omit<PassphraseStanza, 'sig'> | Omit<LinkStanza, 'sig'>

/** What a writer signs. */
export function stanzaMessage(stanza: UnsignedStanza, transcript: Uint8Array): Bytes {
  return messageOf(stanza.type, transcript, stanzaBody(stanza))
}

/**
 * What a reader takes a signature of, as good proof as each other: what we write, and for a link with a passphrase a
 * link's body too (docs/decisions/011-link-passphrase-body.md).
 */
export function signedMessages(stanza: UnsignedStanza, transcript: Uint8Array): readonly Bytes[] {
  const written = stanzaMessage(stanza, transcript)
  if (stanza.type !== 'link-passphrase') return [written]
  return [written, messageOf(stanza.type, transcript, concat(stanza.nonce, stanza.ct))]
}

function messageOf(type: UnsignedStanza['type'], transcript: Uint8Array, body: Uint8Array): Bytes {
  return concat(label('datacrypt/1 stanza'), utf8(type), new Uint8Array(1), transcript, body)
}

/** The stanza's JSON members; those of an unknown type as they were read. */
export function stanzaJson(stanza: Stanza | UnknownStanza): JsonObject {
  if (stanza.type === 'unknown') return stanza.json
  const tail = { ct: encodeBase64(stanza.ct), sig: encodeBase64(stanza.sig) }
  switch (stanza.type) {
    case 'p384':
      return { type: stanza.type, kid: encodeBase64(stanza.kid), enc: encodeBase64(stanza.enc), ...tail }
    case 'link':
      return { type: stanza.type, nonce: encodeBase64(stanza.nonce), ...tail }
    default: {
      const { type, m, t, p } = stanza
      return { type, salt: encodeBase64(stanza.salt), m, t, p, nonce: encodeBase64(stanza.nonce), ...tail }
    }
  }
}
