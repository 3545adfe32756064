import type { InboxRow, PersonView, SentRow } from '#client/app/views.ts'
import { whatOf } from './inbox-words.ts'

export interface BetweenItem {
  readonly href: string
  readonly what: string
  readonly at: number
  readonly sent: boolean
}

/** All transfers from or to a person, newest first. */
export function between(
  person: PersonView,
  inbox: readonly InboxRow[],
  sent: readonly SentRow[],
): readonly BetweenItem[] {
  const came = inbox
    .filter(row => row.from.email === person.email)
    .map(row => ({ href: `/inbox/${row.slotId}`, what: whatOf(row), at: row.createdAt, sent: false }))
  const went = sent
    .filter(row => row.recipients.some(one => one.email === person.email))
    .map(row => ({
      href: `/sent/${row.transferId}`,
      what: row.content?.what ?? 'Sent from another device',
      at: row.createdAt,
      sent: true,
    }))
  return [...came, ...went].sort((a, b) => b.at - a.at)
}
