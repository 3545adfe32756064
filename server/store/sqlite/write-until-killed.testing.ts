/** A process of its own for store.test.ts: writes, says which writes were acknowledged, and waits to be killed. */
import { writeSync } from 'node:fs'
import { makeChange, makeSlot, newUserId } from '../records.testing.ts'
import { openSqliteStore } from './store.ts'

const store = await openSqliteStore(process.argv[2] ?? '')
const userId = newUserId()
for (let seq = 1; ; seq++) {
  const slot = makeSlot()
  await store.slots.insert(slot)
  await store.slots.swap({ ...slot, stanza: 'changed' })
  await store.changes.insert(makeChange({ userId, seq }))
  writeSync(1, `${slot.slotId} ${userId} ${seq}\n`)
}
