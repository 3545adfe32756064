/**
 * Writes the fault kit's vectors: `npx tsx shared/crypto/fault-kit-make.testing.ts`. Run by hand when rows change; it
 * makes new keys and all vectors anew, and never asks our reader what it thinks of them.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { equalBytes, utf8 } from '#shared/format/bytes.ts'
import type { SuiteName } from '#shared/format/sizes.ts'
import { type KeysFile, personEntry } from './fault-kit-people.testing.ts'
import { bundlesOf } from './fault-kit-recipe.testing.ts'
import { type Kit, type Made, makeKit, type Row } from './fault-kit-rows.testing.ts'
import { envelopeRows } from './fault-kit-rows-envelope.testing.ts'
import { headerRows } from './fault-kit-rows-header.testing.ts'
import { insiderRows } from './fault-kit-rows-insider.testing.ts'
import { keyRows } from './fault-kit-rows-keys.testing.ts'
import { metadataRows } from './fault-kit-rows-metadata.testing.ts'
import { payloadRows } from './fault-kit-rows-payload.testing.ts'
import { proofRows } from './fault-kit-rows-proof.testing.ts'
import { validRows } from './fault-kit-rows-valid.testing.ts'
import { encodeVector, type Vector } from './fault-kit-vector.testing.ts'
import { chunkSize, hex, type People, pattern, withJson } from './forge.testing.ts'
import { sha256 } from './hash.ts'
import { generateIdentity, rotateIdentity, signCard } from './identity.ts'

const folder = new URL('../vectors/faults/', import.meta.url)
const groups = [validRows, envelopeRows, headerRows, keyRows, proofRows, metadataRows, payloadRows, insiderRows]

async function makeKeys(): Promise<{ people: People; file: KeysFile }> {
  const made = [1, 2, 3].map(async now => generateIdentity({ now: now * 1_000_000_000_000 }))
  const [alice, bob, carol] = await Promise.all(made)
  if (alice === undefined || bob === undefined || carol === undefined) throw new Error('three people')
  // Alice is known by a card in the middle of her history, so that an envelope can bring an older and a newer one.
  const { sig: _, ...card } = alice.identity.card
  const fifth = {
    ...alice.identity,
    card: await signCard({ ...card, seq: 5, prev: pattern(32) }, alice.identity.signKey),
  }
  const later = await rotateIdentity(bob.identity, { now: 4_000_000_000_000 })
  const people = { alice: fifth, bob: bob.identity, carol: carol.identity, bobLater: later.identity }
  const laterSecrets = { ...bob.secrets, enc: later.enc, older: [bob.secrets.enc] }
  const entries = {
    alice: personEntry(fifth, alice.secrets),
    bob: personEntry(bob.identity, bob.secrets),
    carol: personEntry(carol.identity, carol.secrets),
    'bob-older': personEntry(later.identity, laterSecrets),
  }
  return { people, file: { people: entries } }
}

async function vectorOf([title, expect, make, more = {}]: Row): Promise<Vector> {
  const made = await make()
  const { released: _, ...rest } = more
  const plain = (expect === 'ok' ? made.plain : undefined) ?? pattern(releasedOf(expect, more))
  const vector: Vector = {
    expect,
    damaged: [],
    releasedLength: plain.length,
    releasedSha256: hex(await sha256(plain)),
    access: 'bob',
    comment: title,
    ...rest,
    key: typeof made.key === 'string' ? utf8(made.key) : made.key,
    enc: made.enc,
  }
  return withRecipe(vector, made)
}

function releasedOf(expect: Vector['expect'], { released }: { released?: number }): number {
  const chunk = /^damaged-at-chunk (\d+)$/.exec(expect)?.[1]
  return released ?? (chunk === undefined ? 0 : Number(chunk) * chunkSize)
}

/** Leaves out what the recipe makes, and sees that it makes it. */
async function withRecipe(vector: Vector, { contentKey }: Made): Promise<Vector> {
  const name = vector.recipe?.split(' ')[0]
  if (name === undefined || contentKey === undefined || !['seal', 'files', 'spaces'].includes(name)) return vector
  const key =
    name === 'seal' ? vector.key : utf8(withJson(Buffer.from(vector.key).toString(), json => (json.meta = '')))
  const enc = name === 'seal' ? new Uint8Array(0) : vector.enc
  const lean = { ...vector, key, enc, contentKey: hex(contentKey) }
  const [built] = await bundlesOf(lean)
  if (built === undefined || !equalBytes(built.key, vector.key) || !equalBytes(built.enc, vector.enc)) {
    throw new Error(`${vector.comment}: the recipe does not make it`)
  }
  return lean
}

function fileName(title: string, at: number): string {
  const words = title.toLowerCase().replace(/[^a-z0-9]+/g, '-')
  return `${String(at).padStart(3, '0')}-${words.slice(0, 60).replace(/^-|-$/g, '')}`
}

async function writeSuite(kit: Kit): Promise<void> {
  const target = new URL(`${kit.suite}/`, folder)
  mkdirSync(target, { recursive: true })
  for (const old of readdirSync(target)) rmSync(new URL(old, target))
  const rows = groups.flatMap(group => group(kit))
  let bytes = 0
  for (const [at, row] of rows.entries()) {
    const file = encodeVector(await vectorOf(row))
    if (file.length > 256 * 1024) throw new Error(`${row[0]} is too large: it wants a recipe`)
    writeFileSync(new URL(fileName(row[0], at + 1), target), file)
    bytes += file.length
  }
  console.log(`${kit.suite}: ${rows.length} vectors, ${bytes} bytes`)
}

const { people, file } = await makeKeys()
mkdirSync(folder, { recursive: true })
const about = 'Keys of the fault kit. They are published: for tests alone. Private keys are PKCS#8 in base64url.'
writeFileSync(new URL('keys.json', folder), `${JSON.stringify({ about, ...file }, null, 1)}\n`)
for (const suite of ['gcm', 'cbc'] satisfies SuiteName[]) await writeSuite(await makeKit(suite, people))
