import { Hourglass, Pause, Play, TriangleAlert, Upload } from 'lucide-react'
import { type ReactNode, useState } from 'react'
import type { OutboxRow } from '#client/app/views.ts'
import { useApp, useAttempt, useLive, useNow } from '../app-context.ts'
import { format } from '../format.ts'
import { sayFault } from '../words.ts'
import { Button, LinkButton } from './Button.tsx'
import { Dialog } from './Dialog.tsx'
import { FaultNote } from './Note.tsx'
import { ProgressBar } from './ProgressBar.tsx'
import { Tag } from './Tag.tsx'

/** One transfer that has not gone out: what it is, how far, what can be done. */
export function OutboxCard({ row }: { readonly row: OutboxRow }) {
  const [asking, setAsking] = useState(false)
  return (
    <li className="flex flex-col gap-3 rounded-r3 bg-surface p-4 shadow-e0 md:p-5">
      <div className="flex flex-wrap items-start justify-between gap-2">
        <div className="min-w-0 flex-[1_1_10rem]">
          <h3 className="text-t3 font-heading wrap-anywhere">
            <bdi>{row.what}</bdi>
          </h3>
          <p className="text-t2 text-ink-2">
            to <bdi>{format.names(row.to)}</bdi>
            {`\u00a0· ${format.files(row.files)}\u00a0· ${format.size(row.size)}`}
          </p>
        </div>
        <StateTag row={row} />
      </div>
      <Middle row={row} />
      <div className="flex flex-wrap gap-2">
        <WayOn row={row} />
        <Button
          kind="risk"
          tight
          {...(row.state.kind === 'waiting' ? { className: '-ms-4 fine:-ms-3' } : {})}
          onPress={() => setAsking(true)}
          label={`${row.state.kind === 'failed' || row.state.kind === 'waiting' ? 'Discard' : 'Cancel'} ${row.what}`}
        >
          {row.state.kind === 'failed' || row.state.kind === 'waiting' ? 'Discard' : 'Cancel'}
        </Button>
      </div>
      {asking ? <AskCancel row={row} onClose={() => setAsking(false)} /> : null}
    </li>
  )
}

function StateTag({ row }: { readonly row: OutboxRow }) {
  const { online } = useLive(useApp().connection)
  const { state } = row
  const cutOff = !online && 'progress' in state && state.progress.state === 'reconnecting'
  if (state.kind === 'waiting' || cutOff) return <Tag icon={Hourglass}>Waits for the network</Tag>
  switch (state.kind) {
    case 'sealing':
      return (
        <Tag tone="live" icon={Hourglass}>
          Sealing
        </Tag>
      )
    case 'uploading':
      return (
        <Tag tone="live" icon={Upload}>
          Uploading
        </Tag>
      )
    case 'paused':
      return <Tag icon={Pause}>Paused</Tag>
    case 'failed':
      return (
        <Tag tone="warn" icon={TriangleAlert}>
          Needs you
        </Tag>
      )
  }
}

function Middle({ row }: { readonly row: OutboxRow }): ReactNode {
  const now = useNow()
  switch (row.state.kind) {
    case 'sealing':
      return <ProgressBar progress={row.state.progress} label={`Sealing of ${row.what}`} />
    case 'uploading':
    case 'paused':
      return <ProgressBar progress={row.state.progress} label={`Upload of ${row.what}`} />
    case 'waiting':
      return <p className="text-t2 text-ink-2">Sealed {format.long(row.since, now)}. Nothing more to do.</p>
    case 'failed':
      return <FaultNote fault={row.state.fault} tone="warn" icon={TriangleAlert} />
  }
}

function WayOn({ row }: { readonly row: OutboxRow }): ReactNode {
  const app = useApp()
  const { state } = row
  if (state.kind === 'paused') {
    return (
      <Button
        tight
        label={`Go on with ${row.what}`}
        onPress={() => app.resume(row.id)}
        icon={<Play size={16} strokeWidth={2} aria-hidden="true" />}
      >
        Go on
      </Button>
    )
  }
  if (state.kind === 'sealing' || state.kind === 'uploading') {
    return (
      <Button
        tight
        label={`Pause ${row.what}`}
        onPress={() => app.pause(row.id)}
        icon={<Pause size={16} strokeWidth={2} aria-hidden="true" />}
      >
        Pause
      </Button>
    )
  }
  if (state.kind !== 'failed') return null
  if (state.wayOn === 'retry') {
    return (
      <Button tight kind="main" label={`Try ${row.what} again`} onPress={() => app.resume(row.id)}>
        Try again
      </Button>
    )
  }
  if (state.wayOn === 'pick-again') {
    return (
      <LinkButton tight href="/send">
        Pick it again
      </LinkButton>
    )
  }
  return state.wayOn === 'look' ? (
    <LinkButton tight kind="main" href="/people">
      Look at it
    </LinkButton>
  ) : null
}

function AskCancel({ row, onClose }: { readonly row: OutboxRow; readonly onClose: () => void }) {
  const app = useApp()
  const attempt = useAttempt()
  const cancel = async () => {
    if (await attempt.run(() => app.cancel(row.id))) onClose()
  }
  return (
    <Dialog
      alert
      title={`Discard ${row.what}?`}
      onClose={onClose}
      actions={
        <>
          <Button kind="danger" busy={attempt.busy && 'Discarding…'} onPress={() => void cancel()}>
            Discard
          </Button>
          <Button onPress={onClose}>Keep it</Button>
        </>
      }
    >
      <p>Nobody gets it. Your own files stay where they are.</p>
      {attempt.fault === null ? null : <p className="text-bad">{sayFault(attempt.fault)}</p>}
    </Dialog>
  )
}
