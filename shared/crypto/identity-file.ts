/** A person's private keys as one PEM file: read in two steps, what it is and then what is in it. */
import { Problem } from '#shared/contract/problems.ts'
import { encodeBase64 } from '#shared/format/base64.ts'
import { type Bytes, equalBytes, utf8 } from '#shared/format/bytes.ts'
import { type Card, type CardFile, parseCardFile } from '#shared/format/card.ts'
import type { Pbes2 } from '#shared/format/der-pbes2.ts'
import type { EcPrivateKey } from '#shared/format/der-private-key.ts'
import { parsePem } from '#shared/format/pem.ts'
import { keyFileRefused } from '#shared/format/pem-refused.ts'
import { signCard, verifyCard } from './cards.ts'
import { following, type IdentitySecrets } from './identity.ts'
import { cardLine, maxKeys } from './identity-file-encode.ts'
import { passphraseBytes } from './passphrase.ts'
import { canonicalPkcs8, type KeyBlock, readKeyBlock, unlockKey } from './pem-private-key.ts'
import { type MadeKey, takeKey } from './private-key.ts'

/** What a file of keys says before it is unlocked. No secrets; the keys stay inside. */
export interface IdentityFile {
  /** Signed by its own `sign`, and not yet compared with the keys. Its `name` and `address` are nobody's word. */
  readonly card: CardFile | null
  readonly encrypted: boolean
  /** How many private keys there are. */
  readonly keys: number
  /**
   * Opens the keys and proves each public half by use. An encrypted file needs its passphrase, a plain one ignores it.
   * Throws `wrong-passphrase`: ask again; `key-file-refused` (`damaged`, `repeated-key`, `card-unfit`, or another
   * kind of key inside); or the signal's reason, between two keys.
   */
  unlock(passphrase?: string, options?: { signal?: AbortSignal }): Promise<UnlockedFile>
}

/**
 * - `signing-key`: one key alone. `identityFromSigningKey` makes the rest; `card`, where the file has one, is `last`.
 * - `identity`: all of it. Where `card` is `null`, fetch the last one that was published, then `cardForSecrets`.
 */
export type UnlockedFile =
  | { readonly kind: 'signing-key'; readonly sign: Bytes; readonly card: Card | null }
  | { readonly kind: 'identity'; readonly secrets: IdentitySecrets; readonly card: Card | null }

/** The most PBKDF2 iterations that all keys of a file together may ask for: some minutes' work. */
const maxWork = 1_000_000_000

/**
 * Reads a file of keys of 1 MiB at most: ours, or what openssl writes. Nothing is derived yet. Throws
 * `key-file-refused` with `data.reason`; the person has to pick another file, or write it again as the reason says.
 */
export async function readIdentityFile(source: Uint8Array | string): Promise<IdentityFile> {
  const { preamble, blocks } = parsePem(source)
  const keys = blocks.filter(block => block.label !== 'EC PARAMETERS').map(readKeyBlock)
  const encrypted = keys[0]?.encrypted ?? false
  if (keys.length === 0) throw keyFileRefused('not-pem')
  if (keys.length > maxKeys) throw keyFileRefused('too-large')
  // Among keys that only the owner could have locked, a plain one may have been slipped in by somebody else.
  if (keys.some(key => key.encrypted !== encrypted)) throw keyFileRefused('mixed')
  if (keys.reduce((sum, key) => sum + workOf(key), 0) > maxWork) throw keyFileRefused('too-many-iterations')
  const card = await readCard(preamble)
  return {
    card,
    encrypted,
    keys: keys.length,
    async unlock(passphrase = '', { signal } = {}) {
      return sortOut(await openAll(keys, passphrase, signal), card?.card ?? null)
    },
  }
}

function workOf(key: KeyBlock): number {
  return key.encrypted ? key.box.iterations : 0
}

async function readCard(preamble: readonly string[]): Promise<CardFile | null> {
  const lines = preamble.filter(line => line.startsWith(cardLine))
  const [line] = lines
  if (line === undefined) return null
  const file = lines.length === 1 ? parsedCard(line.slice(cardLine.length)) : null
  if (file === null || !(await verifyCard(file.card))) throw keyFileRefused('card-unfit')
  return file
}

function parsedCard(text: string): CardFile | null {
  try {
    return parseCardFile(utf8(text))
  } catch (problem) {
    if (problem instanceof Problem) return null
    throw problem
  }
}

type Taken = Pick<MadeKey, 'pkcs8' | 'spki'>

/** Opens one key after another, since one passphrase that is wrong is wrong for all, and takes each in. */
async function openAll(blocks: readonly KeyBlock[], passphrase: string, signal?: AbortSignal): Promise<Taken[]> {
  let passwords = spellings(passphrase)
  const taken: Taken[] = []
  for (const block of blocks) {
    signal?.throwIfAborted()
    const found = block.encrypted ? await tryEach(block.box, passwords) : { key: block.key, passwords }
    if (found === null) throw taken.length === 0 ? new Problem('wrong-passphrase') : keyFileRefused('damaged')
    passwords = found.passwords
    taken.push(await take(taken.length === 0 ? 'ECDSA' : 'ECDH', canonicalPkcs8(found.key)))
  }
  return taken
}

/** As we write passphrases and, where that differs, as it was typed: other tools do not normalise. */
function spellings(passphrase: string): Bytes[] {
  if (passphrase === '') return []
  const [ours, typed] = [passphraseBytes(passphrase), utf8(passphrase)]
  return equalBytes(ours, typed) ? [ours] : [ours, typed]
}

async function tryEach(
  box: Pbes2,
  passwords: readonly Bytes[],
): Promise<{ key: EcPrivateKey; passwords: Bytes[] } | null> {
  for (const password of passwords) {
    const key = await unlockKey(box, password)
    if (key !== null) return { key, passwords: [password] }
  }
  return null
}

/** Proves the public half by use. */
async function take(kind: 'ECDSA' | 'ECDH', pkcs8: Bytes): Promise<Taken> {
  try {
    return await takeKey(kind, pkcs8)
  } catch {
    throw keyFileRefused('damaged')
  }
}

function sortOut(keys: readonly Taken[], card: Card | null): UnlockedFile {
  const [sign, enc, ...older] = keys
  if (sign === undefined) throw keyFileRefused('not-pem')
  if (new Set(keys.map(key => encodeBase64(key.spki))).size < keys.length) throw keyFileRefused('repeated-key')
  const fits = card === null || (equalBytes(card.sign, sign.spki) && (!enc || equalBytes(card.enc, enc.spki)))
  if (!fits) throw keyFileRefused('card-unfit')
  if (enc === undefined) return { kind: 'signing-key', sign: sign.pkcs8, card }
  const secrets = { sign: sign.pkcs8, enc: enc.pkcs8, older: older.map(key => key.pkcs8) }
  return { kind: 'identity', secrets, card }
}

/**
 * The card for keys that came without one. `last` is the last card that was published for this signing key: it is
 * given back where it names this encryption key, and is followed by a new one where it names another. Without it the
 * card has `seq` 1. `now` is epoch milliseconds. Throws `card-refused` where `last` is of another signing key, is not
 * signed, or is the last possible one: nothing may be published then.
 */
export async function cardForSecrets(input: {
  secrets: Pick<IdentitySecrets, 'sign' | 'enc'>
  last?: Card
  now?: number
}): Promise<Card> {
  const { secrets, last, now = Date.now() } = input
  const [sign, enc] = await Promise.all([takeKey('ECDSA', secrets.sign), takeKey('ECDH', secrets.enc)])
  const isOurs = last === undefined || (equalBytes(last.sign, sign.spki) && (await verifyCard(last)))
  if (!isOurs || equalBytes(sign.spki, enc.spki)) throw new Problem('card-refused')
  if (last !== undefined && equalBytes(last.enc, enc.spki)) return last
  return signCard({ sign: sign.spki, enc: enc.spki, created: now, ...(await following(last)) }, sign.key)
}
