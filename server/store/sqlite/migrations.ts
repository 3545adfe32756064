/** Brings a database forward, one version after the other; SQLite's own `user_version` says where it stands. */
import type { Database } from './database.ts'
import { migration001 } from './migration-001.ts'
import { migration002 } from './migration-002.ts'

/** The SQL of version 1, 2, … in this order. */
const released: readonly string[] = [migration001, migration002]

/**
 * Runs the versions that `database` has not had, all in one transaction: a crash leaves the version that was. Throws an
 * Error for whoever runs the server where a newer program has written the file; nothing has been touched then.
 */
export function migrate(database: Database, versions: readonly string[] = released): void {
  database.transaction(() => {
    const stands = database.version()
    if (stands > versions.length) throw new Error(newerFile(stands, versions.length))
    for (const sql of versions.slice(stands)) database.script(sql)
    database.script(`PRAGMA user_version = ${versions.length}`)
  })
}

function newerFile(stands: number, known: number): string {
  return (
    `The database was written by a newer DataCrypt (its version is ${stands}, this program knows ${known}). ` +
    'It has not been changed. Start the newer program, or restore a backup made by this one.'
  )
}
