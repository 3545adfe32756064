/** How received and sent transfers look. */
import { personView } from './contacts.ts'
import type { OpenPerson, OpenReceived, OpenSent } from './kinds.ts'
import { firstName } from './outbox-view.ts'
import type { RunningJob } from './running.ts'
import type { FileView, InboxRow, PersonView, SentRecipient, SentRow, Trust } from './views.ts'

export type PeopleById = ReadonlyMap<string, OpenPerson>

export interface ListContext {
  readonly people: PeopleById
  readonly running: ReadonlyMap<string, RunningJob>
  readonly now: number
}

export function inboxView({ row, value }: OpenReceived, context: ListContext): InboxRow {
  const sender = context.people.get(row.sender)
  const job = context.running.get(row.slotId)
  const { saved, receiptAt, fault } = value
  return {
    slotId: row.slotId,
    from: sender === undefined ? stranger(value.from) : personView(sender),
    createdAt: row.createdAt,
    expiresAt: row.expiresAt,
    length: row.length,
    state: row.state === 'ready' && row.expiresAt <= context.now ? 'expired' : row.state,
    isNew: !row.seen,
    ...(value.content === null ? {} : { content: contentView(value.content) }),
    ...(fault === null ? {} : { fault }),
    ...(job === undefined ? {} : { download: job.progress }),
    ...(saved === null ? {} : { saved: { ...saved, files: byIndex(saved.files) } }),
    ...(receiptAt === null ? {} : { receipt: { at: receiptAt, checked: true } }),
  }
}

function stranger({ name, email }: { name: string; email: string }): InboxRow['from'] {
  return { name, email, trust: 'unknown' }
}

function contentView(content: NonNullable<OpenReceived['value']['content']>): NonNullable<InboxRow['content']> {
  const { title, note, kid: _, ...rest } = content
  return {
    ...rest,
    what: whatOf(title, content.files),
    size: sizeOf(content.files),
    ...(note === undefined ? {} : { note }),
  }
}

const whatOf = (title: string | undefined, files: readonly FileView[]) => title ?? firstName(files) ?? 'Message'

const sizeOf = (files: readonly FileView[]) => files.reduce((sum, file) => sum + file.size, 0)

const byIndex = (names: Record<string, string>): Record<number, string> =>
  Object.fromEntries(Object.entries(names).map(([index, name]) => [Number(index), name]))

export function sentView({ row, value }: OpenSent, context: ListContext): SentRow {
  const { transferId, createdAt, expiresAt, length } = row
  const state = row.state === 'ready' && expiresAt <= context.now ? 'expired' : row.state
  const content = value.content
  return {
    transferId,
    createdAt,
    expiresAt,
    length,
    state,
    ...(content === null
      ? {}
      : {
          content: {
            what: whatOf(content.title, content.files),
            files: content.files,
            size: sizeOf(content.files),
            ...(content.note === undefined ? {} : { note: content.note }),
          },
        }),
    recipients: value.slots.map(slot => recipientView(slot, { ...context, receipts: value.receipts, state })),
  }
}

type Slot = OpenSent['value']['slots'][number]

function recipientView(
  slot: Slot,
  context: ListContext & { receipts: OpenSent['value']['receipts']; state: SentRow['state'] },
): SentRecipient {
  const known = context.people.get(slot.to.userId)
  const view: PersonView | null = known === undefined ? null : personView(known)
  const trust: Trust | 'unknown' = view?.trust ?? 'unknown'
  const { name, email } = slot.to
  const fingerprint = view?.fingerprint ?? null
  return { slotId: slot.slotId, name, email, fingerprint, trust, state: slotState(slot, context) }
}

function slotState(
  slot: Slot,
  { receipts, state }: { receipts: OpenSent['value']['receipts']; state: SentRow['state'] },
): SentRecipient['state'] {
  switch (slot.state) {
    case 'downloaded':
      return { kind: 'downloaded', at: slot.at, receipt: receipts[slot.slotId] ?? 'refused' }
    case 'revoked':
      return { kind: 'revoked', at: slot.at }
    case 'downloading':
      return state === 'ready' ? { kind: 'downloading', since: slot.since } : ended(state)
    case 'waiting':
      return state === 'ready' ? { kind: 'waiting' } : ended(state)
  }
}

/** The whole transfer has ended before this recipient had it. */
const ended = (state: SentRow['state']): SentRecipient['state'] =>
  state === 'revoked' ? { kind: 'revoked', at: 0 } : { kind: 'expired' }
