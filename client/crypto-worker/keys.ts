/** The account key and the private keys: made, wrapped and opened here, and never posted anywhere. */
import * as z from 'zod/mini'
import type { KdfParams, KeyBundle, PasswordWrap, Wrap } from '#shared/contract/account.ts'
import { cardJson as cardSchema } from '#shared/contract/account.ts'
import { argon2Ceiling } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import { hkdf } from '#shared/crypto/hash.ts'
import {
  fingerprint,
  generateIdentity,
  type Identity,
  type IdentitySecrets,
  identityHash,
  importIdentity,
} from '#shared/crypto/identity.ts'
import { platformRandom, type Random } from '#shared/crypto/random.ts'
import { decodeBase64, encodeBase64 } from '#shared/format/base64.ts'
import { type Bytes, utf8, utf8Text } from '#shared/format/bytes.ts'
import { cardJson, parseCard } from '#shared/format/card.ts'
import type { StretchPassword } from './argon2.ts'
import type { IdentityFacts } from './orders.ts'
import { bindingOf, boxKey, openBox, sealBox } from './sealed-box.ts'

/** What is open while the app is unlocked. */
export interface OpenKeys {
  readonly userId: string
  readonly accountKey: CryptoKey
  readonly identity: Identity
}

export interface Keys {
  prepareLogin(input: { password: string; kdf: KdfParams }): Promise<string>
  createKeys(input: { userId: string; now: number }): Promise<KeyBundle>
  openKeys(input: { userId: string; bundle: KeyBundle }): Promise<IdentityFacts>
  unlock(input: { userId: string; bundle: KeyBundle; password: string }): Promise<IdentityFacts>
  /** What is open; throws `locked`. */
  current(): OpenKeys
}

interface Prepared {
  readonly kdf: KdfParams
  readonly wrapKey: CryptoKey
  readonly loginSecret: Bytes
}

const wrapVersion = 1
const keysVersion = 1

/** Makes the keyring of one worker. `floor` is the least of Argon2id that it takes from a server. */
export function makeKeys(options: {
  stretch: StretchPassword
  floor: { readonly m: number; readonly t: number; readonly p: number }
  random?: Random
}): Keys {
  const { stretch, floor, random = platformRandom } = options
  let prepared: Prepared | null = null
  let open: OpenKeys | null = null

  async function prepare(password: string, kdf: KdfParams): Promise<Prepared> {
    const stretched = await stretch(stretchOf(password, kdf, floor))
    prepared = { kdf, ...(await splitStretched(stretched)) }
    stretched.fill(0)
    return prepared
  }

  function takePrepared(): Prepared {
    const taken = prepared
    prepared = null
    if (taken === null) throw new Problem('wrong-password')
    return taken
  }

  async function openWith(userId: string, bundle: KeyBundle, { wrapKey }: Prepared): Promise<IdentityFacts> {
    const raw = await unwrapAccountKey(wrapKey, userId, bundle.wraps)
    const accountKey = await boxKey(raw)
    raw.fill(0)
    const identity = await openIdentity(accountKey, userId, bundle)
    open = { userId, accountKey, identity }
    return factsOf(identity)
  }

  return {
    async prepareLogin({ password, kdf }) {
      return encodeBase64((await prepare(password, kdf)).loginSecret)
    },
    async createKeys({ userId, now }) {
      const { kdf, wrapKey } = takePrepared()
      const raw = random(32)
      const accountKey = await boxKey(raw)
      const sealed = await sealBox(wrapKey, { plain: raw, binding: wrapBinding(userId, 'password'), random })
      raw.fill(0)
      const { identity, secrets } = await generateIdentity({ now })
      const keys = await sealBox(accountKey, { plain: encodeSecrets(secrets), binding: keysBinding(userId), random })
      open = { userId, accountKey, identity }
      return {
        card: cardSchema.parse(cardJson(identity.card)),
        keys: { version: keysVersion, sealed: encodeBase64(keys) },
        wraps: [{ kind: 'password', version: wrapVersion, kdf, sealed: encodeBase64(sealed) }],
      }
    },
    openKeys: async ({ userId, bundle }) => openWith(userId, bundle, takePrepared()),
    async unlock({ userId, bundle, password }) {
      const { kdf } = passwordWrap(bundle.wraps)
      await prepare(password, kdf)
      return openWith(userId, bundle, takePrepared())
    },
    current() {
      if (open === null) throw new Problem('locked')
      return open
    },
  }
}

function stretchOf(password: string, kdf: KdfParams, floor: { m: number; t: number; p: number }) {
  const { m, t, p } = kdf
  const salt = decodeBase64(kdf.salt)
  const weak = m < floor.m || t < floor.t || p < floor.p
  const absurd = m > argon2Ceiling.m || t > argon2Ceiling.t || p > argon2Ceiling.p
  if (weak || absurd || salt?.length !== 16) throw new Problem('kdf-refused')
  return { password: utf8(password.normalize('NFKC')), salt, m, t, p }
}

/** Two keys that tell nothing of each other: one for the server to see, one that opens the account key. */
async function splitStretched(ikm: Bytes): Promise<Omit<Prepared, 'kdf'>> {
  const salt = new Uint8Array(0)
  const loginSecret = await hkdf({ ikm, salt, info: utf8('datacrypt/1 login') })
  const wrapKey = await boxKey(await hkdf({ ikm, salt, info: utf8('datacrypt/1 wrap') }))
  return { loginSecret, wrapKey }
}

function wrapBinding(userId: string, kind: Wrap['kind']): Bytes {
  return bindingOf('datacrypt/1 wrap', userId, kind, wrapVersion)
}

function keysBinding(userId: string): Bytes {
  return bindingOf(userId, 'keys', keysVersion)
}

function passwordWrap(wraps: readonly Wrap[]): PasswordWrap {
  const found = wraps.find(wrap => wrap.kind === 'password')
  if (found === undefined) throw new Problem('keys-missing')
  return found
}

async function unwrapAccountKey(wrapKey: CryptoKey, userId: string, wraps: readonly Wrap[]): Promise<Bytes> {
  const sealed = decodeBase64(passwordWrap(wraps).sealed)
  const binding = wrapBinding(userId, 'password')
  const raw = sealed === null ? null : await openBox(wrapKey, { sealed, binding })
  if (raw?.length !== 32) throw new Problem('wrong-password')
  return raw
}

const secretsSchema = z.object({ sign: z.string(), enc: z.string(), older: z.array(z.string()) })

function encodeSecrets({ sign, enc, older }: IdentitySecrets): Bytes {
  const texts = { sign: encodeBase64(sign), enc: encodeBase64(enc), older: older.map(encodeBase64) }
  return utf8(JSON.stringify(texts))
}

async function openIdentity(accountKey: CryptoKey, userId: string, bundle: KeyBundle): Promise<Identity> {
  const sealed = decodeBase64(bundle.keys.sealed)
  const plain = sealed === null ? null : await openBox(accountKey, { sealed, binding: keysBinding(userId) })
  if (plain === null) throw new Problem('card-refused')
  return importIdentity({ card: parseCard(bundle.card), ...parseSecrets(plain) })
}

function parseSecrets(plain: Bytes): IdentitySecrets {
  const { sign, enc, older } = secretsSchema.parse(JSON.parse(utf8Text(plain) ?? ''))
  return { sign: pkcs8(sign), enc: pkcs8(enc), older: older.map(pkcs8) }
}

function pkcs8(text: string): Bytes {
  const bytes = decodeBase64(text)
  if (bytes === null) throw new Problem('card-refused')
  return bytes
}

async function factsOf({ card }: Identity): Promise<IdentityFacts> {
  const [print, hash] = await Promise.all([fingerprint(card.sign), identityHash(card)])
  return { fingerprint: print, identityHash: encodeBase64(hash), keyNumber: card.seq, keySince: card.created }
}
