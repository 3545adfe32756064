/** Rows with a sealed cell: reading, changing, watching. A cell is bound to its row and to the row's version. */
import { liveQuery, type Table } from 'dexie'
import type * as z from 'zod/mini'
import type { CryptoWorker } from '#client/crypto-worker/orders.ts'
import type { Celled, Database } from '#client/db/schema.ts'
import { Problem } from '#shared/contract/problems.ts'
import { makeLive } from './live.ts'
import type { Live } from './views.ts'

/** One table's kind of row: its name in seals, where it lies, its key, and its cell's schema. */
export interface Kind<Row extends Celled, Value> {
  readonly type: string
  readonly table: (db: Database) => Table<Row, string>
  readonly key: (row: Row) => string
  readonly schema: z.ZodMiniType<Value>
}

/** A row without what {@link changeRow} adds. */
export type Clear<Row extends Celled> = Omit<Row, 'cell' | 'version'>

export interface Opened<Row extends Celled, Value> {
  readonly row: Row
  readonly value: Value
}

type Cells = Pick<CryptoWorker, 'sealCells' | 'openCells'>

export interface Rows {
  readonly db: Database
  /** Throws `locked` while the keys are. */
  readonly cells: () => Cells
}

/** Opens rows; one whose cell does not open is left out. */
export async function openRows<Row extends Celled, Value>(
  rows: Rows,
  kind: Kind<Row, Value>,
  list: readonly Row[],
): Promise<Opened<Row, Value>[]> {
  if (list.length === 0) return []
  const sealed = list.map(row => ({ type: kind.type, record: kind.key(row), version: row.version, sealed: row.cell }))
  const values = await rows.cells().openCells(sealed)
  return list.flatMap((row, index) => {
    const parsed = kind.schema.safeParse(values[index])
    return parsed.success ? [{ row, value: parsed.data }] : []
  })
}

export async function readRow<Row extends Celled, Value>(
  rows: Rows,
  kind: Kind<Row, Value>,
  key: string,
): Promise<Opened<Row, Value> | null> {
  const row = await kind.table(rows.db).get(key)
  return row === undefined ? null : ((await openRows(rows, kind, [row]))[0] ?? null)
}

/**
 * Reads a row (null where there is none), lets `next` decide, and writes its answer unless the row was changed
 * meanwhile: then again. `next` answers null to leave it.
 */
export async function changeRow<Row extends Celled, Value>(
  rows: Rows,
  kind: Kind<Row, Value>,
  key: string,
  next: (held: Opened<Row, Value> | null) => { row: Clear<Row>; value: Value } | null,
): Promise<void> {
  const table = kind.table(rows.db)
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const before = await table.get(key)
    const held = before === undefined ? null : ((await openRows(rows, kind, [before]))[0] ?? null)
    const changed = next(held)
    if (changed === null) return
    const version = (before?.version ?? 0) + 1
    const [cell] = await rows.cells().sealCells([{ type: kind.type, record: key, version, value: changed.value }])
    if (cell === undefined) throw new Problem('internal')
    // Spreading loses the row's name: `changed.row` with these two is a whole row.
    const row = { ...changed.row, cell: cell.sealed, version } as unknown as Row
    const written = await rows.db.transaction('rw', table, async () => {
      if ((await table.get(key))?.version !== before?.version) return false
      await table.put(row)
      return true
    })
    if (written) return
  }
  throw new Problem('internal')
}

/** Changes a row that is there; nothing happens where there is none. */
export function changeHeldRow<Row extends Celled, Value>(
  rows: Rows,
  kind: Kind<Row, Value>,
  key: string,
  next: (held: Opened<Row, Value>) => { row?: Partial<Clear<Row>>; value?: Partial<Value> } | null,
): Promise<void> {
  return changeRow(rows, kind, key, held => {
    const change = held === null ? null : next(held)
    if (held === null || change === null) return null
    return { row: { ...held.row, ...change.row }, value: { ...held.value, ...change.value } }
  })
}

/**
 * Watches a query of rows, opened; `undefined` until the first answer. Rows that have not changed are not opened
 * again, and the list is a new object only where one has.
 */
export function watchRows<Row extends Celled, Value>(
  rows: Rows,
  kind: Kind<Row, Value>,
  query: (table: Table<Row, string>) => Promise<Row[]>,
): { live: Live<readonly Opened<Row, Value>[] | undefined>; stop(): void } {
  const live = makeLive<readonly Opened<Row, Value>[] | undefined>(undefined)
  let cache = new Map<string, Opened<Row, Value>>()
  let latest = 0
  const show = async (list: Row[]) => {
    latest += 1
    const turn = latest
    const known = (row: Row) => {
      const held = cache.get(kind.key(row))
      return held !== undefined && held.row.version === row.version ? held : null
    }
    const fresh = await openRows(
      rows,
      kind,
      list.filter(row => known(row) === null),
    )
    if (turn !== latest) return
    const opened = new Map(fresh.map(item => [kind.key(item.row), item]))
    const shown = list.flatMap(row => {
      const item = known(row) ?? opened.get(kind.key(row))
      return item === undefined ? [] : [{ ...item, row }]
    })
    cache = new Map(shown.map(item => [kind.key(item.row), item]))
    live.set(shown)
  }
  const subscription = liveQuery(() => query(kind.table(rows.db))).subscribe(list => {
    // The keys may be locked just now; whoever unlocks watches anew.
    show(list).catch(() => {})
  })
  return { live, stop: () => subscription.unsubscribe() }
}
