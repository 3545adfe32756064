/** The second reader (shared/vectors/decoder) on every vector of the fault kit: the same class and the same bytes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { joinBundle } from '#shared/format/bundle.ts'
import { type Answer, type Decoder, type DecoderAccess, startDecoder } from '#shared/vectors/decoder/decoder.testing.ts'
import { kitKeys, kitNames, readVector } from './fault-kit-files.testing.ts'
import { personOf, secretsOf, takePeople } from './fault-kit-people.testing.ts'
import { type Bundle, bundlesOf } from './fault-kit-recipe.testing.ts'
import type { Vector } from './fault-kit-vector.testing.ts'
import { hex } from './forge.testing.ts'
import { identityHash } from './identity.ts'

const keys = kitKeys()
const people = await takePeople(keys)
const folder = mkdtempSync(join(tmpdir(), 'datacrypt-fault-kit-'))
const paths = { key: join(folder, 'a.key'), enc: join(folder, 'a.enc'), bundle: join(folder, 'a.dcrypt') }
let decoder: Decoder
beforeAll(async () => {
  decoder = await startDecoder()
}, 300_000)
afterAll(async () => {
  await decoder?.close()
  rmSync(folder, { recursive: true })
})

function accessOf(access: string): DecoderAccess {
  const words = secretsOf(access)
  if (words === null) return keyPair(access)
  const { link, passphrase } = words
  if (passphrase === undefined) return { link }
  return link === '' ? { passphrase } : { link, passphrase }
}

function keyPair(name: string): DecoderAccess {
  const person = keys.people[name]
  if (person === undefined) throw new Error(`nobody called ${name}`)
  return { card: person.card, enc: person.enc.map(key => Buffer.from(key, 'base64url').toString('base64')) }
}

async function senderOf({ sender }: Vector): Promise<{ sender?: string }> {
  return sender === undefined ? {} : { sender: hex(await identityHash(personOf(people, sender).card)) }
}

const said = ({ result, chunk }: Answer) => (chunk === undefined ? result : `${result} ${chunk}`)

async function askBoth(vector: Vector, { key, enc }: Bundle): Promise<readonly Answer[]> {
  const question = { op: 'open', access: accessOf(vector.access), ...(await senderOf(vector)) } as const
  writeFileSync(paths.key, key)
  writeFileSync(paths.enc, enc)
  writeFileSync(paths.bundle, Buffer.concat([key, joinBundle('', enc)]))
  const apart = await decoder.ask({ ...question, key: paths.key, enc: paths.enc })
  return [apart, await decoder.ask({ ...question, bundle: paths.bundle })]
}

/** Of many bundles: the ends and some on the way. */
function someOf(bundles: readonly Bundle[]): readonly Bundle[] {
  const step = Math.ceil(bundles.length / 40)
  return bundles.filter((_, at) => at % step === 0 || at === bundles.length - 1)
}

const names = (['gcm', 'cbc'] as const).flatMap(suite => kitNames(suite).map(name => [suite, name] as const))

test.each(names)('%s %s', async (suite, name) => {
  const vector = readVector(suite, name)
  for (const bundle of someOf(await bundlesOf(vector))) {
    const [apart, together] = await askBoth(vector, bundle)
    const right = { released: vector.releasedLength, sha256: vector.releasedSha256 }
    expect({ ...apart, said: apart && said(apart) }).toMatchObject({ said: vector.expect, ...right })
    expect(together && said(together)).toBe(vector.dcrypt ?? vector.expect)
  }
})
