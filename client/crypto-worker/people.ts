/** Other people: their cards, what they sent, and what they signed for. */
import type { CardJson } from '#shared/contract/account.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { ReceiptJson } from '#shared/contract/transfer.ts'
import { fingerprint, type Identity, identityHash, judgeCard, keyId, verifyCard } from '#shared/crypto/identity.ts'
import { type OpenedEnvelope, openEnvelope } from '#shared/crypto/open.ts'
import { checkReceipt } from '#shared/crypto/receipt.ts'
import { decodeBase64, encodeBase64 } from '#shared/format/base64.ts'
import { type Bytes, equalBytes, utf8 } from '#shared/format/bytes.ts'
import { type Card, parseCard } from '#shared/format/card.ts'
import { type Envelope, parseEnvelope } from '#shared/format/envelope.ts'
import { parseReceipt } from '#shared/format/receipt.ts'
import type { CardFacts, CryptoWorker, OpenedContent } from './orders.ts'

/** A card from the wire, its signature checked; throws `card-refused`. */
export async function trustedCard(json: CardJson): Promise<Card> {
  const card = parseCard(json)
  if (!(await verifyCard(card))) throw new Problem('card-refused')
  return card
}

export async function cardFacts(json: CardJson): Promise<CardFacts> {
  return factsOf(await trustedCard(json))
}

async function factsOf(card: Card): Promise<CardFacts> {
  const [print, hash] = await Promise.all([fingerprint(card.sign), identityHash(card)])
  return { fingerprint: print, identityHash: encodeBase64(hash) }
}

/** `judgeCard` of FORMAT.md's rules, on cards as the wire writes them. */
export const judge: CryptoWorker['judgeCard'] = (pinned, offered) =>
  judgeCard({ pinned: parseCard(pinned), offered: parseCard(offered) })

/** Opens an envelope with the keys that are open; `sender` is the identity hash that is asked for. */
export function openFor(identity: Identity, envelope: string, sender?: string): Promise<OpenedEnvelope> {
  return openEnvelope(utf8(envelope), { keys: identity, ...(sender === undefined ? {} : { sender: hashOf(sender) }) })
}

function hashOf(text: string): Bytes {
  const hash = decodeBase64(text)
  if (hash?.length !== 32) throw new Problem('sender-unproven')
  return hash
}

export async function openContent(
  identity: Identity,
  input: { envelope: string; sender?: string },
): Promise<OpenedContent & { sender: CardFacts }> {
  const opened = await openFor(identity, input.envelope, input.sender)
  const { metadata, layout, envelope } = opened
  return {
    transfer: encodeBase64(opened.transfer),
    root: encodeBase64(envelope.root),
    suite: layout.suite,
    chunkSize: layout.chunkSize,
    chunks: layout.count,
    sealedAt: metadata.created,
    kid: encodeBase64(await ownKid(identity, envelope)),
    ...(metadata.title === undefined ? {} : { title: metadata.title }),
    ...(metadata.note === undefined ? {} : { note: metadata.note }),
    files: metadata.files,
    sender: await factsOf(envelope.sender),
  }
}

/** The key that opened the envelope: of the stanzas for one's own keys the first counts (FORMAT.md, `.key`). */
async function ownKid({ card, olderEncKeys }: Identity, { stanzas }: Envelope): Promise<Bytes> {
  const own = [await keyId(card.enc), ...olderEncKeys.map(({ kid }) => kid)]
  for (const stanza of stanzas) {
    if (stanza.type === 'p384' && own.some(kid => equalBytes(kid, stanza.kid))) return stanza.kid
  }
  throw new Problem('not-for-this-key')
}

/** Throws `receipt-invalid` where it is not the pinned recipient's, or not for this envelope. */
export async function checkReceiptOf(input: {
  receipt: ReceiptJson
  envelope: string
  recipient: CardJson
}): Promise<void> {
  const receipt = parseReceipt(utf8(JSON.stringify(input.receipt)))
  const recipient = await identityHash(parseCard(input.recipient))
  await checkReceipt(receipt, parseEnvelope(utf8(input.envelope)), { recipient })
}
