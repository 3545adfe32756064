/** Makes the bytes of vectors that are too large for a file, or many at once, from what stands in the file. */
import { decodeBase64, encodeBase64 } from '#shared/format/base64.ts'
import { type Bytes, concat, uint32, utf8, utf8Text } from '#shared/format/bytes.ts'
import { type Header, parseHeader } from '#shared/format/header.ts'
import { layoutOf, plainRange } from '#shared/format/sizes.ts'
import type { ChunkToSeal } from './chunk.ts'
import { contentKeys, metadataKey } from './content-key.ts'
import { fromHex, type Json, pattern, withJson } from './forge.testing.ts'
import { sha256 } from './hash.ts'
import { type ContentKeys, sealChunk } from './suites.ts'

/** The bytes of one bundle. */
export interface Bundle {
  readonly key: Uint8Array
  readonly enc: Uint8Array
}

interface Ingredients extends Bundle {
  readonly recipe?: string
  readonly contentKey?: string
}

type Step = (given: Ingredients, amount: number) => readonly Bundle[] | Promise<readonly Bundle[]>

const recipes: Readonly<Record<string, Step>> = {
  /** `.enc` of the pattern's first bytes. */
  seal: async (given, amount) => [{ key: given.key, enc: await sealAgain(given, amount) }],
  /** Metadata of so many empty files. */
  files: (given, amount) => withMetadata(given, manyFiles(amount)),
  /** Metadata of one file, filled with spaces to so many bytes. */
  spaces: (given, amount) => withMetadata(given, oneFile.padEnd(amount)),
  /** The envelope, filled with spaces to so many bytes. */
  'pad-key': ({ key, enc }, amount) => [{ key: utf8(textOf(key).padEnd(amount)), enc }],
  /** Stanzas of an unknown type after the others, up to so many. */
  stanzas: ({ key, enc }, amount) => [{ key: utf8(withJson(textOf(key), json => fill(json, amount))), enc }],
  /** Every beginning of the envelope that is not all of it. */
  'cut-key': ({ key, enc }) => Array.from(key, (_, end) => ({ key: key.subarray(0, end), enc })),
  /** Every beginning of `.enc` that is not all of it. */
  'cut-enc': ({ key, enc }) => Array.from(enc, (_, end) => ({ key, enc: enc.subarray(0, end) })),
}

/** The bundles that a vector stands for: one, or each that its recipe makes. */
export async function bundlesOf(given: Ingredients): Promise<readonly Bundle[]> {
  if (given.recipe === undefined) return [given]
  const [name = '', amount] = given.recipe.split(' ')
  const step = recipes[name]
  if (step === undefined) throw new Error(`no recipe: ${given.recipe}`)
  return step(given, Number(amount))
}

export const oneFile = JSON.stringify({ created: 1, files: [{ name: 'a/b.txt', size: 1, type: '', modified: 1 }] })

/** Metadata of `count` empty files. */
export function manyFiles(count: number): string {
  const files = Array.from({ length: count }, (_, at) => ({ name: `f${at}`, size: 0, type: '', modified: 1 }))
  return JSON.stringify({ created: 1, files })
}

/** The nonce of metadata that a recipe makes: each is sealed under a content key of its own. */
export const recipeNonce: Bytes = new Uint8Array(12)

/** Seals a chunk with an IV that is the same each time: no way to write real bundles. */
export function sealRepeatably(keys: ContentKeys, chunk: ChunkToSeal): Promise<Bytes> {
  return sealChunk(keys, { ...chunk, random: () => concat(new Uint8Array(12), uint32(chunk.index)) })
}

/** The pattern's first bytes, cut into chunks. */
export function patternChunks(layout: ReturnType<typeof layoutOf>): readonly Bytes[] {
  const plain = pattern(layout.plainMax)
  return Array.from({ length: layout.count }, (_, index) => {
    const { offset, length } = plainRange(layout, index)
    return plain.slice(offset, offset + length)
  })
}

async function sealAgain(given: Ingredients, plaintextLength: number): Promise<Bytes> {
  const { header, contentKey } = secretsOf(given)
  const keys = await contentKeys(contentKey, header)
  const chunks = patternChunks(layoutOf({ ...header, plaintextLength }))
  const ciphers: Bytes[] = []
  for (const [index, plain] of chunks.entries()) {
    ciphers.push(await sealRepeatably(keys, { index, final: index === chunks.length - 1, plain }))
  }
  return concat(header.bytes, ...ciphers, ...(await Promise.all(ciphers.map(sha256))))
}

async function withMetadata(given: Ingredients, text: string): Promise<readonly Bundle[]> {
  const { header, contentKey } = secretsOf(given)
  const algorithm = { name: 'AES-GCM', iv: recipeNonce }
  const sealed = await crypto.subtle.encrypt(algorithm, await metadataKey(contentKey, header), utf8(text))
  const meta = encodeBase64(concat(recipeNonce, new Uint8Array(sealed)))
  return [{ key: utf8(withJson(textOf(given.key), json => Object.assign(json, { meta }))), enc: given.enc }]
}

function secretsOf({ key, contentKey = '' }: Ingredients): { header: Header; contentKey: Bytes } {
  const json: Json = JSON.parse(textOf(key))
  const header = parseHeader(decodeBase64(String(json.header)) ?? new Uint8Array(0))
  if (header === null) throw new Error('a recipe that seals takes a good header')
  return { header, contentKey: fromHex(contentKey) }
}

function fill({ recipients }: Json, amount: number): void {
  while (recipients.length < amount) recipients.push({ type: 'later' })
}

function textOf(bytes: Uint8Array): string {
  return utf8Text(bytes) ?? ''
}
