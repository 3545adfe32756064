/** What the fault kit's rows are written with. The expected class stands in each row by hand, from the format. */
import { encodeBase64 } from '#shared/format/base64.ts'
import { type Bytes, concat } from '#shared/format/bytes.ts'
import { cipherLength, headerLength, type SuiteName } from '#shared/format/sizes.ts'
import type { P384Stanza } from '#shared/format/stanza.ts'
import { argon } from './fault-kit-people.testing.ts'
import type { Vector } from './fault-kit-vector.testing.ts'
import {
  chunkSize,
  type Forged,
  type Forgery,
  flip,
  forge,
  type Json,
  type People,
  pattern,
  signAgain,
  withJson,
} from './forge.testing.ts'
import type { Recipient } from './wrap.ts'

/** What a row starts from: honest transfers from Alice to Bob in one suite. */
export interface Kit {
  readonly suite: SuiteName
  readonly people: People
  /** One byte. */
  readonly small: Forged
  /** Two chunks and one byte. */
  readonly three: Forged
  /** As long as `three`, between the same people. */
  readonly other: Forged
}

export interface Made {
  readonly key: string | Uint8Array
  readonly enc: Uint8Array
  /** For recipes that seal. */
  readonly contentKey?: Bytes
  /** What is let out, where it is not the pattern. */
  readonly plain?: Bytes
}

/** What is not usual about a row; the usual reader is Bob, and a fault before the first chunk lets nothing out. */
export interface More extends Partial<Pick<Vector, 'access' | 'sender' | 'dcrypt' | 'insider' | 'recipe' | 'damaged'>> {
  /** Bytes of the pattern that are let out. */
  readonly released?: number
}

export type Row = readonly [title: string, expect: Vector['expect'], make: () => Made | Promise<Made>, more?: More]

/** Three chunks: two full ones and a byte. */
export function threeChunks(): Bytes[] {
  const all = pattern(2 * chunkSize + 1)
  return [all.slice(0, chunkSize), all.slice(chunkSize, 2 * chunkSize), all.slice(2 * chunkSize)]
}

export async function makeKit(suite: SuiteName, people: People): Promise<Kit> {
  const [small, three, other] = await Promise.all(
    [[pattern(1)], threeChunks(), threeChunks()].map(chunks => forge({ people, suite, chunks })),
  )
  if (small === undefined || three === undefined || other === undefined) throw new Error('three transfers')
  return { suite, people, small, three, other }
}

/** The rows' own verbs, over one kit. */
export function toolsOf(kit: Kit) {
  const { suite, people, small, three } = kit
  const unit = cipherLength(suite, chunkSize)

  /** A transfer with one thing wrong at its making. */
  const forged = (forgery: Partial<Forgery> = {}) => forge({ people, suite, chunks: [pattern(1)], ...forgery })
  /** The small transfer, its envelope's JSON changed. */
  const edit = (change: (json: Json) => void) => (): Made => ({ key: withJson(small.key, change), enc: small.enc })
  /** The small transfer, its envelope's text changed. */
  const text = (change: (key: string) => string | Uint8Array) => (): Made => ({
    key: change(small.key),
    enc: small.enc,
  })
  /** The small transfer, Bob's stanza changed and signed again by Alice. */
  const resigned = (change: (stanza: P384Stanza) => P384Stanza) => async (): Promise<Made> => ({
    key: await signAgain(small, people, change),
    enc: small.enc,
  })
  /** The transfer of three chunks, its `.enc` changed. */
  const enc = (change: (enc: Bytes) => Uint8Array) => (): Made => ({ key: three.key, enc: change(three.enc) })
  /** Where ciphertext chunk `index` of three begins. */
  const chunkAt = (index: number) => headerLength + index * unit
  const digestsAt = three.enc.length - 3 * 32

  return { forged, edit, text, resigned, enc, chunkAt, digestsAt, unit }
}

/** The header's bytes inside an envelope's text, one of them set. */
export function headerByte(at: number, value: number) {
  return (json: Json): void => {
    json.header = changed(json.header, bytes => {
      bytes[at] = value
    })
  }
}

/** base64url text, its bytes changed in place. */
export function changed(text: unknown, change: (bytes: Bytes) => void): string {
  const bytes = bytesOf(text)
  change(bytes)
  return encodeBase64(bytes)
}

/** base64url text with one bit of its bytes flipped; a negative place counts from the end. */
export function bitOf(text: unknown, at: number): string {
  return encodeBase64(flip(bytesOf(text), at))
}

export function bytesOf(text: unknown): Bytes {
  return new Uint8Array(Buffer.from(String(text), 'base64url'))
}

/** So many zero bytes as base64url. */
export function zeros(length: number): string {
  return encodeBase64(new Uint8Array(length))
}

/** `bytes` with what stands from `at` on replaced. */
export function put(bytes: Uint8Array, at: number, piece: Uint8Array): Bytes {
  return concat(bytes.slice(0, at), piece, bytes.slice(at + piece.length))
}

export const linkSecret = pattern(32)
/** As cheap as Argon2id gets. */
export const cheap = { m: 8, t: 1, p: 1 }

export function byPassphrase(passphrase: string, cost = cheap): Recipient & { type: 'passphrase' } {
  return { type: 'passphrase', passphrase, argon2id: argon, cost }
}

export function byBoth(passphrase: string, secret: Uint8Array = linkSecret): Recipient {
  return { type: 'link-passphrase', secret, passphrase, argon2id: argon, cost: cheap }
}
