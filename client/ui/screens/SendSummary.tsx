import type { Fault } from '#client/app/views.ts'
import type { Draft } from '../draft.ts'
import { format } from '../format.ts'
import { Button } from '../parts/Button.tsx'
import { FaultNote } from '../parts/Note.tsx'
import { Card, CardTitle } from '../parts/Page.tsx'
import { TrustLine } from '../parts/TrustLine.tsx'

interface SendSummaryProps {
  readonly draft: Draft
  readonly busy: boolean
  readonly fault: Fault | null
}

/** For whom it is encrypted, how much it is, what the server sees; and the one button. */
export function SendSummary({ draft, busy, fault }: SendSummaryProps) {
  return (
    <Card>
      <CardTitle>{headOf(draft)}</CardTitle>
      {draft.to.length === 0 ? null : (
        <ul className="flex flex-col gap-2 border-b border-line pb-4 text-t2">
          {draft.to.map(person => (
            <li key={person.userId} className="flex flex-wrap items-center justify-between gap-x-2">
              <bdi className="min-w-0 truncate">{person.name}</bdi>
              <TrustLine trust={person.trust} />
            </li>
          ))}
        </ul>
      )}
      <p className="text-t2 text-ink-2">
        {amountOf(draft)} The server sees who, when and {draft.padding ? 'roughly' : 'exactly'} how much; not names,
        types or the message.
      </p>
      {fault === null ? null : <FaultNote fault={fault} />}
      <Button type="submit" kind="main" fill shortcut="Control+Enter" busy={busy && 'Encrypting…'}>
        Encrypt and send
      </Button>
    </Card>
  )
}

function headOf({ to }: Draft): string {
  const only = to.length === 1 ? to[0] : undefined
  if (only !== undefined) return `Encrypt for ${only.name}`
  return to.length === 0 ? 'Encrypt for the people you name' : `Encrypt for ${format.count(to.length)} people`
}

function amountOf({ files }: Draft): string {
  if (files.length === 0) return ''
  const size = files.reduce((sum, picked) => sum + picked.file.size, 0)
  return `${format.files(files.length)}, ${format.size(size)}.`
}
