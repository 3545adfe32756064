/** The people of the fault kit: fixed keys, published beside the vectors, and the accesses that vectors name. */
import { argon2id } from 'hash-wasm'
import * as z from 'zod/mini'
import { decodeBase64, encodeBase64 } from '#shared/format/base64.ts'
import type { Bytes } from '#shared/format/bytes.ts'
import { cardJson, parseCard } from '#shared/format/card.ts'
import type { Vector } from './fault-kit-vector.testing.ts'
import { fromHex } from './forge.testing.ts'
import { type Identity, type IdentitySecrets, identityHash, importIdentity } from './identity.ts'
import type { Argon2id } from './passphrase.ts'
import type { Access } from './wrap.ts'

const person = z.object({
  card: z.record(z.string(), z.unknown()),
  sign: z.string(),
  /** Newest first. */
  enc: z.array(z.string()),
})
const keysFile = z.object({ people: z.record(z.string(), person) })
/** The keys file: private keys are PKCS#8 in base64url. */
export type KeysFile = z.infer<typeof keysFile>

export type KitPeople = ReadonlyMap<string, Identity>

export const argon: Argon2id = ({ password, salt, m, t, p }) =>
  argon2id({ password, salt, memorySize: m, iterations: t, parallelism: p, hashLength: 32, outputType: 'binary' })

export function parseKeysFile(text: string): KeysFile {
  return z.parse(keysFile, JSON.parse(text))
}

/** Everybody in the keys file, by name. */
export async function takePeople({ people }: KeysFile): Promise<KitPeople> {
  const entries = Object.entries(people).map(async ([name, { card, sign, enc }]) => {
    const [newest, ...older] = enc.map(fromBase64)
    if (newest === undefined) throw new Error(`${name} has no encryption key`)
    const identity = await importIdentity({ card: parseCard(card), sign: fromBase64(sign), enc: newest, older })
    return [name, identity] as const
  })
  return new Map(await Promise.all(entries))
}

/** A person's entry in the keys file. */
export function personEntry({ card }: Identity, { sign, enc, older }: IdentitySecrets): KeysFile['people'][string] {
  return { card: { ...cardJson(card) }, sign: encodeBase64(sign), enc: [enc, ...older].map(encodeBase64) }
}

/** The person of that name; throws where there is none. */
export function personOf(people: KitPeople, name: string): Identity {
  const found = people.get(name)
  if (found === undefined) throw new Error(`nobody called ${name}`)
  return found
}

/** What a vector is opened with. */
export async function accessOf(
  { access, sender }: Pick<Vector, 'access' | 'sender'>,
  people: KitPeople,
): Promise<Access & { readonly sender?: Bytes }> {
  const asked = sender === undefined ? {} : { sender: await identityHash(personOf(people, sender).card) }
  const words = secretsOf(access)
  if (words === null) return { keys: personOf(people, access), ...asked }
  const { link, passphrase } = words
  if (passphrase === undefined) return { link: fromHex(link), ...asked }
  return { passphrase, argon2id: argon, ...(link === '' ? {} : { link: fromHex(link) }), ...asked }
}

/** The secrets in an access that is no person; `link` is hex, "" where there is none. */
export function secretsOf(access: string): { readonly link: string; readonly passphrase?: string } | null {
  const match = /^(?:link ([0-9a-f]{64}))?(?:^| |$)(?:passphrase (.+))?$/.exec(access)
  if (match === null) return null
  const [, link = '', passphrase] = match
  return { link, ...(passphrase === undefined ? {} : { passphrase }) }
}

function fromBase64(text: string): Bytes {
  const bytes = decodeBase64(text)
  if (bytes === null) throw new Error('not base64url')
  return bytes
}
