/** A person's card: signing key and encryption key, tied by a signature of the signing key. */
import { Problem, type ProblemCode } from '#shared/contract/problems.ts'
import { encodeBase64 } from './base64.ts'
import { type Bytes, concat, equalBytes, label, uint64 } from './bytes.ts'
import { isCanonicalSpki, spkiLength } from './der.ts'
import { type JsonObject, type Members, members, parseObject } from './members.ts'

export const cardFormat = 'datacrypt-id/1'
/** Highest sequence number of a card. */
export const maxSeq = 2 ** 32 - 1

/** A card whose schema holds; whether it is signed is for `verifyCard` to say. */
export interface Card {
  /** Signing key, canonical SPKI, 120 bytes. */
  readonly sign: Bytes
  /** Encryption key, canonical SPKI, 120 bytes. */
  readonly enc: Bytes
  /** 1 for the first card, one more at each rotation. */
  readonly seq: number
  /** Epoch milliseconds. */
  readonly created: number
  /** SHA-256 of the card bytes before, 32 bytes; zeros at seq 1. */
  readonly prev: Bytes
  /** ECDSA signature as r || s, 96 bytes. */
  readonly sig: Bytes
}

/** A card read from a file, with the hints beside it that nobody signed. */
export interface CardFile {
  readonly card: Card
  readonly name?: string
  readonly address?: string
}

/** What the card's signature covers. */
export function cardBytes(card: Omit<Card, 'sig'>): Bytes {
  return concat(label('datacrypt/1 card'), card.sign, card.enc, uint64(card.seq), uint64(card.created), card.prev)
}

/** Reads a card from parsed JSON; throws `Problem(code)` (`card-refused`) where its schema or its keys do not hold. */
export function parseCard(json: unknown, code: ProblemCode = 'card-refused'): Card {
  const from = members(json, code)
  if (from.text('format') !== cardFormat) throw new Problem(code, { data: { member: 'format' } })
  const card = {
    sign: key(from, 'sign', code),
    enc: key(from, 'enc', code),
    seq: from.integer('seq', { min: 1, max: maxSeq }),
    created: from.integer('created'),
    prev: from.bytes('prev', 32),
    sig: from.bytes('sig', 96),
  }
  if (equalBytes(card.sign, card.enc)) throw new Problem(code, { data: { member: 'enc' } })
  if (card.seq === 1 && card.prev.some(byte => byte !== 0)) throw new Problem(code, { data: { member: 'prev' } })
  return card
}

function key(from: Members, name: string, code: ProblemCode): Bytes {
  const spki = from.bytes(name, spkiLength)
  if (!isCanonicalSpki(spki)) throw new Problem(code, { data: { member: name } })
  return spki
}

/** Reads a card file (UTF-8 JSON); throws `card-refused`. Its `name` and `address` are hints of whoever wrote the file. */
export function parseCardFile(bytes: Uint8Array): CardFile {
  const json = parseObject(bytes)
  const card = parseCard(json)
  return { card, ...hint(json, 'name'), ...hint(json, 'address') }
}

function hint<Name extends 'name' | 'address'>(json: JsonObject | null, name: Name): { [key in Name]?: string } {
  const from = members(json, 'card-refused')
  const hints: { [key in Name]?: string } = {}
  if (from.has(name)) hints[name] = from.text(name)
  return hints
}

/** The card's JSON members, in FORMAT's order. */
export function cardJson(card: Card): JsonObject {
  return {
    format: cardFormat,
    sign: encodeBase64(card.sign),
    enc: encodeBase64(card.enc),
    seq: card.seq,
    created: card.created,
    prev: encodeBase64(card.prev),
    sig: encodeBase64(card.sig),
  }
}

/** The card file's text, one line. */
export function encodeCardFile({ card, ...hints }: CardFile): string {
  return JSON.stringify({ ...cardJson(card), ...hints })
}
