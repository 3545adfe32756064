/** Writes a person's private keys as one PEM file, of which `openssl pkey` reads each block by itself. */
import { Problem } from '#shared/contract/problems.ts'
import { type Bytes, equalBytes } from '#shared/format/bytes.ts'
import { type Card, encodeCardFile } from '#shared/format/card.ts'
import { spkiOfPoint } from '#shared/format/der.ts'
import { parsePkcs8, pointOfPkcs8 } from '#shared/format/der-private-key.ts'
import { keyFileRefused } from '#shared/format/pem-refused.ts'
import type { IdentitySecrets } from './identity.ts'
import { passphraseBytes } from './passphrase.ts'
import { canonicalPkcs8, lockKey, plainKey } from './pem-private-key.ts'
import { platformRandom, type Random } from './random.ts'

/** What the line with the card begins with. */
export const cardLine = 'datacrypt-card: '
/** The most private keys of one file. */
export const maxKeys = 1000

const writtenIterations = 600_000

/**
 * The file's text. With a passphrase every key is encrypted (PBES2: PBKDF2-HMAC-SHA-256, 600,000 iterations,
 * AES-256-CBC); without one all stand there plain, which the caller has asked the person about. `name` and `address`
 * are hints beside the card that nobody signs. `iterations` and `random` are for tests.
 * Throws `card-refused` where the card does not name the first two keys, `weak-password` for an empty passphrase,
 * `key-file-refused` for keys that are not P-384 or more than a reader takes.
 */
export async function encodeIdentityFile(input: {
  card: Card
  secrets: IdentitySecrets
  passphrase?: string
  name?: string
  address?: string
  iterations?: number
  random?: Random
}): Promise<string> {
  const { card, secrets, passphrase, iterations = writtenIterations, random = platformRandom } = input
  const keys = [secrets.sign, secrets.enc, ...secrets.older].map(key => canonicalPkcs8(parsePkcs8(key)))
  if (keys.length > maxKeys) throw keyFileRefused('too-large')
  if (!names(card, keys)) throw new Problem('card-refused')
  const password = passphrase === undefined ? null : passphraseBytes(passphrase)
  const blocks: string[] = []
  for (const key of keys) {
    blocks.push(password === null ? plainKey(key) : await lockKey(key, { password, iterations, random }))
  }
  return [`${cardLine}${encodeCardFile({ card, ...hintsOf(input) })}\n`, ...blocks].join('')
}

function names(card: Card, [sign, enc]: readonly Bytes[]): boolean {
  if (sign === undefined || enc === undefined) return false
  const isOf = (spki: Bytes, pkcs8: Bytes) => equalBytes(spki, spkiOfPoint(pointOfPkcs8(pkcs8)))
  return isOf(card.sign, sign) && isOf(card.enc, enc)
}

function hintsOf({ name, address }: { name?: string; address?: string }) {
  return { ...(name !== undefined && { name }), ...(address !== undefined && { address }) }
}
