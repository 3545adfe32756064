import { type ComponentType, lazy, Suspense, useState } from 'react'
import type { Me } from '#client/app/views.ts'
import { useApp, useMe } from '../../app-context.ts'
import { Button } from '../../parts/Button.tsx'
import { LogOutButton } from '../../parts/LogOutButton.tsx'
import { FaultNote } from '../../parts/Note.tsx'
import { useSensitive } from '../../parts/use-sensitive.tsx'
import { Row, Rows, Section } from './Section.tsx'

const ChangeName = lazy(async () => ({ default: (await import('./ChangeName.tsx')).ChangeName }))
const ChangeEmail = lazy(async () => ({ default: (await import('./ChangeEmail.tsx')).ChangeEmail }))
const DeleteAccount = lazy(async () => ({ default: (await import('./DeleteAccount.tsx')).DeleteAccount }))

/** Name and address, what the account holds, and its end. */
export function Account() {
  const me = useMe()
  const app = useApp()
  if (me === null) return null
  return (
    <Section title="Account">
      <Rows label="Account">
        <Row
          title="Name"
          below={<bdi>{me.name}</bdi>}
          action={<Opener me={me} label="Change name" dialog={ChangeName} />}
        />
        <Row
          title="E-mail"
          below={<bdi>{me.email}</bdi>}
          action={<Opener me={me} label="Change e-mail" dialog={ChangeEmail} />}
        />
        <ExportRow />
        <Row
          title="Lock or log out"
          below="Locking keeps everything on this device, closed. Logging out takes your keys and lists off it."
        >
          <div className="flex flex-wrap gap-2">
            <Button onPress={() => app.lock()}>Lock now</Button>
            <LogOutButton kind="risk">Log out</LogOutButton>
          </div>
        </Row>
        <Row
          title="Delete account"
          below="Takes the account off the server and everything off this device."
          action={<Opener me={me} kind="risk" label="Delete account" verb="Delete" dialog={DeleteAccount} />}
        />
      </Rows>
    </Section>
  )
}

interface OpenerProps {
  readonly me: Me
  readonly label: string
  readonly verb?: string
  readonly kind?: 'second' | 'risk'
  readonly dialog: ComponentType<{ readonly me: Me; readonly onClose: () => void }>
}

/** A button and the dialog that it opens. */
function Opener({ me, label, verb = 'Change', kind = 'second', dialog: Shown }: OpenerProps) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <Button tight kind={kind} label={label} onPress={() => setOpen(true)}>
        {verb}
      </Button>
      <Suspense>{open ? <Shown me={me} onClose={() => setOpen(false)} /> : null}</Suspense>
    </>
  )
}

function ExportRow() {
  const app = useApp()
  const attempt = useSensitive()
  const [done, setDone] = useState(false)
  const run = async () => setDone(await attempt.run(() => app.exportEverything()))
  return (
    <Row
      title="Export everything"
      below="What the server keeps about you and what this device knows, as a zip of files. Your keys stay locked in it."
      action={
        <Button tight label="Export everything" busy={attempt.busy && 'Gathering…'} onPress={() => void run()}>
          Export
        </Button>
      }
    >
      {attempt.fault === null ? null : <FaultNote fault={attempt.fault} />}
      <p role="status" className="text-t2 text-ink-2 empty:hidden">
        {done ? 'Handed to the downloads of the browser.' : ''}
      </p>
      {attempt.dialog}
    </Row>
  )
}
