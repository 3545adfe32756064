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
        These are the bytes that {possessive(firstName(name))} key sealed; nothing was changed on the way. Saved to{' '}
        <bdi>{row.saved.where}</bdi>, {format.long(row.saved.at, now)}.
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
        To <bdi>{row.saved.where}</bdi>, {format.long(row.saved.at, now)}. Every part of it was checked while it was
        saved.
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
