import { Trash2 } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useLocation } from 'wouter'
import type { InboxRow } from '#client/app/views.ts'
import { useApp, useAttempt, useNow } from '../app-context.ts'
import { format } from '../format.ts'
import { Button } from '../parts/Button.tsx'
import { Dialog } from '../parts/Dialog.tsx'
import { EmptyState } from '../parts/EmptyState.tsx'
import { Mark } from '../parts/Mark.tsx'
import { FaultNote } from '../parts/Note.tsx'
import { BackButton, PageTitle } from '../parts/Page.tsx'
import { PageSkeleton } from '../parts/Skeleton.tsx'
import { TrustLine } from '../parts/TrustLine.tsx'
import { markOf, whatOf } from './inbox-words.ts'
import { ReceivedFiles } from './ReceivedFiles.tsx'
import { ReceivedNote } from './ReceivedNote.tsx'
import { ReceiptOf, Sealer, Technical } from './ReceivedProof.tsx'

interface ReceivedProps {
  readonly row: InboxRow | undefined
  readonly loading: boolean
}

/** One received transfer: message, result, files, actions, who sealed it, receipt, technical details. */
export function Received({ row, loading }: ReceivedProps) {
  if (row !== undefined) return <Found row={row} />
  if (loading) return <PageSkeleton />
  return (
    <div className="p-(--gutter)">
      <BackButton href="/inbox" />
      <PageTitle title="Not in your inbox" className="mt-4 text-t5" />
      <EmptyState title="This transfer is not on this device">
        It was deleted, or it belongs to another account. Nothing else was changed.
      </EmptyState>
    </div>
  )
}

function Found({ row }: { readonly row: InboxRow }) {
  useSeen(row)
  return (
    <>
      <div className="flex items-center justify-between p-2 wide:hidden">
        <BackButton href="/inbox" />
        <Remove row={row} />
      </div>
      <div className="flex max-w-[44rem] flex-col gap-6 px-(--gutter) pt-2 pb-10 wide:pt-6">
        <Head row={row} />
        {row.content?.note === undefined ? null : <Letter text={row.content.note} />}
        <ReceivedNote row={row} />
        {row.content === undefined ? null : <ReceivedFiles key={row.saved?.at ?? 0} row={row} content={row.content} />}
        <Sealer row={row} />
        <ReceiptOf row={row} />
        <Technical row={row} />
      </div>
    </>
  )
}

/** Looking at it is having seen it. */
function useSeen(row: InboxRow) {
  const app = useApp()
  const fresh = row.isNew && row.content !== undefined
  useEffect(() => {
    // Whether it counts as seen can wait; the row stays bold until it could be stored.
    if (fresh) app.markSeen(row.slotId).catch(() => undefined)
  }, [app, fresh, row.slotId])
}

function Head({ row }: { readonly row: InboxRow }) {
  const now = useNow()
  const said = format.long(row.content?.sealedAt ?? row.createdAt, now)
  const end = row.state === 'ready' ? ` · deleted from the server on ${format.day(row.expiresAt, now)}` : ''
  return (
    <div className="flex flex-col gap-3">
      <div className="flex items-start justify-between gap-2">
        <PageTitle title={whatOf(row)} tab="Received transfer" className="min-w-0 text-t4 wrap-anywhere md:text-t5" />
        <span className="hidden wide:block">
          <Remove row={row} />
        </span>
      </div>
      <div className="flex min-w-0 items-center gap-3">
        <Mark fingerprint={markOf(row.from)} />
        <div className="min-w-0">
          <p className="flex flex-wrap items-center gap-x-3">
            <bdi className="font-strong wrap-anywhere">{row.from.name}</bdi>
            <TrustLine trust={row.from.trust} />
          </p>
          <p className="text-t2 text-ink-2 first-letter:uppercase">
            {said}
            {end}
          </p>
        </div>
      </div>
    </div>
  )
}

export function Letter({ text }: { readonly text: string }) {
  return (
    <blockquote
      className="max-w-[38rem] border-s-2 border-line ps-4 text-t3 wrap-anywhere whitespace-pre-line"
      dir="auto"
    >
      {text}
    </blockquote>
  )
}

function Remove({ row }: { readonly row: InboxRow }) {
  const [asking, setAsking] = useState(false)
  return (
    <>
      <Button
        kind="plain"
        square
        tight
        label="Delete"
        shortcut="Delete"
        onPress={() => setAsking(true)}
        icon={<Trash2 size={20} strokeWidth={1.75} aria-hidden="true" />}
      />
      {asking ? <AskRemove row={row} onClose={() => setAsking(false)} /> : null}
    </>
  )
}

function AskRemove({ row, onClose }: { readonly row: InboxRow; readonly onClose: () => void }) {
  const app = useApp()
  const attempt = useAttempt()
  const [, navigate] = useLocation()
  const remove = async () => {
    if (!(await attempt.run(() => app.removeReceived(row.slotId)))) return
    onClose()
    navigate('/inbox')
  }
  return (
    <Dialog
      alert
      title={`Delete ${whatOf(row)}?`}
      onClose={onClose}
      actions={
        <>
          <Button kind="danger" busy={attempt.busy && 'Deleting…'} onPress={() => void remove()}>
            Delete
          </Button>
          <Button onPress={onClose}>Keep it</Button>
        </>
      }
    >
      <p>It leaves your inbox and can't be downloaded again. Files that you saved stay where they are.</p>
      {attempt.fault === null ? null : <FaultNote fault={attempt.fault} />}
    </Dialog>
  )
}
