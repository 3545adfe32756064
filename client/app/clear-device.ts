/** What is left of a person on this device, taken away. */
import type { CryptoWorker } from '#client/crypto-worker/orders.ts'
import type { Database } from '#client/db/schema.ts'

/** Sealed bytes and rows of the person who leaves; their keys stay on the server, sealed. */
export async function clearDevice(db: Database, worker: Pick<CryptoWorker, 'clearShelf'>): Promise<void> {
  const jobs = await db.outbox.toCollection().primaryKeys()
  for (const id of jobs) await worker.clearShelf(id)
  await db.transaction('rw', db.tables, () => Promise.all(db.tables.map(table => table.clear())))
}
