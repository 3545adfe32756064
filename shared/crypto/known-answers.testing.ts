/** Reads the known answers, and the little that opening them takes beside our own code. */
import { readFileSync } from 'node:fs'
import * as z from 'zod/mini'
import { decodeBase64 } from '#shared/format/base64.ts'
import type { Bytes } from '#shared/format/bytes.ts'
import { parseCard } from '#shared/format/card.ts'
import { argon } from './fault-kit-people.testing.ts'
import { fromHex } from './forge.testing.ts'
import { type Identity, importIdentity } from './identity.ts'
import type { Access } from './open.ts'

const bundle = z.object({
  name: z.string(),
  key: z.string(),
  enc: z.string(),
  opens: z.object({
    keys: z.array(z.enum(['alice', 'bob', 'bobRotated'])),
    passphrase: z.optional(z.string()),
    linkSecretHex: z.optional(z.string()),
  }),
  contentKeyHex: z.string(),
  transcriptHex: z.string(),
  transferHex: z.string(),
  derivedHex: z.object({ content: z.string(), mac: z.string(), commit: z.string(), meta: z.string() }),
  digestsHex: z.array(z.string()),
  files: z.array(z.object({ name: z.string(), size: z.number(), sha256Hex: z.string() })),
  padding: z.number(),
  note: z.optional(z.string()),
  linkFragment: z.optional(z.string()),
})
const person = z.object({ pem: z.string(), card: z.record(z.string(), z.unknown()) })
const pair = z.object({ alice: z.string(), bob: z.string() })
const file = z.object({
  people: z.object({ alice: person, bob: person, bobRotated: person }),
  cardBytesHex: z.object({ alice: z.string() }),
  identityHashHex: pair,
  kidHex: pair,
  fingerprint: pair,
  safetyNumber: z.string(),
  bundles: z.array(bundle),
  receipt: z.object({ bundle: z.string(), receipt: z.record(z.string(), z.unknown()) }),
})

export const known = z.parse(
  file,
  JSON.parse(readFileSync(new URL('../vectors/format/known-answers.json', import.meta.url), 'utf8')),
)
export type KnownBundle = (typeof known.bundles)[number]
export type PersonName = keyof typeof known.people

/** base64url that is known to be good. */
export function fromBase64(text: string): Bytes {
  const bytes = decodeBase64(text)
  if (bytes === null) throw new Error('not base64url')
  return bytes
}

/** The person as an identity; the PEM's plain PKCS#8 blocks are read with Node alone. */
export async function identityOf(name: PersonName): Promise<Identity> {
  const { pem, card } = known.people[name]
  const blocks = [...pem.matchAll(/-----BEGIN PRIVATE KEY-----([^-]+)-----END/g)].map(
    match => new Uint8Array(Buffer.from(match[1] ?? '', 'base64')),
  )
  const [sign, enc, ...older] = blocks
  if (sign === undefined || enc === undefined) throw new Error('two blocks at least')
  return importIdentity({ card: parseCard(card), sign, enc, older })
}

/** Every way in which a known bundle opens. */
export async function accessesOf({ opens }: KnownBundle): Promise<readonly Access[]> {
  const keys = await Promise.all(opens.keys.map(async name => ({ keys: await identityOf(name) })))
  const { passphrase, linkSecretHex } = opens
  const link = linkSecretHex === undefined ? undefined : fromHex(linkSecretHex)
  if (passphrase === undefined) return link === undefined ? keys : [...keys, { link }]
  const shared = { passphrase, argon2id: argon }
  return [...keys, link === undefined ? shared : { ...shared, link }]
}
