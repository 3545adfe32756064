/** Suite 2: AES-256-CBC, then HMAC-SHA-256 over counter, IV and ciphertext; checked before anything is decrypted. */
import { Problem } from '#shared/contract/problems.ts'
import { type Bytes, chunkCounter } from '#shared/format/bytes.ts'
import type { ChunkToOpen, ChunkToSeal } from './chunk.ts'
import { platformRandom } from './random.ts'

const counterLength = 12
const ivLength = 16
const tagLength = 32

interface CbcKeys {
  readonly content: CryptoKey
  readonly mac: CryptoKey
}

/** Seals one chunk: IV, ciphertext, tag. The view has twelve bytes of its buffer before it: the counter, for the MAC. */
export async function sealCbc(keys: CbcKeys, chunk: ChunkToSeal): Promise<Bytes> {
  const iv = (chunk.random ?? platformRandom)(ivLength)
  const body: Bytes = new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-CBC', iv }, keys.content, chunk.plain))
  const signed = counterLength + ivLength + body.length
  const all = new Uint8Array(signed + tagLength)
  all.set(chunkCounter(chunk.index, chunk.final))
  all.set(iv, counterLength)
  all.set(body, counterLength + ivLength)
  chunk.release?.(body.buffer)
  const tag = await crypto.subtle.sign('HMAC', keys.mac, all.subarray(0, signed))
  all.set(new Uint8Array(tag), signed)
  return all.subarray(counterLength)
}

/** Opens one chunk; throws `damaged-at-chunk`, the same for a wrong tag and for wrong padding. */
export async function openCbc(keys: CbcKeys, chunk: ChunkToOpen): Promise<Bytes> {
  const { cipher, index, final } = chunk
  try {
    const tagAt = cipher.length - tagLength
    const signed = new Uint8Array(counterLength + tagAt)
    signed.set(chunkCounter(index, final))
    signed.set(cipher.subarray(0, tagAt), counterLength)
    const genuine = await crypto.subtle.verify('HMAC', keys.mac, cipher.subarray(tagAt), signed)
    chunk.release?.(signed.buffer)
    if (!genuine) throw new Problem('damaged-at-chunk', { data: { chunk: index } })
    const algorithm = { name: 'AES-CBC', iv: cipher.subarray(0, ivLength) }
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, keys.content, cipher.subarray(ivLength, tagAt)))
  } catch {
    throw new Problem('damaged-at-chunk', { data: { chunk: index } })
  }
}
