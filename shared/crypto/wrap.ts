/** The content key, wrapped for each kind of recipient, and unwrapped again. */
import { Problem } from '#shared/contract/problems.ts'
import { type Bytes, concat, equalBytes } from '#shared/format/bytes.ts'
import type { Card } from '#shared/format/card.ts'
import { isPoint, spkiPoint } from '#shared/format/der.ts'
import type { Envelope } from '#shared/format/envelope.ts'
import type { Header } from '#shared/format/header.ts'
import {
  type ArgonCost,
  type LinkStanza,
  type P384Stanza,
  type PassphraseStanza,
  type Stanza,
  signedMessages,
  stanzaMessage,
  type UnsignedStanza,
  writtenCost,
} from '#shared/format/stanza.ts'
import { identityHash, keyId, verifyCard } from './cards.ts'
import { signMessage, verifyMessage } from './ecdsa.ts'
import { hpkeOpen, hpkeSeal } from './hpke.ts'
import type { Identity } from './identity.ts'
import { type Argon2id, linkKey, stretchedKey } from './passphrase.ts'
import { importEncryptionKey } from './private-key.ts'
import type { Random } from './random.ts'

export type { Argon2id } from './passphrase.ts'

/** A reader tries Argon2id on no more stanzas than this: each costs memory and seconds. */
const maxTries = 8

/** Whom a transfer is sealed to. `secret` is a link's 32 bytes; `cost` is the written one unless a test lowers it. */
export type Recipient =
  | { readonly type: 'p384'; readonly card: Card }
  | { readonly type: 'passphrase'; readonly passphrase: string; readonly argon2id: Argon2id; readonly cost?: ArgonCost }
  | { readonly type: 'link'; readonly secret: Uint8Array }
  | {
      readonly type: 'link-passphrase'
      readonly secret: Uint8Array
      readonly passphrase: string
      readonly argon2id: Argon2id
      readonly cost?: ArgonCost
    }

/** What a reader opens an envelope with. */
export type Access =
  | { readonly keys: Identity }
  | { readonly passphrase: string; readonly argon2id: Argon2id; readonly link?: undefined }
  | { readonly link: Uint8Array; readonly passphrase?: undefined }
  | { readonly link: Uint8Array; readonly passphrase: string; readonly argon2id: Argon2id }

interface Wrapping {
  readonly contentKey: Bytes
  readonly header: Header
  readonly transcript: Bytes
  readonly random: Random
}

/** Wraps the content key for one recipient and signs the stanza. Throws `card-refused` for a card that is not signed. */
export async function wrap(recipient: Recipient, wrapping: Wrapping & { signKey: CryptoKey }): Promise<Stanza> {
  const stanza = await unsigned(recipient, wrapping)
  return { ...stanza, sig: await signMessage(wrapping.signKey, stanzaMessage(stanza, wrapping.transcript)) }
}

function unsigned(recipient: Recipient, wrapping: Wrapping): Promise<UnsignedStanza> {
  switch (recipient.type) {
    case 'p384':
      return wrapToCard(recipient.card, wrapping)
    case 'link':
      return wrapToLink(recipient.secret, wrapping)
    default:
      return wrapToPassphrase(recipient, wrapping)
  }
}

async function wrapToCard(card: Card, { contentKey, transcript }: Wrapping): Promise<UnsignedStanza> {
  if (!(await verifyCard(card))) throw new Problem('card-refused')
  const to = await importEncryptionKey(spkiPoint(card.enc))
  const aad = concat(transcript, await identityHash(card))
  return { type: 'p384', kid: await keyId(card.enc), ...(await hpkeSeal(to, { plain: contentKey, aad })) }
}

async function wrapToLink(secret: Uint8Array, wrapping: Wrapping): Promise<UnsignedStanza> {
  const nonce = wrapping.random(12)
  return { type: 'link', nonce, ct: await encryptKey(await linkKey(secret, wrapping.header), nonce, wrapping) }
}

async function wrapToPassphrase(
  recipient: Extract<Recipient, { passphrase: string }>,
  wrapping: Wrapping,
): Promise<UnsignedStanza> {
  const { m, t, p } = recipient.cost ?? writtenCost
  const salt = wrapping.random(16)
  const nonce = wrapping.random(12)
  const key = await stretchedKey(recipient, { salt, m, t, p, header: wrapping.header })
  return { type: recipient.type, salt, m, t, p, nonce, ct: await encryptKey(key, nonce, wrapping) }
}

async function encryptKey(key: CryptoKey, iv: Bytes, { contentKey, transcript }: Wrapping): Promise<Bytes> {
  const algorithm = { name: 'AES-GCM', iv, additionalData: transcript }
  return new Uint8Array(await crypto.subtle.encrypt(algorithm, key, contentKey))
}

/** Whether the stanza is signed by the card's owner, over this transcript. */
export async function verifyStanza(stanza: Stanza, sender: Card, transcript: Bytes): Promise<boolean> {
  for (const message of signedMessages(stanza, transcript)) {
    if (await verifyMessage(sender.sign, stanza.sig, message)) return true
  }
  return false
}

/**
 * Finds the reader's stanza, checks its signature and opens it: the 32 bytes of the content key, whose commitment is
 * still to be checked. Throws, in this order, `not-for-this-key`, `sender-unproven`, and where the stanza does not open
 * `envelope-damaged` for a key pair, `not-for-this-key` for a passphrase or link.
 */
export function unwrap(envelope: Envelope, access: Access, transcript: Bytes): Promise<Bytes> {
  if ('keys' in access) return unwrapByKey(envelope, access.keys, transcript)
  if (access.passphrase !== undefined) return unwrapByPassphrase(envelope, access, transcript)
  return unwrapByLink(envelope, access.link, transcript)
}

async function unwrapByKey(envelope: Envelope, identity: Identity, transcript: Bytes): Promise<Bytes> {
  const held = await heldKeys(identity)
  const keyOf = (stanza: P384Stanza) => held.find(({ kid }) => equalBytes(kid, stanza.kid))
  const stanza = envelope.stanzas.filter(isP384).find(candidate => keyOf(candidate) !== undefined)
  const key = stanza && keyOf(stanza)
  if (stanza === undefined || key === undefined) throw new Problem('not-for-this-key')
  if (!(await verifyStanza(stanza, envelope.sender, transcript))) throw new Problem('sender-unproven')
  return openByKey(stanza, key, concat(transcript, await identityHash(identity.card)))
}

function isP384(stanza: Envelope['stanzas'][number]): stanza is P384Stanza {
  return stanza.type === 'p384'
}

interface HeldKey {
  readonly kid: Bytes
  readonly enc: Bytes
  readonly key: CryptoKey
}

async function heldKeys({ card, encKey, olderEncKeys }: Identity): Promise<readonly HeldKey[]> {
  return [{ kid: await keyId(card.enc), enc: card.enc, key: encKey }, ...olderEncKeys]
}

async function openByKey(stanza: P384Stanza, held: HeldKey, aad: Bytes): Promise<Bytes> {
  const { enc, ct } = stanza
  // Platforms disagree about strange points, so ours is the check that counts.
  if (!isPoint(enc)) throw new Problem('envelope-damaged')
  const publicKey = await importEncryptionKey(spkiPoint(held.enc))
  try {
    return await hpkeOpen({ publicKey, privateKey: held.key }, { enc, ct, aad })
  } catch {
    throw new Problem('envelope-damaged')
  }
}

async function unwrapByPassphrase(
  envelope: Envelope,
  access: { passphrase: string; argon2id: Argon2id; link?: Uint8Array | undefined },
  transcript: Bytes,
): Promise<Bytes> {
  const type = access.link === undefined ? 'passphrase' : 'link-passphrase'
  const offered = envelope.stanzas.filter((stanza): stanza is PassphraseStanza => stanza.type === type)
  const signed = await signedOnes(offered, { sender: envelope.sender, transcript, most: maxTries })
  const shared = { ...access, secret: access.link }
  return firstOpened(signed, transcript, stanza => stretchedKey(shared, { ...stanza, header: envelope.header }))
}

async function unwrapByLink(envelope: Envelope, secret: Uint8Array, transcript: Bytes): Promise<Bytes> {
  const offered = envelope.stanzas.filter((stanza): stanza is LinkStanza => stanza.type === 'link')
  const signed = await signedOnes(offered, { sender: envelope.sender, transcript, most: offered.length })
  const key = await linkKey(secret, envelope.header)
  return firstOpened(signed, transcript, async () => key)
}

/** The first `most` stanzas whose signatures are good. */
async function signedOnes<S extends Stanza>(
  offered: readonly S[],
  { sender, transcript, most }: { sender: Card; transcript: Bytes; most: number },
): Promise<readonly S[]> {
  if (offered.length === 0) throw new Problem('not-for-this-key')
  const signed: S[] = []
  for (const stanza of offered) {
    if (signed.length < most && (await verifyStanza(stanza, sender, transcript))) signed.push(stanza)
  }
  if (signed.length === 0) throw new Problem('sender-unproven')
  return signed
}

async function firstOpened<S extends LinkStanza | PassphraseStanza>(
  stanzas: readonly S[],
  transcript: Bytes,
  keyFor: (stanza: S) => Promise<CryptoKey>,
): Promise<Bytes> {
  for (const stanza of stanzas) {
    const opened = await decryptKey(await keyFor(stanza), stanza, transcript)
    if (opened !== null) return opened
  }
  throw new Problem('not-for-this-key')
}

async function decryptKey(key: CryptoKey, stanza: LinkStanza | PassphraseStanza, transcript: Bytes) {
  const algorithm = { name: 'AES-GCM', iv: stanza.nonce, additionalData: transcript }
  try {
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, stanza.ct))
  } catch {
    return null
  }
}
