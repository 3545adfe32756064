/** The store in one SQLite file: the default of a server that stands alone. */
import { makeId, randomBytes, type StoreEpoch, storeEpoch } from '#shared/contract/ids.ts'
import type { Store } from '../store.ts'
import { type Database, openDatabase } from './database.ts'
import { migrate } from './migrations.ts'
import { openAttempts, openCards, openRegistrations, openSessions, openTokens, openUsers } from './people.ts'
import { openAnswers, openMailQueue, openTickets } from './queues.ts'
import { openChanges, openSlots, openTransfers } from './sendings.ts'

export interface SqliteOptions {
  /** Source of the epoch's bytes. */
  readonly random?: (length: number) => Uint8Array
}

/**
 * Opens the store in `file`, making it where there is none and bringing it to the newest version. A write that was
 * answered has reached the disk. Throws an Error with a sentence for whoever runs the server where a newer program
 * wrote the file, and a `Problem` (`unavailable`, `server-full`) where it cannot be opened.
 */
export async function openSqliteStore(file: string, options: SqliteOptions = {}): Promise<Store> {
  const database = openDatabase(file)
  try {
    migrate(database)
    return storeOn(database, options.random ?? randomBytes)
  } catch (error) {
    database.close()
    throw error
  }
}

/** The store on a database of the newest version. Every statement is prepared here, so that a test can ask for its plan. */
export function storeOn(database: Database, random: (length: number) => Uint8Array): Store {
  const epoch = lastingEpoch(database, random)
  const pinging = database.prepare('SELECT value FROM meta WHERE name = ?')
  return {
    epoch: async () => epoch,
    users: openUsers(database),
    registrations: openRegistrations(database),
    attempts: openAttempts(database),
    sessions: openSessions(database),
    tokens: openTokens(database),
    cards: openCards(database),
    transfers: openTransfers(database),
    slots: openSlots(database),
    changes: openChanges(database),
    mail: openMailQueue(database),
    tickets: openTickets(database),
    answers: openAnswers(database),
    ping: async () => void pinging.first('epoch'),
    close: async () => database.close(),
  }
}

/** Made once, by whichever process comes first. */
function lastingEpoch(database: Database, random: (length: number) => Uint8Array): StoreEpoch {
  const making = database.prepare("INSERT INTO meta (name, value) VALUES ('epoch', ?) ON CONFLICT DO NOTHING")
  const reading = database.prepare("SELECT value FROM meta WHERE name = 'epoch'")
  making.run(makeId(storeEpoch, random))
  return storeEpoch.parse(reading.first())
}
