/** All sealed rows of this device when the account key becomes another one. */
import type { Table } from 'dexie'
import type { Cell, CryptoWorker } from '#client/crypto-worker/orders.ts'
import type { AccountRow, Celled, Database, PersonRow } from '#client/db/schema.ts'
import { outbox, people, received, sent } from './kinds.ts'

type Reseal = (cells: readonly Cell[]) => Promise<readonly (Cell | null)[]>

/** A table's rows under the new account key, and the keys of those that could not be opened. */
export interface ResealedTable {
  readonly name: 'people' | 'received' | 'sent' | 'outbox'
  readonly rows: readonly Celled[]
  readonly versions: ReadonlyMap<string, number>
}

interface Source {
  readonly name: ResealedTable['name']
  readonly type: string
  readonly table: (db: Database) => Table<Celled, string>
  readonly key: (row: Celled) => string
}

// A kind knows its own rows; here only their cells and keys are looked at.
const sources = [
  { name: 'people', ...people },
  { name: 'received', ...received },
  { name: 'sent', ...sent },
  { name: 'outbox', ...outbox },
] as unknown as readonly Source[]

/** Cells that are opened and sealed at a time: a device may hold 100,000 rows. */
const batch = 500

/** Seals every row anew; nothing is written. Rows whose cells do not open are left out. */
export async function resealRows(db: Database, reseal: Reseal): Promise<ResealedTable[]> {
  const tables: ResealedTable[] = []
  for (const source of sources) {
    const held = await source.table(db).toArray()
    const rows: Celled[] = []
    for (let start = 0; start < held.length; start += batch) {
      const part = held.slice(start, start + batch)
      const cells = await reseal(part.map(row => cellOf(source, row)))
      rows.push(...part.flatMap((row, index) => withCell(row, cells[index] ?? null)))
    }
    const versions = new Map(held.map(row => [source.key(row), row.version]))
    tables.push({ name: source.name, rows, versions })
  }
  return tables
}

function cellOf({ type, key }: Source, row: Celled): Cell {
  return { type, record: key(row), version: row.version, sealed: row.cell }
}

const withCell = (row: Celled, cell: Cell | null): Celled[] => (cell === null ? [] : [{ ...row, cell: cell.sealed }])

export function resealedPeople(tables: readonly ResealedTable[]): readonly PersonRow[] {
  const found = tables.find(({ name }) => name === 'people')?.rows ?? []
  return found as readonly PersonRow[]
}

/**
 * Writes resealed rows and the account in one transaction. Rows that were made meanwhile are under the old key, and go;
 * where there are any, or one could not be opened, the server's list is read from its beginning.
 */
export async function storeResealed(
  db: Database,
  tables: readonly ResealedTable[],
  account: AccountRow,
): Promise<void> {
  await db.transaction('rw', db.tables, async () => {
    let complete = true
    for (const { name, rows, versions } of tables) {
      const table = sourceOf(name).table(db)
      const now = await table.toArray()
      const key = sourceOf(name).key
      complete &&= rows.length === now.length && now.every(row => versions.get(key(row)) === row.version)
      await table.clear()
      await table.bulkPut([...rows])
    }
    if (!complete) await db.cursor.update('me', { seq: 0 })
    await db.account.put(account)
  })
}

function sourceOf(name: ResealedTable['name']): Source {
  const found = sources.find(source => source.name === name)
  if (found === undefined) throw new Error(`no rows are called ${name}`)
  return found
}

/**
 * Where the account key was replaced elsewhere, or before a crash: rows that `to` does not open are taken over through
 * the worker that still has the old key (`from`), or go; `pins` stand for people who cannot be opened. Answers with
 * what went of the outbox.
 */
export async function takeOverRows(
  db: Database,
  keys: { from: CellWorker | null; to: CellWorker; pins: readonly PersonRow[] },
  account: AccountRow,
): Promise<{ lostOutbox: string[] }> {
  const waiting = await db.outbox.toCollection().primaryKeys()
  let foreign = 0
  const tables = await resealRows(db, async cells => {
    const opened = await keys.to.openCells(cells)
    const strange = cells.filter((_, index) => opened[index] === null)
    foreign += strange.length
    const brought = await throughOldKey(strange, keys)
    return cells.map((cell, index) => (opened[index] === null ? (brought.get(nameOf(cell)) ?? null) : cell))
  })
  if (foreign === 0) {
    await db.account.put(account)
    return { lostOutbox: [] }
  }
  await storeResealed(db, withPins(tables, keys.pins), account)
  const kept = new Set(await db.outbox.toCollection().primaryKeys())
  return { lostOutbox: waiting.filter(id => !kept.has(id)) }
}

type CellWorker = Pick<CryptoWorker, 'openCells' | 'sealCells'>

const nameOf = ({ type, record }: Pick<Cell, 'type' | 'record'>) => `${type} ${record}`

async function throughOldKey(
  cells: readonly Cell[],
  { from, to }: { from: CellWorker | null; to: CellWorker },
): Promise<ReadonlyMap<string, Cell>> {
  if (from === null || cells.length === 0) return new Map()
  const values = await from.openCells(cells)
  const plain = cells.flatMap(({ type, record, version }, index) =>
    values[index] === null ? [] : [{ type, record, version, value: values[index] }],
  )
  return new Map((await to.sealCells(plain)).map(cell => [nameOf(cell), cell]))
}

function withPins(tables: readonly ResealedTable[], pins: readonly PersonRow[]): ResealedTable[] {
  const known = new Set(resealedPeople(tables).map(({ userId }) => userId))
  const missing = pins.filter(({ userId }) => !known.has(userId))
  return tables.map(table => (table.name === 'people' ? { ...table, rows: [...table.rows, ...missing] } : table))
}
