import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Cell } from '#client/crypto-worker/orders.ts'
import { type Database, openDatabase } from '#client/db/schema.ts'
import { type UserId, userId } from '#shared/contract/ids.ts'
import type { PersonCell } from './cell-schemas.ts'
import { people } from './kinds.ts'
import { changeHeldRow, changeRow, type Rows, readRow, watchRows } from './rows.ts'

const bao: UserId = userId.parse('AAAAAAAAAAAAAAAAAAAAAA')
const encoder = new TextEncoder()
const decoder = new TextDecoder()

/** Seals by naming what a cell is bound to: what is bound to something else does not open. */
const cells = {
  sealCells: async (list: readonly { type: string; record: string; version: number; value: unknown }[]) =>
    list.map(cell => ({ ...cell, sealed: encoder.encode(JSON.stringify(cell)) })),
  openCells: async (list: readonly Cell[]) =>
    list.map(({ type, record, version, sealed }) => {
      const held = JSON.parse(decoder.decode(sealed))
      return held.type === type && held.record === record && held.version === version ? held.value : null
    }),
}

const value = (name: string): PersonCell => ({
  name,
  email: 'bao@example.org',
  identityHash: 'h',
  fingerprint: 'f',
  card: {
    format: 'datacrypt-id/1',
    sign: 'A'.repeat(160),
    enc: 'B'.repeat(160),
    seq: 1,
    created: 0,
    prev: 'A'.repeat(43),
    sig: 'A'.repeat(128),
  },
})

let db: Database
let rows: Rows

beforeEach(() => {
  db = openDatabase(`test-${crypto.randomUUID()}`)
  rows = { db, cells: () => cells }
})

afterEach(() => db.delete())

const put = (name: string) =>
  changeRow(rows, people, bao, held => ({
    row: { userId: bao, firstSeen: held?.row.firstSeen ?? 1, changed: false },
    value: value(name),
  }))

describe('rows with sealed cells', () => {
  test('are written, read and numbered', async () => {
    await put('Bao')
    await put('Bao Trinh')
    expect(await readRow(rows, people, bao)).toMatchObject({ row: { version: 2 }, value: { name: 'Bao Trinh' } })
  })

  test('fifty changes at once are all applied, each on the one before', async () => {
    await put('')
    const append = () => changeHeldRow(rows, people, bao, held => ({ value: { name: `${held.value.name}x` } }))
    await Promise.all(Array.from({ length: 50 }, append))
    expect((await readRow(rows, people, bao))?.value.name).toBe('x'.repeat(50))
  })

  test('a cell of another row, or of an earlier version, does not open (THREATS A13, A14)', async () => {
    await put('first')
    const early = await db.people.get(bao)
    await put('second')
    if (early === undefined) throw new Error('no row')
    await db.people.put({ ...early, version: 2 })
    expect(await readRow(rows, people, bao)).toBeNull()
  })

  test('a row that is not there is not made by changing it', async () => {
    await changeHeldRow(rows, people, bao, () => ({ value: { name: 'nobody' } }))
    expect(await db.people.count()).toBe(0)
  })

  test('a watcher sees each change, and opens only what has changed', async () => {
    const open = vi.fn(cells.openCells)
    const watching = watchRows({ db, cells: () => ({ ...cells, openCells: open }) }, people, table => table.toArray())
    await put('one')
    await expect.poll(() => watching.live.get()?.[0]?.value.name).toBe('one')
    const opened = open.mock.calls.length
    await db.people.update(bao, { changed: true })
    await expect.poll(() => watching.live.get()?.[0]?.row.changed).toBe(true)
    expect(open.mock.calls.length).toBe(opened)
    watching.stop()
  })
})
