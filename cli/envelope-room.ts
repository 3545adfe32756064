/** How long an envelope will be, before there is one: so that what comes after it in a `.dcrypt` can be written first. */

import type { Recipient } from '#shared/crypto/wrap.ts'
import type { Card } from '#shared/format/card.ts'
import { encodeEnvelope } from '#shared/format/envelope.ts'
import { encodeMetadata, type Metadata } from '#shared/format/metadata.ts'
import { headerLength } from '#shared/format/sizes.ts'
import { type Stanza, writtenCost } from '#shared/format/stanza.ts'

/** Nonce and tag of the sealed metadata. */
const metaOverhead = 28

/**
 * The length in bytes that the envelope has at most: exact but for the numbers, which may turn out shorter. Throws what
 * `encodeMetadata` and `encodeEnvelope` throw, before anything was sealed.
 */
export function envelopeRoom(input: {
  metadata: Metadata
  length: number
  sender: Card
  recipients: readonly Recipient[]
}): number {
  const zeros = (length: number) => new Uint8Array(length)
  const text = encodeEnvelope({
    header: { suite: 'gcm', exponent: 12, salt: zeros(32), commitment: zeros(32), bytes: zeros(headerLength) },
    length: input.length,
    root: zeros(32),
    meta: zeros(encodeMetadata(input.metadata).length + metaOverhead),
    sender: input.sender,
    stanzas: input.recipients.map(stanzaLike),
  })
  // An envelope is ASCII: base64url and numbers.
  return text.length
}

function stanzaLike({ type }: Recipient): Stanza {
  const tail = { ct: new Uint8Array(48), sig: new Uint8Array(96) }
  if (type === 'p384') return { type, kid: new Uint8Array(32), enc: new Uint8Array(97), ...tail }
  if (type === 'link') return { type, nonce: new Uint8Array(12), ...tail }
  return { type, salt: new Uint8Array(16), ...writtenCost, nonce: new Uint8Array(12), ...tail }
}
