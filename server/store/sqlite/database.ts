/** SQLite behind typed doors: values that bind safely, one column back, and errors as Problems. */
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync, type DatabaseSyncInstance } from '@photostructure/sqlite'
import { Problem } from '#shared/contract/problems.ts'

/** What may be bound. Anything else (a Date, a boolean) would be stored as something else without a word. */
export type Value = string | number | bigint | null | Uint8Array

/** A prepared statement whose rows have one column. */
export interface Statement {
  /** Runs it; answers how many rows changed. */
  run(...values: readonly Value[]): number
  /** The first row's column, null where there is none. */
  first(...values: readonly Value[]): unknown
  all(...values: readonly Value[]): readonly unknown[]
}

export interface Database {
  prepare(sql: string): Statement
  /** Runs statements without values. */
  script(sql: string): void
  /** Runs `work` in one transaction that holds the write lock from its start; a throw undoes it. */
  transaction(work: () => void): void
  /** SQLite's `user_version`. */
  version(): number
  /** The text of every statement prepared so far. */
  readonly statements: readonly string[]
  close(): void
}

/** How long a statement waits for another process's lock, in milliseconds. It blocks this process meanwhile. */
const lockWait = 2000

/** Opens or makes the file, readable by its owner alone: it holds hashes and addresses. */
export function openDatabase(file: string): Database {
  const connection = translated(() => connect(file))
  const statements: string[] = []
  return {
    statements,
    prepare: sql => {
      statements.push(sql)
      return prepare(connection, sql)
    },
    script: sql => translated(() => connection.exec(sql)),
    transaction: work => transaction(connection, work),
    version: () => Number(prepare(connection, 'PRAGMA user_version').first()),
    close: () => {
      if (connection.isOpen) close(connection)
    },
  }
}

/**
 * Folds the log into the file first: statements that are still held keep the connection half open, so that SQLite does
 * not do it, and the file alone would be an old copy. Where another process holds the file, that one does it later.
 */
function close(connection: DatabaseSyncInstance): void {
  try {
    connection.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } catch {
    // A full disk, say: the log still holds everything, and is read at the next start.
  } finally {
    connection.close()
  }
}

function connect(file: string): DatabaseSyncInstance {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  closeSync(openSync(file, 'a', 0o600))
  const connection = new DatabaseSync(file, { timeout: lockWait, enableForeignKeyConstraints: false })
  // FULL: with NORMAL a power cut takes back commits that callers were told of.
  connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864')
  return connection
}

function prepare(connection: DatabaseSyncInstance, sql: string): Statement {
  const statement = translated(() => connection.prepare(sql))
  statement.setReturnArrays(true)
  return {
    run: (...values) => translated(() => statement.run(...values.map(bindable)).changes),
    first: (...values) => translated(() => firstColumn(statement.get(...values.map(bindable)))),
    all: (...values) => translated(() => statement.all(...values.map(bindable)).map(firstColumn)),
  }
}

function transaction(connection: DatabaseSyncInstance, work: () => void): void {
  translated(() => connection.exec('BEGIN IMMEDIATE'))
  try {
    work()
    translated(() => connection.exec('COMMIT'))
  } finally {
    if (connection.isTransaction) connection.exec('ROLLBACK')
  }
}

/** SQLite cuts text at NUL, and writes U+FFFD for half a character: two keys would become one. */
function bindable(value: Value): Value {
  if (typeof value === 'string' && (value.includes('\0') || /\p{Cs}/u.test(value))) throw new Problem('bad-request')
  return value
}

function firstColumn(row: unknown): unknown {
  return Array.isArray(row) ? row[0] : null
}

function translated<Answer>(work: () => Answer): Answer {
  try {
    return work()
  } catch (error) {
    throw problemOf(error)
  }
}

/** Primary result codes, https://sqlite.org/rescode.html: BUSY, LOCKED, NOMEM, IOERR, FULL, CANTOPEN. */
const busy = new Set([5, 6, 7, 14])
const ioError = 10
const full = 13

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error
  const { code, disk } = sqliteFacts(error)
  if (code === full || disk === 'full') return new Problem('server-full', { cause: error })
  if (code === ioError || busy.has(code)) return new Problem('unavailable', { cause: error })
  return new Problem('internal', { cause: error })
}

/** errno of ENOSPC, EFBIG and EDQUOT on Linux, macOS and the BSDs: an I/O error for want of room. */
const roomErrnos = new Set([27, 28, 69, 122])

function sqliteFacts(error: unknown): { code: number; disk: 'full' | 'other' } {
  const facts: { errcode?: unknown; systemErrno?: unknown } = typeof error === 'object' && error !== null ? error : {}
  const code = typeof facts.errcode === 'number' ? facts.errcode & 0xff : 0
  const room = code === ioError && typeof facts.systemErrno === 'number' && roomErrnos.has(facts.systemErrno)
  return { code, disk: room ? 'full' : 'other' }
}
