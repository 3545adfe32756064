/** What it takes to let our reader and the second one (shared/vectors/decoder) open the same transfers. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Bytes, concat, utf8 } from '#shared/format/bytes.ts'
import { cardJson } from '#shared/format/card.ts'
import type { ArgonCost } from '#shared/format/stanza.ts'
import { type Decoder, type DecoderAccess, startDecoder } from '#shared/vectors/decoder/decoder.testing.ts'
import { argon } from './fault-kit-people.testing.ts'
import { hex } from './forge.testing.ts'
import { generateIdentity, type Identity, type IdentitySecrets } from './identity.ts'
import { platformRandom } from './random.ts'
import { collect, type Sealed, type StreamToSeal, sealStream } from './seal.ts'
import type { Access, Recipient } from './wrap.ts'

export interface Person {
  readonly identity: Identity
  readonly secrets: IdentitySecrets
}

/** One way in: whom a transfer is sealed to, and how each reader opens it. */
export interface Door {
  readonly recipient: Recipient
  readonly ours: Access
  readonly theirs: DecoderAccess
}
export const doorTypes = ['p384', 'passphrase', 'link', 'link-passphrase'] as const

type Shape = Pick<StreamToSeal, 'suite' | 'padding'> & { sizes: readonly number[]; chunkExponent?: number }

/** A transfer from Alice, with the plaintext and the metadata that went into it. */
export type Made = Sealed & { plain: Bytes; enc: Bytes; key: string; metadata: StreamToSeal['metadata'] }

export interface TwoReaders extends Pick<Decoder, 'ask'> {
  readonly alice: Person
  readonly bob: Person
  /** Writes a file for the decoder: its path. The same name writes over what was there. */
  held(name: string, content: Uint8Array | string): Promise<string>
  /** The transfer as two files, and as one. */
  files(key: string | Uint8Array, enc: Uint8Array): Promise<{ key: string; enc: string }>
  inOneFile(key: string, enc: Uint8Array): Promise<{ bundle: string }>
  /** A door of that type for Bob, with a new secret. */
  door(type: (typeof doorTypes)[number], cost?: ArgonCost): Door
  seal(shape: Shape, recipients: readonly Recipient[]): Promise<Made>
  close(): Promise<void>
}

export async function startTwoReaders(): Promise<TwoReaders> {
  const [decoder, alice, bob] = await Promise.all([startDecoder(), generateIdentity(), generateIdentity()])
  const folder = await mkdtemp(join(tmpdir(), 'datacrypt-decoder-'))
  const held = async (name: string, content: Uint8Array | string) => {
    const path = join(folder, name)
    await writeFile(path, content)
    return path
  }
  return {
    ask: decoder.ask,
    alice,
    bob,
    held,
    files: async (key, enc) => ({ key: await held('transfer.key', key), enc: await held('transfer.enc', enc) }),
    inOneFile: async (key, enc) => ({ bundle: await held('transfer.dcrypt', concat(utf8(`${key}\n`), enc)) }),
    door: (type, cost) => doorFor(bob, type, cost),
    seal: (shape, recipients) => sealFrom(alice, shape, recipients),
    close: async () => {
      await decoder.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

function doorFor(bob: Person, type: (typeof doorTypes)[number], cost = { m: 32, t: 1, p: 1 }): Door {
  const secret = platformRandom(32)
  const passphrase = `pässwörd ﬁ ${hex(platformRandom(4))}`
  const words = { passphrase, argon2id: argon }
  switch (type) {
    case 'p384': {
      const theirs = { card: cardJson(bob.identity.card), enc: [base64(bob.secrets.enc)] }
      return { recipient: { type, card: bob.identity.card }, ours: { keys: bob.identity }, theirs }
    }
    case 'passphrase':
      return { recipient: { type, ...words, cost }, ours: words, theirs: { passphrase } }
    case 'link':
      return { recipient: { type, secret }, ours: { link: secret }, theirs: { link: hex(secret) } }
    default: {
      const ours = { link: secret, ...words }
      return { recipient: { type, secret, ...words, cost }, ours, theirs: { link: hex(secret), passphrase } }
    }
  }
}

async function sealFrom(alice: Person, { sizes, ...shape }: Shape, recipients: readonly Recipient[]): Promise<Made> {
  const plain = filled(sizes.reduce((sum, size) => sum + size, 0))
  const files = sizes.map((size, at) => ({ name: `ordner ${at}/ünï-${at}.bin`, size, type: '', modified: at }))
  const metadata = { created: 1_790_000_000_000, files, title: 'Ein Titel', note: 'Gruß 👋' }
  const plaintext = new Blob([plain]).stream()
  const input = { chunkExponent: 12, ...shape, plaintext, metadata, sender: alice.identity, recipients }
  const { bytes, result } = await collect(sealStream(input))
  return { ...result, plain, enc: bytes, key: result.envelopeText, metadata }
}

/** Random bytes; WebCrypto gives no more than 64 KiB at a time. */
function filled(length: number): Bytes {
  const bytes = new Uint8Array(length)
  for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536))
  return bytes
}
