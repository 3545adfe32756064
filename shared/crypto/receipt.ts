/** Receipts: signing one, and checking one against the envelope that it speaks of. */
import { Problem } from '#shared/contract/problems.ts'
import { asBytes, type Bytes, equalBytes } from '#shared/format/bytes.ts'
import type { Envelope } from '#shared/format/envelope.ts'
import { type Receipt, receiptBytes } from '#shared/format/receipt.ts'
import { identityHash, verifyCard } from './cards.ts'
import { signMessage, verifyMessage } from './ecdsa.ts'
import type { Identity } from './identity.ts'
import { envelopeNames } from './transcript.ts'
import { verifyStanza } from './wrap.ts'

/** Signs that the whole transfer arrived and was checked. `received` is epoch milliseconds. */
export async function signReceipt(input: {
  identity: Identity
  transfer: Uint8Array
  senderHash: Uint8Array
  received: number
}): Promise<Receipt> {
  const { identity, received } = input
  const unsigned = { transfer: asBytes(input.transfer), sender: asBytes(input.senderHash), received }
  const message = receiptBytes(unsigned, await identityHash(identity.card))
  return { ...unsigned, recipient: identity.card, sig: await signMessage(identity.signKey, message) }
}

/**
 * Checks a receipt against the envelope (its stanzas included). `recipient` is the identity hash that is pinned for
 * whom it should come from. Throws `receipt-invalid`: it proves nothing then.
 */
export async function checkReceipt(
  receipt: Receipt,
  envelope: Envelope,
  { recipient }: { recipient?: Uint8Array } = {},
): Promise<void> {
  const recipientHash = await identityHash(receipt.recipient)
  const genuine =
    (recipient === undefined || equalBytes(recipient, recipientHash)) &&
    (await isSigned(receipt, recipientHash)) &&
    (await isAbout(receipt, envelope))
  if (!genuine) throw new Problem('receipt-invalid')
}

async function isSigned(receipt: Receipt, recipientHash: Bytes): Promise<boolean> {
  const message = receiptBytes(receipt, recipientHash)
  return (await verifyCard(receipt.recipient)) && (await verifyMessage(receipt.recipient.sign, receipt.sig, message))
}

async function isAbout(receipt: Receipt, envelope: Envelope): Promise<boolean> {
  const { transcript, transfer, senderHash } = await envelopeNames(envelope)
  const same = equalBytes(receipt.transfer, transfer) && equalBytes(receipt.sender, senderHash)
  return same && (await verifyCard(envelope.sender)) && hasSignedStanza(envelope, transcript)
}

async function hasSignedStanza({ stanzas, sender }: Envelope, transcript: Bytes): Promise<boolean> {
  for (const stanza of stanzas) {
    if (stanza.type !== 'unknown' && (await verifyStanza(stanza, sender, transcript))) return true
  }
  return false
}
