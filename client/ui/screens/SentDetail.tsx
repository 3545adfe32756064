import { Trash2, Undo2 } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import { useLocation } from 'wouter'
import type { SentRecipient, SentRow } from '#client/app/views.ts'
import { useApp, useAttempt, useNow } from '../app-context.ts'
import { format } from '../format.ts'
import { Button } from '../parts/Button.tsx'
import { Dialog } from '../parts/Dialog.tsx'
import { EmptyState } from '../parts/EmptyState.tsx'
import { FileList } from '../parts/FileList.tsx'
import { Mark } from '../parts/Mark.tsx'
import { FaultNote } from '../parts/Note.tsx'
import { BackButton, Card, CardTitle, Fold, PageTitle } from '../parts/Page.tsx'
import { PageSkeleton } from '../parts/Skeleton.tsx'
import { trustWords } from '../parts/TrustLine.tsx'
import { firstName } from '../words.ts'
import { Letter } from './Received.tsx'
import { RecipientTag } from './RecipientTag.tsx'

interface SentDetailProps {
  readonly row: SentRow | undefined
  readonly loading: boolean
}

/** One sent transfer: who has it, what is in it, and how to take it back. */
export function SentDetail({ row, loading }: SentDetailProps) {
  if (row !== undefined) return <Found row={row} />
  if (loading) return <PageSkeleton />
  return (
    <div className="p-(--gutter)">
      <BackButton href="/sent" />
      <PageTitle title="Not among what you sent" className="mt-4 text-t5" />
      <EmptyState title="This transfer is not on this device">
        It was deleted, or it belongs to another account. Nothing else was changed.
      </EmptyState>
    </div>
  )
}

type Question = { readonly kind: 'revoke'; readonly one: SentRecipient | null } | { readonly kind: 'remove' }

function Found({ row }: { readonly row: SentRow }) {
  const [asking, ask] = useState<Question | null>(null)
  const what = row.content?.what ?? 'Sent from another device'
  const live = row.state === 'ready' && row.recipients.some(canRevoke)
  return (
    <>
      <div className="p-2 wide:hidden">
        <BackButton href="/sent" />
      </div>
      <div className="flex max-w-[44rem] flex-col gap-6 px-(--gutter) pt-2 pb-10 wide:pt-6">
        <div className="flex flex-col gap-1">
          <PageTitle title={what} tab="Sent transfer" className="text-t4 wrap-anywhere md:text-t5" />
          <Said row={row} />
        </div>
        {row.content?.note === undefined ? null : <Letter text={row.content.note} />}
        <Card flush>
          <div className="flex min-h-14 items-center border-b border-line px-4">
            <CardTitle>
              {row.recipients.length === 1 ? '1 person' : `${format.count(row.recipients.length)} people`}
            </CardTitle>
          </div>
          <ul className="divide-y divide-line">
            {row.recipients.map(one => (
              <Recipient
                key={one.slotId}
                one={one}
                onRevoke={
                  row.recipients.length > 1 && row.state === 'ready' ? () => ask({ kind: 'revoke', one }) : null
                }
              />
            ))}
          </ul>
        </Card>
        <Files row={row} />
        <div className="flex flex-wrap gap-2">
          {live ? (
            <Button
              kind="risk"
              className="-ms-4"
              onPress={() => ask({ kind: 'revoke', one: null })}
              icon={<Undo2 size={16} strokeWidth={2} aria-hidden="true" className="turns" />}
            >
              Revoke for everyone
            </Button>
          ) : null}
          <Button
            kind="plain"
            shortcut="Delete"
            onPress={() => ask({ kind: 'remove' })}
            icon={<Trash2 size={16} strokeWidth={2} aria-hidden="true" />}
          >
            Delete
          </Button>
        </div>
        {live ? (
          <p className="text-t2 text-ink-2">
            Revoking stops downloads that have not finished. It can't take back what someone already has.
          </p>
        ) : null}
      </div>
      {asking === null ? null : <Ask row={row} question={asking} onClose={() => ask(null)} />}
    </>
  )
}

function canRevoke(one: SentRecipient): boolean {
  return one.state.kind === 'waiting' || one.state.kind === 'downloading'
}

function Said({ row }: { readonly row: SentRow }) {
  const now = useNow()
  const size =
    row.content === undefined
      ? format.size(row.length)
      : `${format.files(row.content.files.length)}, ${format.size(row.content.size)}`
  const ends: Record<SentRow['state'], string> = {
    ready: `Deleted from the server on ${format.full(row.expiresAt)}.`,
    expired: 'Expired; the server has deleted it.',
    revoked: 'Revoked by you; the server has deleted it.',
  }
  return (
    <p className="text-ink-2">
      Sent {format.long(row.createdAt, now)}. {size}. {ends[row.state]}
    </p>
  )
}

function Recipient({ one, onRevoke }: { readonly one: SentRecipient; readonly onRevoke: (() => void) | null }) {
  return (
    <li className="flex items-start gap-3 px-4 py-3">
      <Mark fingerprint={one.fingerprint} />
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <div className="flex flex-wrap items-center justify-between gap-x-2 gap-y-1">
          <bdi className="font-strong wrap-anywhere">{one.name}</bdi>
          <RecipientTag state={one.state} />
        </div>
        <p className="text-t2 text-ink-2">
          <Story one={one} />
        </p>
        {onRevoke !== null && canRevoke(one) ? (
          <div>
            <Button kind="risk" tight className="-ms-3" onPress={onRevoke}>
              Revoke for {firstName(one.name)}
            </Button>
          </div>
        ) : null}
      </div>
    </li>
  )
}

function Story({ one }: { readonly one: SentRecipient }): ReactNode {
  const now = useNow()
  const name = firstName(one.name)
  const { state } = one
  const trust = one.trust === 'verified' || one.trust === 'unknown' ? '' : ` ${sentence(trustWords(one.trust))}`
  switch (state.kind) {
    case 'waiting':
      return `${name} has not opened it.${trust}`
    case 'downloading':
      return `Since ${format.long(state.since, now)}.${trust}`
    case 'downloaded':
      return state.receipt === 'checked'
        ? `Downloaded ${format.long(state.at, now)}. ${name} signed for all of it, and this device checked the signature.`
        : `Downloaded ${format.long(state.at, now)}. The receipt was not signed by the key of ${name}; ask ${name} about it.`
    case 'revoked':
      return `${sentence(format.long(state.at, now))} ${name} can't download it any more.`
    case 'expired':
      return `${name} did not download it in time.`
  }
}

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`
}

function Files({ row }: { readonly row: SentRow }) {
  const files = row.content?.files ?? []
  if (files.length === 0) return null
  return (
    <Fold title={format.files(files.length)}>
      <Card flush>
        <FileList files={files.map(file => ({ path: file.name, size: file.size }))} />
      </Card>
    </Fold>
  )
}

interface AskProps {
  readonly row: SentRow
  readonly question: Question
  readonly onClose: () => void
}

function Ask({ row, question, onClose }: AskProps) {
  const app = useApp()
  const attempt = useAttempt()
  const [, navigate] = useLocation()
  const removing = question.kind === 'remove'
  const whom = question.kind === 'revoke' && question.one !== null ? firstName(question.one.name) : 'everyone'
  const act = async () => {
    const work = () =>
      question.kind === 'remove' ? app.removeSent(row.transferId) : app.revoke(row.transferId, question.one?.slotId)
    if (!(await attempt.run(work))) return
    onClose()
    if (removing) navigate('/sent')
  }
  const live = row.state === 'ready'
  return (
    <Dialog
      alert
      title={removing ? 'Delete this transfer?' : `Revoke for ${whom}?`}
      onClose={onClose}
      actions={
        <>
          <Button
            kind="danger"
            busy={attempt.busy && (removing ? 'Deleting…' : 'Revoking…')}
            onPress={() => void act()}
          >
            {removing ? 'Delete' : 'Revoke'}
          </Button>
          <Button onPress={onClose}>Keep it</Button>
        </>
      }
    >
      <p>
        {removing
          ? `It leaves your list${live ? ', and nobody can download it any more' : ''}. The receipts that came for it go too.`
          : "Downloads that have not finished stop. It can't take back what someone already has."}
      </p>
      {attempt.fault === null ? null : <FaultNote fault={attempt.fault} />}
    </Dialog>
  )
}
