import { type FormEvent, useRef, useState } from 'react'
import type { Me } from '#client/app/views.ts'
import { useApp, useLive } from '../../app-context.ts'
import { format } from '../../format.ts'
import { Button } from '../../parts/Button.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { TextField } from '../../parts/fields.tsx'
import { FaultNote } from '../../parts/Note.tsx'
import { useSensitive } from '../../parts/use-sensitive.tsx'

/** The end of the account: what goes, what stays and why, and the name typed. */
export function DeleteAccount({ me, onClose }: { readonly me: Me; readonly onClose: () => void }) {
  const app = useApp()
  const attempt = useSensitive()
  const field = useRef<HTMLInputElement>(null)
  const [typed, setTyped] = useState('')
  const [unfit, setUnfit] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const fits = typed.normalize('NFC').trim() === me.name
    setUnfit(!fits)
    if (!fits || !(await attempt.run(() => app.deleteAccount()))) field.current?.focus()
  }
  return (
    <Dialog
      alert
      title="Delete your account?"
      onClose={onClose}
      actions={
        <>
          <Button type="submit" form="delete-account" kind="danger" busy={attempt.busy && 'Deleting…'}>
            Delete account
          </Button>
          <Button kind="main" onPress={onClose}>
            Keep my account
          </Button>
        </>
      }
    >
      <Waiting />
      <Lists />
      <form id="delete-account" noValidate onSubmit={submit} className="text-ink">
        <TextField
          label="Type your name to confirm"
          hint={<bdi>{me.name}</bdi>}
          autoComplete="off"
          spellCheck={false}
          value={typed}
          ref={field}
          onChange={next => {
            setTyped(next)
            setUnfit(false)
          }}
          error={unfit ? `Type ${me.name}, as it stands in your account.` : null}
        />
      </form>
      {attempt.fault === null ? null : <FaultNote fault={attempt.fault} />}
      {attempt.dialog}
    </Dialog>
  )
}

function Waiting() {
  const waiting = useLive(useApp().outbox).length
  if (waiting === 0) return null
  const what = waiting === 1 ? '1 transfer waits' : `${format.count(waiting)} transfers wait`
  return <p className="font-strong text-ink">{what} in the outbox, and nobody gets what was not sent.</p>
}

function Lists() {
  return (
    <>
      <div>
        <h3 className="font-strong text-ink">What goes</h3>
        <ul className="list-disc space-y-1 ps-5">
          <li>On the server: your name and address, your locked keys, your card, and all sessions and tokens.</li>
          <li>What you sent is taken back, and what was sent to you is deleted there.</li>
          <li>On this device: keys, lists and the outbox. No password and no kit brings them back.</li>
        </ul>
      </div>
      <div>
        <h3 className="font-strong text-ink">What stays, and why</h3>
        <ul className="list-disc space-y-1 ps-5">
          <li>Files that you or others have saved: they are theirs, and out of reach.</li>
          <li>
            With the people who know you: your card, and in their lists what they sent you, with your receipts. They
            prove who sealed what, and what arrived.
          </li>
          <li>Copies in backups of the server, until the people who run it let them run out.</li>
        </ul>
      </div>
    </>
  )
}
