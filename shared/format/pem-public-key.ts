/** A single public key as PEM, for other tools. Alone it is never a recipient: that takes a card. */
import type { Bytes } from './bytes.ts'
import { isCanonicalSpki } from './der.ts'
import { readAlgorithm, takeOnly } from './der-private-key.ts'
import { derReader, tags } from './der-reader.ts'
import { encodePem, parsePem } from './pem.ts'
import { keyFileRefused } from './pem-refused.ts'

const label = 'PUBLIC KEY'

/** The canonical SPKI (120 bytes) of a public key as a PEM file (RFC 7468 section 13). */
export function encodePublicKeyPem(spki: Bytes): string {
  return encodePem({ label, der: spki })
}

/**
 * The canonical SPKI in a PEM file of one public key. Throws `key-file-refused`, with `other-key`, `other-curve` or
 * `explicit-curve` where it holds something else, and `damaged` for any other spelling (a compressed point is one).
 */
export function parsePublicKeyPem(source: Uint8Array | string): Bytes {
  const [block, ...more] = parsePem(source).blocks
  if (block?.label !== label || more.length > 0) throw keyFileRefused('other-key')
  if (isCanonicalSpki(block.der)) return block.der
  readAlgorithm(derReader(takeOnly(block.der, tags.sequence)).open())
  throw keyFileRefused('damaged')
}
