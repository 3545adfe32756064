/** Receipts: a recipient's signed word that the whole transfer arrived and was checked. */
import { Problem } from '#shared/contract/problems.ts'
import { encodeBase64 } from './base64.ts'
import { type Bytes, concat, label, uint64 } from './bytes.ts'
import { type Card, cardJson, parseCard } from './card.ts'
import { members, parseObject } from './members.ts'

const receiptFormat = 'datacrypt-receipt/1'
const maxReceipt = 64 * 1024

export interface Receipt {
  /** The transfer's own name: SHA-256 of its transcript, 32 bytes. */
  readonly transfer: Bytes
  /** The sender's identity hash, 32 bytes. */
  readonly sender: Bytes
  readonly recipient: Card
  /** Epoch milliseconds, by the recipient's clock. */
  readonly received: number
  /** 96 bytes. */
  readonly sig: Bytes
}

/** What a receipt's signature covers; `recipientHash` is the recipient's identity hash. */
export function receiptBytes(
  receipt: Pick<Receipt, 'transfer' | 'sender' | 'received'>,
  recipientHash: Uint8Array,
): Bytes {
  const { transfer, sender, received } = receipt
  return concat(label('datacrypt/1 receipt'), transfer, sender, recipientHash, uint64(received))
}

/** Reads a receipt (UTF-8 JSON); throws `receipt-invalid`. Nothing is proven before `checkReceipt`. */
export function parseReceipt(bytes: Uint8Array): Receipt {
  const from = members(bytes.length <= maxReceipt ? parseObject(bytes) : null, 'receipt-invalid')
  if (from.text('format') !== receiptFormat) throw new Problem('receipt-invalid', { data: { member: 'format' } })
  return {
    transfer: from.bytes('transfer', 32),
    sender: from.bytes('sender', 32),
    recipient: parseCard(from.value('recipient'), 'receipt-invalid'),
    received: from.integer('received'),
    sig: from.bytes('sig', 96),
  }
}

/** The receipt's text: JSON on one line. */
export function encodeReceipt(receipt: Receipt): string {
  return JSON.stringify({
    format: receiptFormat,
    transfer: encodeBase64(receipt.transfer),
    sender: encodeBase64(receipt.sender),
    recipient: cardJson(receipt.recipient),
    received: receipt.received,
    sig: encodeBase64(receipt.sig),
  })
}
