import { CloudOff } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button, LinkButton } from '../../parts/Button.tsx'
import { FaultNote, Note } from '../../parts/Note.tsx'
import type { Asked } from './use-asked.ts'

interface UnaskedProps {
  readonly asked: Asked<unknown>
  /** What would stand here: "Your devices". */
  readonly what: string
  readonly rows: number
}

/** In the place of what the server has not told yet: bones, or why there is nothing. */
export function Unasked({ asked, what, rows }: UnaskedProps) {
  if (asked.offline) {
    return (
      <Padded>
        <Note icon={CloudOff} head="This needs the network.">
          {what} are kept by the server; they show when you are online again.
        </Note>
      </Padded>
    )
  }
  if (asked.fault === null) return <Bones rows={rows} what={what} />
  const loggedOut = asked.fault.code === 'logged-out'
  return (
    <Padded>
      <FaultNote
        fault={asked.fault}
        tone="warn"
        actions={
          loggedOut ? (
            <LinkButton href="/login" tight>
              Log in
            </LinkButton>
          ) : (
            <Button tight onPress={() => void asked.reload()}>
              Try again
            </Button>
          )
        }
      />
    </Padded>
  )
}

function Padded({ children }: { readonly children: ReactNode }) {
  return <div className="p-4 md:p-5">{children}</div>
}

function Bones({ rows, what }: { readonly rows: number; readonly what: string }) {
  return (
    <div aria-busy="true">
      <span className="sr-only" role="status">
        {what} are being fetched
      </span>
      <div aria-hidden="true" className="divide-y divide-line">
        {Array.from({ length: rows }, (_, row) => `bone ${row}`).map(row => (
          <div key={row} className="flex flex-col gap-3 px-4 py-3 md:px-5">
            <div className="grid min-h-(--control) content-center gap-2">
              <span className="bone h-3 w-2/5" />
              <span className="bone h-3 w-3/5" />
            </div>
          </div>
        ))}
      </div>
    </div>
  )
}
