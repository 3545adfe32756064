/** Two things that an honest sealer never makes: a GCM ciphertext of two keys, and bad padding under a good MAC. */
import { createCipheriv } from 'node:crypto'
import { type Bytes, chunkCounter, concat, uint64 } from '#shared/format/bytes.ts'
import { encodeEnvelope } from '#shared/format/envelope.ts'
import type { ChunkToSeal } from './chunk.ts'
import { commitHeader, derive } from './content-key.ts'
import type { Made } from './fault-kit-rows.testing.ts'
import { hex, type People, pattern } from './forge.testing.ts'
import { sha256 } from './hash.ts'
import { platformRandom } from './random.ts'
import { sealMetadata } from './sealed-metadata.ts'
import type { ContentKeys } from './suites.ts'
import { envelopeNames } from './transcript.ts'
import { wrap } from './wrap.ts'

/**
 * A transfer to Bob and Carol whose one chunk opens under Bob's content key and under Carol's, to other plaintext each
 * (Dodis et al. 2018); everything is signed, and the header commits to Bob's.
 */
export async function sealSalamander({ alice, bob, carol }: People): Promise<Made> {
  const bobs = platformRandom(32)
  const carols = platformRandom(32)
  const bound = { suite: 'gcm', exponent: 12, salt: platformRandom(32) } as const
  const header = await commitHeader(bobs, bound)
  const keys = [await derive(bobs, bound, 'content'), await derive(carols, bound, 'content')] as const
  const cipher = collide(keys, chunkCounter(0, true))
  const digest = await sha256(cipher)
  const files = [{ name: 'a/b.txt', size: 32, type: '', modified: 1 }]
  const meta = await sealMetadata({ created: 1, files }, { contentKey: bobs, header, random: platformRandom })
  const enc = concat(header.bytes, cipher, digest)
  const unsent = { header, length: enc.length, root: await sha256(digest), meta, sender: alice.card }
  const { transcript } = await envelopeNames(unsent)
  const wrapping = { header, transcript, random: platformRandom, signKey: alice.signKey }
  const stanzas = [
    await wrap({ type: 'p384', card: bob.card }, { ...wrapping, contentKey: bobs }),
    await wrap({ type: 'p384', card: carol.card }, { ...wrapping, contentKey: carols }),
  ]
  const [plain] = await Promise.all(keys.map(key => open(key, cipher)))
  if (plain === undefined) throw new Error('two keys')
  return { key: encodeEnvelope({ ...unsent, stanzas }), enc, plain }
}

async function open(raw: Bytes, cipher: Bytes): Promise<Bytes> {
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['decrypt'])
  const algorithm = { name: 'AES-GCM', iv: chunkCounter(0, true) }
  return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, cipher))
}

/** Two blocks and their tag: the second block is chosen so that both keys give the same tag (SP 800-38D, section 6.4). */
function collide(keys: readonly [Bytes, Bytes], nonce: Bytes): Bytes {
  const first = integer(pattern(16))
  const lengths = integer(concat(uint64(0), uint64(8 * 32)))
  const sides = keys.map(key => {
    const hash = integer(block(key, new Uint8Array(16)))
    const square = multiply(hash, hash)
    const fixed = integer(block(key, concat(nonce, Uint8Array.of(0, 0, 0, 1))))
    const known = fixed ^ multiply(first, multiply(square, hash)) ^ multiply(lengths, hash)
    return { square, known }
  })
  const [a, b] = sides
  if (a === undefined || b === undefined) throw new Error('two keys')
  const second = multiply(a.known ^ b.known, inverse(a.square ^ b.square))
  return concat(bytesOf(first), bytesOf(second), bytesOf(a.known ^ multiply(second, a.square)))
}

function block(key: Bytes, plain: Uint8Array): Bytes {
  return new Uint8Array(createCipheriv('aes-256-ecb', key, null).setAutoPadding(false).update(plain))
}

const reduction = 0xe1n << 120n

/** GCM's product: the highest bit is the lowest power. */
function multiply(x: bigint, y: bigint): bigint {
  let product = 0n
  let power = y
  for (let bit = 127n; bit >= 0n; bit--) {
    if ((x >> bit) & 1n) product ^= power
    power = (power >> 1n) ^ (power & 1n ? reduction : 0n)
  }
  return product
}

/** By Fermat: x to the power of 2^128 - 2. */
function inverse(x: bigint): bigint {
  let result = 1n << 127n
  let power = x
  for (let step = 1; step < 128; step++) {
    power = multiply(power, power)
    result = multiply(result, power)
  }
  return result
}

function integer(bytes: Uint8Array): bigint {
  return BigInt(`0x${hex(bytes)}`)
}

function bytesOf(value: bigint): Bytes {
  return new Uint8Array(Buffer.from(value.toString(16).padStart(32, '0'), 'hex'))
}

/** Seals as suite 2 does, but the padding's last byte is `filler`, which no padding ends in. */
export async function wrongPadding(keys: ContentKeys, chunk: ChunkToSeal, filler: number): Promise<Bytes> {
  if (keys.mac === undefined) throw new Error('a suite with a MAC')
  const iv = platformRandom(16)
  const plain = concat(chunk.plain, new Uint8Array(16).fill(filler))
  const padded = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, keys.content, plain))
  const body = concat(iv, padded.slice(0, -16))
  const signed = concat(chunkCounter(chunk.index, chunk.final), body)
  return concat(body, new Uint8Array(await crypto.subtle.sign('HMAC', keys.mac, signed)))
}
