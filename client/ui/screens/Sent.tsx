import { useMemo, useState } from 'react'
import { Link } from 'wouter'
import type { OutboxRow, SentRecipient, SentRow } from '#client/app/views.ts'
import { useApp, useLive } from '../app-context.ts'
import { format } from '../format.ts'
import { LinkButton } from '../parts/Button.tsx'
import { EmptyState } from '../parts/EmptyState.tsx'
import { SearchField } from '../parts/fields.tsx'
import { Mark } from '../parts/Mark.tsx'
import { Row, RowList } from '../parts/RowList.tsx'
import { RowSkeleton } from '../parts/Skeleton.tsx'
import { Split } from '../parts/Split.tsx'
import { search, sentText } from '../search.ts'
import { RecipientTag } from './RecipientTag.tsx'
import { SentDetail } from './SentDetail.tsx'

/** What you sent, and how far each person is. */
export function Sent({ transferId }: { readonly transferId: string | null }) {
  const rows = useLive(useApp().sent)
  const [wanted, setWanted] = useState('')
  const shown = useMemo(() => search(rows ?? [], wanted, sentText), [rows, wanted])
  const chosen =
    transferId === null ? null : (
      <SentDetail
        key={transferId}
        row={rows?.find(row => row.transferId === transferId)}
        loading={rows === undefined}
      />
    )
  return (
    <Split
      title="Sent"
      detail={chosen}
      rest="Choose a transfer to see who has it."
      search={
        rows === undefined || rows.length === 0 ? null : (
          <SearchField
            label="Search what you sent"
            value={wanted}
            onChange={setWanted}
            none={shown.length === 0 ? 'Nothing here fits that.' : null}
          />
        )
      }
    >
      <OutboxLine />
      {rows === undefined ? (
        <RowSkeleton label="Opening what you sent" />
      ) : rows.length === 0 ? (
        <Empty />
      ) : (
        <RowList
          rows={shown}
          timeOf={row => row.createdAt}
          draw={(row, now) => (
            <SentLine key={row.transferId} row={row} now={now} here={row.transferId === transferId} />
          )}
        />
      )}
    </Split>
  )
}

function Empty() {
  return (
    <div className="px-(--gutter) wide:px-5">
      <EmptyState
        title="You have not sent anything yet"
        actions={
          <LinkButton href="/send" kind="main">
            Send files
          </LinkButton>
        }
      >
        Here you will see who has opened what, and their receipts.
      </EmptyState>
    </div>
  )
}

/** The outbox has no place in the bar of a phone; it is shown here while anything waits. */
function OutboxLine() {
  const waiting = useLive(useApp().outbox)
  if (waiting.length === 0) return null
  return (
    <Link
      href="/outbox"
      className="flex min-h-12 items-center bg-accent-soft px-(--gutter) py-2 text-t2 text-accent-ink underline underline-offset-4 wide:hidden"
    >
      {outboxWords(waiting)}
    </Link>
  )
}

function outboxWords(rows: readonly OutboxRow[]): string {
  const only = rows.length === 1 ? rows[0] : undefined
  if (only === undefined) return `${format.count(rows.length)} transfers are on their way`
  if (only.state.kind === 'waiting') return '1 transfer waits in the outbox'
  if (only.state.kind === 'failed') return '1 transfer needs you'
  const { done, total } = only.state.progress
  return `1 transfer is on its way: ${format.percent(done, total)}`
}

interface LineProps {
  readonly row: SentRow
  readonly now: number
  readonly here: boolean
}

function SentLine({ row, now, here }: LineProps) {
  const what = row.content?.what ?? 'Sent from another device'
  const amount =
    row.content === undefined
      ? format.size(row.length)
      : `${format.files(row.content.files.length)} · ${format.size(row.content.size)}`
  const end = row.state === 'ready' ? ` · deleted on ${format.day(row.expiresAt, now)}` : ''
  const people = row.recipients.map(one => one.name)
  return (
    <Row
      href={`/sent/${row.transferId}`}
      label={`${what}, to ${format.names(people)}, ${format.spokenSize(row.content?.size ?? row.length)}`}
      name={what}
      time={row.createdAt}
      now={now}
      here={here}
      gone={row.state !== 'ready'}
      what={`${amount}${end}`}
    >
      <ul className="mt-2 grid gap-1">
        {row.recipients.slice(0, 5).map(one => (
          <Someone key={one.slotId} one={one} />
        ))}
        {row.recipients.length > 5 ? (
          <li className="text-t2 text-ink-3">and {format.count(row.recipients.length - 5)} more</li>
        ) : null}
      </ul>
    </Row>
  )
}

function Someone({ one }: { readonly one: SentRecipient }) {
  return (
    <li className="flex min-w-0 items-center gap-2 text-t2">
      <Mark fingerprint={one.fingerprint} size={20} />
      <bdi className="min-w-0 flex-1 truncate text-ink-2">{one.name}</bdi>
      <RecipientTag state={one.state} />
    </li>
  )
}
