/** What an envelope is bound to, and the names that follow from it. */
import type { Bytes } from '#shared/format/bytes.ts'
import { type Envelope, transcriptOf } from '#shared/format/envelope.ts'
import { identityHash } from './cards.ts'
import { sha256 } from './hash.ts'

export interface EnvelopeNames {
  readonly transcript: Bytes
  /** The transfer's own name: SHA-256 of the transcript, 32 bytes. */
  readonly transfer: Bytes
  /** The sender's identity hash, 32 bytes. */
  readonly senderHash: Bytes
}

/** Transcript, transfer name and sender of an envelope; what they say is proven by a stanza's signature alone. */
export async function envelopeNames(
  envelope: Pick<Envelope, 'header' | 'length' | 'root' | 'meta' | 'sender'>,
): Promise<EnvelopeNames> {
  const [metaHash, senderHash] = await Promise.all([sha256(envelope.meta), identityHash(envelope.sender)])
  const transcript = transcriptOf(envelope, { metaHash, senderHash })
  return { transcript, transfer: await sha256(transcript), senderHash }
}
