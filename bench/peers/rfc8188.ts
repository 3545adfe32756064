/**
 * Encrypted content-encoding (RFC 8188, `aes128gcm`) in the manner of Firefox Send: one transform cuts records, a
 * second one seals or opens them, each waited for and held back until the next one shows whether it is the last.
 */
import type { Peer, Stream } from './peer.ts'

const recordSize = 64 * 1024
const tagLength = 16
const saltLength = 16
/** Salt, record size, length of a key id that is empty. */
const headerLength = saltLength + 4 + 1
const delimiter = 1
const finalDelimiter = 2

type Transform = Transformer<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>

export async function makePeer(): Promise<Peer> {
  const secret = crypto.getRandomValues(new Uint8Array(16))
  const through = (stream: Stream, ...steps: readonly Transform[]) =>
    steps.reduce((piped, step) => piped.pipeThrough(new TransformStream(step)), stream as ReadableStream)
  return {
    seal: async plain => through(plain, cutter(recordSize - tagLength - 1), sealer(secret)),
    open: async cipher => through(cipher, cutter(headerLength, recordSize), opener(secret)),
  }
}

/** Cuts a stream into a first piece and pieces of one size, the last one shorter. */
function cutter(first: number, size: number = first): Transform {
  let piece = new Uint8Array(first)
  let filled = 0
  return {
    transform(bytes, controller) {
      for (let at = 0; at < bytes.length; ) {
        const part = bytes.subarray(at, at + piece.length - filled)
        piece.set(part, filled)
        filled += part.length
        at += part.length
        if (filled < piece.length) continue
        controller.enqueue(piece)
        piece = new Uint8Array(size)
        filled = 0
      }
    },
    flush(controller) {
      if (filled > 0) controller.enqueue(piece.subarray(0, filled))
    },
  }
}

/** Hands each record on once it is known whether it is the last one. */
function recordByRecord(
  step: (record: Uint8Array<ArrayBuffer>, index: number, final: boolean) => Promise<Uint8Array<ArrayBuffer>>,
): Transform {
  let held: Uint8Array<ArrayBuffer> | null = null
  let index = 0
  return {
    async transform(record, controller) {
      if (held !== null) controller.enqueue(await step(held, index++, false))
      held = record
    },
    async flush(controller) {
      if (held !== null) controller.enqueue(await step(held, index++, true))
    },
  }
}

function sealer(secret: BufferSource): Transform {
  const salt = crypto.getRandomValues(new Uint8Array(saltLength))
  const derived = deriveKeys(secret, salt)
  const records = recordByRecord(async (plain, index, final) => {
    const keys = await derived
    const padded = new Uint8Array(plain.length + 1)
    padded.set(plain)
    padded[plain.length] = final ? finalDelimiter : delimiter
    return new Uint8Array(await crypto.subtle.encrypt(algorithm(keys, index), keys.content, padded))
  })
  const header = new Uint8Array(headerLength)
  header.set(salt)
  new DataView(header.buffer).setUint32(saltLength, recordSize)
  return { ...records, start: controller => controller.enqueue(header) }
}

function opener(secret: BufferSource): Transform {
  let derived: Promise<Keys> | null = null
  const records = recordByRecord(async (cipher, index, final) => {
    if (derived === null) throw new Error('RFC 8188: the header is missing')
    const keys = await derived
    const padded = new Uint8Array(await crypto.subtle.decrypt(algorithm(keys, index), keys.content, cipher))
    const end = padded.findLastIndex(byte => byte !== 0)
    if (padded[end] !== (final ? finalDelimiter : delimiter)) throw new Error('RFC 8188: a record is out of place')
    return padded.subarray(0, end)
  })
  return {
    ...records,
    transform(piece, controller) {
      if (derived !== null) return records.transform?.(piece, controller)
      derived = deriveKeys(secret, piece.slice(0, saltLength))
      return undefined
    },
  }
}

interface Keys {
  readonly content: CryptoKey
  readonly nonceBase: Uint8Array
}

async function deriveKeys(secret: BufferSource, salt: BufferSource): Promise<Keys> {
  const key = await crypto.subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey', 'deriveBits'])
  const from = (info: string) => ({
    name: 'HKDF',
    hash: 'SHA-256',
    salt,
    info: new TextEncoder().encode(`Content-Encoding: ${info}\0`),
  })
  const cipher = { name: 'AES-GCM', length: 128 }
  return {
    content: await crypto.subtle.deriveKey(from('aes128gcm'), key, cipher, false, ['encrypt', 'decrypt']),
    nonceBase: new Uint8Array(await crypto.subtle.deriveBits(from('nonce'), key, 96)),
  }
}

/** The record's number, added to the end of the nonce by exclusive or (RFC 8188, 2.3). */
function algorithm({ nonceBase }: Keys, index: number): AesGcmParams {
  const iv = new Uint8Array(nonceBase)
  const view = new DataView(iv.buffer)
  view.setUint32(8, (view.getUint32(8) ^ index) >>> 0)
  return { name: 'AES-GCM', iv }
}
