import { Download, FolderDown, Pause, Play, Reply } from 'lucide-react'
import { useState } from 'react'
import { useLocation } from 'wouter'
import type { InboxRow, Progress } from '#client/app/views.ts'
import { useApp, useAttempt, useDraft } from '../app-context.ts'
import { format } from '../format.ts'
import { Button } from '../parts/Button.tsx'
import { Checkbox } from '../parts/choices.tsx'
import { FileList } from '../parts/FileList.tsx'
import { fileKind } from '../parts/file-kind.ts'
import { FaultNote } from '../parts/Note.tsx'
import { Card, CardTitle } from '../parts/Page.tsx'
import { ProgressBar } from '../parts/ProgressBar.tsx'
import { saveLabel } from './save-label.ts'

type Content = NonNullable<InboxRow['content']>

interface ReceivedFilesProps {
  readonly row: InboxRow
  readonly content: Content
}

/** The files with their boxes, and what can be done with them. */
export function ReceivedFiles({ row, content }: ReceivedFilesProps) {
  const all = content.files.length
  const ready = row.state === 'ready'
  const [chosen, choose] = useState<ReadonlySet<number>>(() => new Set(row.saved?.whole ? [] : content.files.keys()))
  const files = content.files.map(file => ({ path: file.name, size: file.size }))
  return (
    <>
      {all === 0 ? null : (
        <Card flush>
          <div className="flex min-h-16 items-center justify-between gap-3 border-b border-line px-4">
            <CardTitle>
              {format.files(all)}, {format.size(content.size)}
            </CardTitle>
            {ready ? (
              <Checkbox
                checked={chosen.size === all}
                mixed={chosen.size > 0}
                onChange={on => choose(new Set(on ? content.files.keys() : []))}
              >
                All
              </Checkbox>
            ) : null}
          </div>
          <FileList
            files={files}
            {...(ready ? { choice: { chosen, choose } } : {})}
            second={index => savedAs(row, content, index)}
          />
        </Card>
      )}
      <Actions row={row} chosen={[...chosen].sort((a, b) => a - b)} all={all} />
    </>
  )
}

/** "Saved", under which name if it had to be another; nothing while it is not saved. */
function savedAs(row: InboxRow, content: Content, index: number): string | undefined {
  const name = content.files[index]?.name
  const saved = row.saved?.files[index]
  if (name === undefined || saved === undefined) return undefined
  const last = name.slice(name.lastIndexOf('/') + 1)
  return saved === name || saved === last ? `${fileKind(last)}, saved` : `Saved as ${saved}`
}

interface ActionsProps {
  readonly row: InboxRow
  readonly chosen: readonly number[]
  readonly all: number
}

function Actions({ row, chosen, all }: ActionsProps) {
  const attempt = useAttempt()
  if (row.download !== undefined) return <Running row={row} progress={row.download} />
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap gap-2 max-[30rem]:*:flex-[1_1_100%]">
        {row.state === 'ready' && all > 0 ? (
          <SaveButtons row={row} chosen={chosen} all={all} attempt={attempt} />
        ) : null}
        <ReplyButton row={row} />
      </div>
      {attempt.fault === null || row.fault !== undefined ? null : (
        <FaultNote fault={attempt.fault} context={{ name: row.from.name }} />
      )}
    </div>
  )
}

function SaveButtons({
  row,
  chosen,
  all,
  attempt,
}: ActionsProps & { readonly attempt: ReturnType<typeof useAttempt> }) {
  const app = useApp()
  const again = row.saved?.whole === true
  // Without a choice "again" means all of it.
  const files = chosen.length === 0 && again ? Array.from({ length: all }, (_, index) => index) : chosen
  const save = (into: 'folder' | 'download') => void attempt.run(() => app.save({ slotId: row.slotId, files, into }))
  const folder = app.abilities.folderPicker
  const label = saveLabel({ chosen: files.length, all, again })
  if (files.length === 0) return <p className="w-full text-t2 text-ink-2">Choose the files that you want to save.</p>
  return (
    <>
      <Button
        kind={again ? 'second' : 'main'}
        shortcut="d"
        busy={attempt.busy && 'Saving…'}
        onPress={() => save(folder ? 'folder' : 'download')}
        icon={
          folder ? (
            <FolderDown size={16} strokeWidth={2} aria-hidden="true" />
          ) : (
            <Download size={16} strokeWidth={2} aria-hidden="true" />
          )
        }
      >
        {label}
      </Button>
      {folder && !attempt.busy ? (
        <Button onPress={() => save('download')} icon={<Download size={16} strokeWidth={2} aria-hidden="true" />}>
          Download
        </Button>
      ) : null}
    </>
  )
}

function ReplyButton({ row }: { readonly row: InboxRow }) {
  const draft = useDraft()
  const [, navigate] = useLocation()
  const from = row.from
  if (from.trust === 'unknown') return null
  return (
    <Button
      kind={row.saved?.whole ? 'second' : 'quiet'}
      shortcut="r"
      onPress={() => {
        draft.addPerson(from)
        navigate('/send')
      }}
      icon={<Reply size={16} strokeWidth={2} aria-hidden="true" className="turns" />}
    >
      Reply with files
    </Button>
  )
}

function Running({ row, progress }: { readonly row: InboxRow; readonly progress: Progress }) {
  const app = useApp()
  const paused = progress.state === 'paused'
  return (
    <div className="flex flex-col gap-3">
      <ProgressBar progress={progress} label={`Download of ${row.content?.what ?? 'this transfer'}`} />
      <div className="flex flex-wrap gap-2">
        <Button
          shortcut="p"
          onPress={() => (paused ? app.resumeSaving(row.slotId) : app.pauseSaving(row.slotId))}
          icon={
            paused ? (
              <Play size={16} strokeWidth={2} aria-hidden="true" />
            ) : (
              <Pause size={16} strokeWidth={2} aria-hidden="true" />
            )
          }
        >
          {paused ? 'Go on' : 'Pause'}
        </Button>
        <Button kind="risk" onPress={() => app.cancelSaving(row.slotId)}>
          Stop and discard
        </Button>
      </div>
    </div>
  )
}
