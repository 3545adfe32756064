import { Check, ClockAlert, FileWarning, Pause, RefreshCw, Undo2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import type { InboxRow } from '#client/app/views.ts'
import { useApp, useLive } from '../app-context.ts'
import { format } from '../format.ts'
import { LinkButton } from '../parts/Button.tsx'
import { EmptyState } from '../parts/EmptyState.tsx'
import { SearchField } from '../parts/fields.tsx'
import { Mark } from '../parts/Mark.tsx'
import { ProgressBar } from '../parts/ProgressBar.tsx'
import { Row, RowList } from '../parts/RowList.tsx'
import { RowSkeleton } from '../parts/Skeleton.tsx'
import { Split } from '../parts/Split.tsx'
import { Tag } from '../parts/Tag.tsx'
import { TrustLine } from '../parts/TrustLine.tsx'
import { inboxText, search } from '../search.ts'
import { firstName } from '../words.ts'
import { faultTag, markOf, whatOf } from './inbox-words.ts'
import { Received } from './Received.tsx'

/** What others sent you. */
export function Inbox({ slotId }: { readonly slotId: string | null }) {
  const rows = useLive(useApp().inbox)
  const [wanted, setWanted] = useState('')
  const shown = useMemo(() => search(rows ?? [], wanted, inboxText), [rows, wanted])
  const chosen =
    slotId === null ? null : (
      <Received key={slotId} row={rows?.find(row => row.slotId === slotId)} loading={rows === undefined} />
    )
  return (
    <Split
      title="Inbox"
      detail={chosen}
      rest="Choose a transfer to see its files."
      search={
        rows === undefined || rows.length === 0 ? null : (
          <SearchField
            label="Search the inbox"
            value={wanted}
            onChange={setWanted}
            none={shown.length === 0 ? 'Nothing here fits that.' : null}
          />
        )
      }
    >
      {rows === undefined ? (
        <RowSkeleton label="Opening the inbox" />
      ) : rows.length === 0 ? (
        <Empty />
      ) : (
        <RowList
          rows={shown}
          timeOf={row => row.createdAt}
          draw={(row, now) => <InboxLine key={row.slotId} row={row} now={now} here={row.slotId === slotId} />}
        />
      )}
    </Split>
  )
}

function Empty() {
  return (
    <div className="px-(--gutter) wide:px-5">
      <EmptyState
        title="Nothing has arrived yet"
        actions={
          <>
            <LinkButton href="/send" kind="main">
              Send files
            </LinkButton>
            <LinkButton href="/identity">Show your fingerprint</LinkButton>
          </>
        }
      >
        People send to the e-mail address of your account. Tell them to look it up in DataCrypt.
      </EmptyState>
    </div>
  )
}

interface LineProps {
  readonly row: InboxRow
  readonly now: number
  readonly here: boolean
}

function InboxLine({ row, now, here }: LineProps) {
  const fresh = row.isNew && row.state === 'ready'
  const size = row.content?.size ?? row.length
  const label = [row.from.name, whatOf(row), ...(fresh ? ['new'] : []), format.spokenSize(size)].join(', ')
  return (
    <Row
      href={`/inbox/${row.slotId}`}
      label={label}
      name={row.from.name}
      time={row.createdAt}
      now={now}
      here={here}
      strong={fresh}
      gone={row.state !== 'ready'}
      lead={<Mark fingerprint={markOf(row.from)} />}
      what={whatOf(row)}
    >
      <Under row={row} fresh={fresh} now={now} />
    </Row>
  )
}

interface StateProps {
  readonly row: InboxRow
  readonly fresh: boolean
  readonly now: number
}

function Under({ row, fresh, now }: StateProps) {
  if (row.download?.state === 'running' || row.download?.state === 'checking') {
    return (
      <div className="mt-1.5">
        <ProgressBar progress={row.download} label={`Download of ${whatOf(row)}`} />
      </div>
    )
  }
  return (
    <div className="mt-1 flex min-h-6 flex-wrap items-center gap-x-2 gap-y-1 text-t2 text-ink-3">
      <State row={row} fresh={fresh} now={now} />
      <bdi>{amountOf(row)}</bdi>
      {row.state === 'ready' && row.from.trust === 'not-verified' && row.saved === undefined ? (
        <TrustLine trust="not-verified" words="Sender not verified yet" />
      ) : null}
      {row.from.trust === 'identity-changed' ? <TrustLine trust="identity-changed" /> : null}
    </div>
  )
}

function amountOf(row: InboxRow): string {
  if (row.state === 'expired' && row.saved === undefined)
    return `${format.size(row.content?.size ?? row.length)}, never downloaded`
  if (row.content === undefined) return format.size(row.length)
  return `${format.files(row.content.files.length)} · ${format.size(row.content.size)}`
}

function State({ row, fresh, now }: StateProps) {
  if (row.state === 'revoked') return <Tag icon={Undo2}>Revoked by {firstName(row.from.name)}</Tag>
  if (row.saved?.whole) return <TrustLine trust="verified" words="Files verified" />
  if (row.state === 'expired') return <Tag icon={ClockAlert}>Expired {format.day(row.expiresAt, now)}</Tag>
  if (row.fault !== undefined)
    return (
      <Tag tone="bad" icon={FileWarning}>
        {faultTag(row.fault)}
      </Tag>
    )
  if (row.download?.state === 'paused') {
    return <Tag icon={Pause}>Paused at {format.percent(row.download.done, row.download.total)}</Tag>
  }
  if (row.download !== undefined) return <Tag icon={RefreshCw}>Resuming</Tag>
  if (row.saved !== undefined) return <Tag icon={Check}>Partly saved</Tag>
  return fresh ? <Tag tone="live">New</Tag> : null
}
