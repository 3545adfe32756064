/**
 * The suites' chunks by node:crypto's synchronous calls, from one buffer into another: what WebCrypto's copies
 * cost is saved. The shared room's `sealChunk` and `openVerifiedChunk` say what is right; a test holds these to them.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  KeyObject,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto'
import type { ContentKeys } from '#shared/crypto/suites.ts'
import { chunkCounter } from '#shared/format/bytes.ts'

/** One chunk, its place and where its result goes. */
export interface ChunkInMemory {
  readonly index: number
  readonly final: boolean
  readonly input: Uint8Array
  /** Long enough for whatever comes out. */
  readonly output: Uint8Array
}

/** Small enough to stay in the processor's cache between cipher and hash. */
const pieceLength = 64 * 1024

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceLength) yield bytes.subarray(at, at + pieceLength)
}

/** Writes pieces one after another. */
function writerInto(output: Uint8Array) {
  let length = 0
  return {
    put(piece: Uint8Array) {
      output.set(piece, length)
      length += piece.length
    },
    length: () => length,
  }
}

/** Seals one chunk into `output`: how long it is, and its SHA-256. */
export function sealInto(keys: ContentKeys, chunk: ChunkInMemory): { length: number; digest: Uint8Array } {
  const hash = createHash('sha256')
  const out = writerInto(chunk.output)
  const put = (piece: Uint8Array) => {
    hash.update(piece)
    out.put(piece)
  }
  if (keys.suite === 'gcm') sealGcm(keys, chunk, put)
  else sealCbc(keys, chunk, put)
  return { length: out.length(), digest: hash.digest() }
}

type Put = (piece: Uint8Array) => void

function sealGcm({ content }: ContentKeys, { index, final, input }: ChunkInMemory, put: Put): void {
  const cipher = createCipheriv('aes-256-gcm', KeyObject.from(content), chunkCounter(index, final))
  for (const piece of piecesOf(input)) put(cipher.update(piece))
  cipher.final()
  put(cipher.getAuthTag())
}

function sealCbc(keys: ContentKeys, { index, final, input }: ChunkInMemory, put: Put): void {
  const iv = randomBytes(16)
  const cipher = createCipheriv('aes-256-cbc', KeyObject.from(keys.content), iv)
  const hmac = hmacOf(keys).update(chunkCounter(index, final)).update(iv)
  put(iv)
  const putSigned = (piece: Uint8Array) => {
    hmac.update(piece)
    put(piece)
  }
  for (const piece of piecesOf(input)) putSigned(cipher.update(piece))
  putSigned(cipher.final())
  put(hmac.digest())
}

function hmacOf({ mac }: ContentKeys) {
  if (mac === undefined) throw new TypeError('keys of a suite with a MAC lack it')
  return createHmac('sha256', KeyObject.from(mac))
}

/** Opens one chunk into `output`, digest first: how long it is, or `null` where it is damaged. */
export function openInto(keys: ContentKeys, chunk: ChunkInMemory & { readonly digest: Uint8Array }): number | null {
  if (!createHash('sha256').update(chunk.input).digest().equals(chunk.digest)) return null
  const out = writerInto(chunk.output)
  try {
    const genuine = keys.suite === 'gcm' ? openGcm(keys, chunk, out.put) : openCbc(keys, chunk, out.put)
    return genuine ? out.length() : null
  } catch {
    return null
  }
}

function openGcm({ content }: ContentKeys, { index, final, input }: ChunkInMemory, put: Put): boolean {
  const tagAt = input.length - 16
  const nonce = chunkCounter(index, final)
  const decipher = createDecipheriv('aes-256-gcm', KeyObject.from(content), nonce, { authTagLength: 16 })
  decipher.setAuthTag(input.subarray(tagAt))
  for (const piece of piecesOf(input.subarray(0, tagAt))) put(decipher.update(piece))
  decipher.final()
  return true
}

function openCbc(keys: ContentKeys, { index, final, input }: ChunkInMemory, put: Put): boolean {
  const tagAt = input.length - 32
  const tag = hmacOf(keys).update(chunkCounter(index, final)).update(input.subarray(0, tagAt)).digest()
  if (!timingSafeEqual(tag, input.subarray(tagAt))) return false
  const decipher = createDecipheriv('aes-256-cbc', KeyObject.from(keys.content), input.subarray(0, 16))
  for (const piece of piecesOf(input.subarray(16, tagAt))) put(decipher.update(piece))
  put(decipher.final())
  return true
}
