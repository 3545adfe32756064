/** One table of JSON documents with the columns that its queries need. */
import * as z from 'zod/mini'
import { Problem } from '#shared/contract/problems.ts'
import type { Versioned } from '../records.ts'
import type { Documents } from '../store.ts'
import type { Database, Value } from './database.ts'

/** A table: its documents, and the columns beside `doc`, written from the document each time. The first is the key. */
export interface Shape<Doc> {
  readonly table: string
  readonly schema: z.ZodMiniType<Doc>
  readonly columns: Readonly<Record<string, (doc: Doc) => Value>>
}

/** A table's doors. The SQL is prepared when it is asked for, and run each time its answer is called. */
export interface Collection<Doc> {
  /** False where a unique column is taken. */
  insert(doc: Doc): boolean
  /** `tail` follows `SELECT doc FROM table`. */
  one(tail: string): (...values: readonly Value[]) => Doc | null
  many(tail: string): (...values: readonly Value[]) => readonly Doc[]
  /** A statement with RETURNING doc. */
  taking(sql: string): (...values: readonly Value[]) => Doc | null
}

export function openCollection<Doc>(database: Database, shape: Shape<Doc>): Collection<Doc> {
  const columns = Object.entries(shape.columns)
  const names = [...columns.map(([name]) => name), 'doc']
  const places = names.map(() => '?').join(', ')
  const inserting = database.prepare(
    `INSERT INTO ${shape.table} (${names.join(', ')}) VALUES (${places}) ON CONFLICT DO NOTHING`,
  )
  const parse = (text: unknown) => (text === null ? null : parseDoc(shape, text))
  const finding = (tail: string) => database.prepare(`SELECT doc FROM ${shape.table} ${tail}`)
  return {
    insert: doc => inserting.run(...columns.map(([, read]) => read(doc)), JSON.stringify(doc)) === 1,
    one: tail => {
      const statement = finding(tail)
      return (...values) => parse(statement.first(...values))
    },
    many: tail => {
      const statement = finding(tail)
      return (...values) => statement.all(...values).map(text => parseDoc(shape, text))
    },
    taking: sql => {
      const statement = database.prepare(sql)
      // All rows: a statement that is left before its end might not be committed yet.
      return (...values) => parse(statement.all(...values)[0] ?? null)
    },
  }
}

/** The port's four verbs on a table whose documents carry versions. */
export function openDocuments<Key extends string, Doc extends Versioned>(
  database: Database,
  shape: Shape<Doc>,
): Documents<Key, Doc> & { readonly rows: Collection<Doc> } {
  const rows = openCollection(database, shape)
  const columns = Object.entries(shape.columns)
  const key = columns[0]?.[0] ?? 'rowid'
  const settings = [...columns.map(([name]) => name), 'doc'].map(name => `${name} = ?`).join(', ')
  // OR IGNORE: a unique field that another document holds is `false`, like a version that has moved on.
  const swapping = database.prepare(`UPDATE OR IGNORE ${shape.table} SET ${settings} WHERE ${key} = ? AND version = ?`)
  const getting = rows.one(`WHERE ${key} = ?`)
  const deleting = database.prepare(`DELETE FROM ${shape.table} WHERE ${key} = ?`)
  const keyOf = (doc: Doc): Value => columns[0]?.[1](doc) ?? null
  return {
    rows,
    get: async id => getting(id),
    insert: async doc => rows.insert(doc),
    swap: async doc => {
      const next = { ...doc, version: doc.version + 1 }
      const values = columns.map(([, read]) => read(next))
      return swapping.run(...values, JSON.stringify(next), keyOf(doc), doc.version) === 1
    },
    delete: async id => {
      deleting.run(id)
    },
  }
}

function parseDoc<Doc>(shape: Shape<Doc>, text: unknown): Doc {
  try {
    return z.parse(shape.schema, JSON.parse(String(text)))
  } catch (cause) {
    throw new Problem('internal', { data: { table: shape.table }, cause })
  }
}
