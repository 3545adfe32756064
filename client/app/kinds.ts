/** The kinds of sealed rows there are. */
import type { OutboxRow, PersonRow, ReceivedRow, SentRow } from '#client/db/schema.ts'
import {
  type OutboxCell,
  outboxCell,
  type PersonCell,
  personCell,
  type ReceivedCell,
  receivedCell,
  type SentCell,
  sentCell,
} from './cell-schemas.ts'
import type { Kind, Opened } from './rows.ts'

export const people: Kind<PersonRow, PersonCell> = {
  type: 'person',
  table: db => db.people,
  key: row => row.userId,
  schema: personCell,
}
export const received: Kind<ReceivedRow, ReceivedCell> = {
  type: 'received',
  table: db => db.received,
  key: row => row.slotId,
  schema: receivedCell,
}
export const sent: Kind<SentRow, SentCell> = {
  type: 'sent',
  table: db => db.sent,
  key: row => row.transferId,
  schema: sentCell,
}
export const outbox: Kind<OutboxRow, OutboxCell> = {
  type: 'outbox',
  table: db => db.outbox,
  key: row => row.id,
  schema: outboxCell,
}

export type OpenPerson = Opened<PersonRow, PersonCell>
export type OpenReceived = Opened<ReceivedRow, ReceivedCell>
export type OpenSent = Opened<SentRow, SentCell>
export type OpenOutbox = Opened<OutboxRow, OutboxCell>
