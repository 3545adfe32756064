/** What is stored is damaged in every way that a disk or a server can damage it: the class is said, nothing is saved. */
import { readFile, writeFile } from 'node:fs/promises'
import type { Download } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  cipherRange,
  digestLength,
  headerLength,
  type Layout,
  layoutFrom,
  type SuiteName,
} from '#shared/format/sizes.ts'
import { download } from './support/downloads.ts'
import { goTo, openTransfer, type Person, register, send } from './support/people.ts'
import { startServer, type TestServer } from './support/server.ts'

let server: TestServer
let ines: Person
let bao: Person

beforeAll(async () => {
  server = await startServer()
  ines = await register(server, 'Ines Halvorsen')
  bao = await register(server, 'Bao Trinh')
})

afterAll(async () => {
  await Promise.all([ines, bao].map(person => person.context.close()))
  await server.close()
})

interface Stored {
  readonly path: string
  readonly bytes: Buffer
  readonly layout: Layout
}

/** Sends some chunks of `fill` and finds them on the server's disk. */
async function store(suite: SuiteName, { name, fill }: { name: string; fill: number }): Promise<Stored> {
  const files = [{ name, buffer: Buffer.alloc(2_600_000, fill) }]
  await send(ines.page, { to: [bao.email], files, ...(suite === 'cbc' ? { cipher: 'cbc' } : {}) })
  await goTo(bao.page, 'Inbox')
  await bao.page.getByRole('link', { name: new RegExp(name) }).waitFor()
  const path = await server.newestPart()
  const bytes = await readFile(path)
  const layout = layoutFrom({ suite, exponent: 19, length: bytes.length })
  if (layout === null) throw new Error('no .enc has this length')
  return { path, bytes, layout }
}

type Damage = (bytes: Buffer, layout: Layout, other: Buffer) => Buffer

const flip =
  (place: (layout: Layout) => number): Damage =>
  (bytes, layout) => {
    const at = place(layout)
    bytes[at] = (bytes[at] ?? 0) ^ 1
    return bytes
  }
const chunkAt = (index: number, within: number) => (layout: Layout) => cipherRange(layout, index).offset + within
const endOf = (index: number) => (layout: Layout) => {
  const { offset, length } = cipherRange(layout, index)
  return offset + length - 1
}
/** A copy of the chunks with some of them in other places. */
const placed =
  (from: (index: number) => number): Damage =>
  (bytes, layout) => {
    const original = Buffer.from(bytes)
    for (let index = 0; index < layout.count - 1; index++) {
      const { offset, length } = cipherRange(layout, from(index))
      original.copy(bytes, cipherRange(layout, index).offset, offset, offset + length)
    }
    return bytes
  }
const rootSaid = 'The parts are intact, but together they are not what Ines sealed'
const chunkSaid = (chunk: number) => `Damaged at chunk ${chunk} of 5`

const damages: readonly (readonly [title: string, said: string, damage: Damage])[] = [
  ['the first chunk, in its first bytes', chunkSaid(1), flip(chunkAt(0, 3))],
  ['the first chunk, in its tag', chunkSaid(1), flip(endOf(0))],
  ['a chunk in the middle', chunkSaid(3), flip(chunkAt(2, 70_000))],
  ['a tag in the middle', chunkSaid(3), flip(endOf(2))],
  ['the last chunk', chunkSaid(5), flip(chunkAt(4, 100))],
  ['the last tag', chunkSaid(5), flip(endOf(4))],
  ['two chunks swapped', chunkSaid(2), placed(index => ({ 1: 2, 2: 1 })[index] ?? index)],
  ['a chunk twice', chunkSaid(3), placed(index => (index === 2 ? 1 : index))],
  ['a chunk dropped, the rest moved up', chunkSaid(2), placed(index => (index < 1 ? index : Math.min(index + 1, 3)))],
  [
    'a chunk of another transfer of the same two',
    chunkSaid(2),
    (bytes, layout, other) => {
      const { offset, length } = cipherRange(layout, 1)
      other.copy(bytes, offset, offset, offset + length)
      return bytes
    },
  ],
  ['the first digest', rootSaid, flip(({ digestsAt }) => digestsAt)],
  ['the last digest', rootSaid, flip(({ length }) => length - 1)],
  [
    'a chunk, and its digest made to fit',
    rootSaid,
    (bytes, { digestsAt }) => {
      bytes.copyWithin(digestsAt, digestsAt + digestLength, digestsAt + 2 * digestLength)
      return bytes
    },
  ],
  ['the header', 'These two files do not belong together', flip(() => headerLength - 1)],
  ['the magic', 'This is not a DataCrypt bundle', flip(() => 0)],
  [
    'all of it by another transfer of the same length',
    'These two files do not belong together',
    (_, __, other) => Buffer.from(other),
  ],
]

describe.each<SuiteName>(['gcm', 'cbc'])('stored ciphertext in suite %s', suite => {
  const name = `stored-${suite}.bin`
  let stored: Stored
  let other: Stored

  beforeAll(async () => {
    other = await store(suite, { name: `other-${suite}.bin`, fill: 9 })
    stored = await store(suite, { name, fill: 7 })
    expect(stored.layout.count).toBe(5)
  })

  test.each(damages)('%s', async (_, said, damage) => {
    const damaged = damage(Buffer.from(stored.bytes), stored.layout, other.bytes)
    expect(damaged.equals(stored.bytes)).toBe(false)
    await writeFile(stored.path, damaged)
    await openTransfer(bao.page, name)
    const landed: Download[] = []
    const note = (one: Download) => landed.push(one)
    bao.page.on('download', note)
    await bao.page.getByRole('button', { name: /^(Download|Try again)$/ }).click()
    await bao.page.getByText(said).filter({ visible: true }).first().waitFor()
    bao.page.off('download', note)
    for (const one of landed) expect(await one.failure()).not.toBeNull()
    expect(await bao.page.getByText('Complete, and every file verified').count()).toBe(0)
    await goTo(bao.page, 'Inbox')
  })

  test('mended, it is downloaded and verified: no failure has used it up', async () => {
    await writeFile(stored.path, stored.bytes)
    await openTransfer(bao.page, name)
    const landed = await download(bao.page, () =>
      bao.page.getByRole('button', { name: /^(Download|Try again)$/ }).click(),
    )
    expect((await readFile(landed.path)).equals(Buffer.alloc(2_600_000, 7))).toBe(true)
    await bao.page.getByText('Complete, and every file verified').waitFor()
    await goTo(bao.page, 'Inbox')
  })
})
