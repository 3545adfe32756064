/** The metadata, sealed under a key derived from the content key: nonce, ciphertext, tag. */
import { Problem } from '#shared/contract/problems.ts'
import { type Bytes, concat } from '#shared/format/bytes.ts'
import type { Header } from '#shared/format/header.ts'
import { encodeMetadata, type Metadata, maxMetadata, parseMetadata } from '#shared/format/metadata.ts'
import { metadataKey } from './content-key.ts'
import type { Random } from './random.ts'

const nonceLength = 12
const tagLength = 16

interface Keyed {
  readonly contentKey: Bytes
  readonly header: Header
}

/** Seals metadata; throws what `encodeMetadata` throws. */
export async function sealMetadata(metadata: Metadata, keyed: Keyed & { random: Random }): Promise<Bytes> {
  const text = encodeMetadata(metadata)
  const iv = keyed.random(nonceLength)
  const key = await metadataKey(keyed.contentKey, keyed.header)
  return concat(iv, new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, text)))
}

/** Opens metadata; throws `envelope-damaged` where it does not open or does not keep its schema and limits. */
export async function openMetadata(meta: Bytes, keyed: Keyed): Promise<Metadata> {
  if (meta.length > nonceLength + maxMetadata + tagLength) throw new Problem('envelope-damaged')
  return parseMetadata(await openText(meta, keyed))
}

async function openText(meta: Bytes, { contentKey, header }: Keyed): Promise<Bytes> {
  const key = await metadataKey(contentKey, header)
  const algorithm = { name: 'AES-GCM', iv: meta.subarray(0, nonceLength) }
  try {
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, meta.subarray(nonceLength)))
  } catch {
    throw new Problem('envelope-damaged', { data: { member: 'meta' } })
  }
}
