/** Which transfers of this device can still be opened, and with which key. */
import type { ReceivedRow, SentRow } from '#client/db/schema.ts'
import { type OpenReceived, type OpenSent, received, sent } from './kinds.ts'
import type { KeyNeed } from './older-keys.ts'
import { openRows, type Rows } from './rows.ts'

/** Of rows that are open; those that have ended need nothing. */
export function needsOf(open: readonly (OpenReceived | OpenSent)[]): KeyNeed[] {
  const standing = open.filter(({ row }) => row.state === 'ready')
  return standing.map(({ row, value }) => ({ kid: value.content?.kid ?? null, expiresAt: row.expiresAt }))
}

/** Read anew, before something is deleted for good; a row whose cell does not open may need any key. */
export async function readNeeds(rows: Rows): Promise<KeyNeed[]> {
  const inbox = await rows.db.received.toArray()
  const own = await rows.db.sent.toArray()
  const open = [...(await openRows(rows, received, inbox)), ...(await openRows(rows, sent, own))]
  const known = new Set<ReceivedRow | SentRow>(open.map(({ row }) => row))
  const dark = [...inbox, ...own].filter(row => row.state === 'ready' && !known.has(row))
  return [...needsOf(open), ...dark.map(({ expiresAt }) => ({ kid: null, expiresAt }))]
}
