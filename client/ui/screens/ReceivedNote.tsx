import { ClockAlert, FileWarning, Undo2 } from 'lucide-react'
import type { InboxRow } from '#client/app/views.ts'
import { useNow } from '../app-context.ts'
import { format } from '../format.ts'
import { FaultNote, Note } from '../parts/Note.tsx'
import { firstName, possessive } from '../words.ts'

/** What became of it: nothing green before the whole has been checked. */
export function ReceivedNote({ row }: { readonly row: InboxRow }) {
  const now = useNow()
  const name = row.from.name
  if (row.fault !== undefined) return <FaultNote fault={row.fault} context={{ name }} icon={FileWarning} />
  if (row.saved?.whole) {
    return (
      <Note tone="good" head="Complete, and every file verified.">
        These are the bytes that {possessive(firstName(name))} key sealed; nothing was changed on the way.{' '}
        <SavedPlace saved={row.saved} now={now} />
      </Note>
    )
  }
  if (row.state === 'expired') {
    return (
      <Note icon={ClockAlert} head={`Expired on ${format.full(row.expiresAt)}.`}>
        The server has deleted it. Ask {firstName(name)} to send it again.
      </Note>
    )
  }
  if (row.state === 'revoked') {
    return (
      <Note icon={Undo2} head={`${firstName(name)} has taken this back.`}>
        Nothing can be downloaded any more. What you saved before stays where it is.
      </Note>
    )
  }
  return <Between row={row} now={now} />
}

function Between({ row, now }: { readonly row: InboxRow; readonly now: number }) {
  if (row.saved !== undefined) {
    const n = Object.keys(row.saved.files).length
    return (
      <Note head={`${format.files(n)} saved, not the whole transfer.`}>
        <SavedPlace saved={row.saved} now={now} /> Every part of it was checked while it was saved.
      </Note>
    )
  }
  if (row.content === undefined) {
    return (
      <Note head="Not opened on this device yet.">
        It is opened as soon as the server has handed over its envelope.
      </Note>
    )
  }
  return null
}

interface SavedPlaceProps {
  readonly saved: NonNullable<InboxRow['saved']>
  readonly now: number
}

/** "Saved in the folder interviews, today, 14:07." or "Saved to your downloads as hello.txt, today, 14:07." */
function SavedPlace({ saved, now }: SavedPlaceProps) {
  const at = format.long(saved.at, now)
  return (
    <>
      {saved.into === 'folder' ? 'Saved in the folder ' : 'Saved to your downloads as '}
      <bdi className="wrap-anywhere">{saved.where}</bdi>, {at}.
    </>
  )
}
