import { type FormEvent, useRef, useState } from 'react'
import { Link, Redirect } from 'wouter'
import { useApp, useAttempt, useLive } from '../app-context.ts'
import { Button } from '../parts/Button.tsx'
import { Dialog } from '../parts/Dialog.tsx'
import { Door, DoorTitle } from '../parts/Door.tsx'
import { passwordFault } from '../parts/new-password.ts'
import { PasswordField } from '../parts/secret-fields.tsx'
import { lineLink } from '../parts/text-link.ts'
import { sayFault } from '../words.ts'
import { RecoveryFault } from './RecoverPassword.tsx'

/** Without the kit: new keys in the place of the lost ones, and everyone who knew the old ones is told. */
export function StartOver() {
  const step = useLive(useApp().recovery)
  // Once the new keys are made the step is over, before the page is left.
  const [proven] = useState(step?.state === 'proven' ? step.email : null)
  if (proven === null) return <Redirect to="/recover" replace />
  return (
    <Door>
      <StartOverForm email={proven} />
    </Door>
  )
}

function StartOverForm({ email }: { readonly email: string }) {
  const app = useApp()
  const attempt = useAttempt()
  const field = useRef<HTMLInputElement>(null)
  const [password, setPassword] = useState('')
  const [unfit, setUnfit] = useState<string | null>(null)
  const [asking, setAsking] = useState(false)
  const weak = attempt.fault?.code === 'weak-password' ? sayFault(attempt.fault) : null
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const found = passwordFault(password)
    setUnfit(found)
    if (found === null) setAsking(true)
    else field.current?.focus()
  }
  const startOver = async () => {
    setAsking(false)
    await attempt.run(() => app.startOver(password))
  }
  return (
    <form className="flex flex-col gap-5" noValidate onSubmit={submit}>
      <DoorTitle title="Start over with a new identity">
        This device makes new keys for the same account. The old ones stay closed.
      </DoorTitle>
      <Losses />
      <input type="text" autoComplete="username" value={email} readOnly hidden />
      <PasswordField
        label="New password"
        autoComplete="new-password"
        suggest={() => app.suggestPassphrase()}
        value={password}
        ref={field}
        onChange={next => {
          setPassword(next)
          setUnfit(null)
          if (weak !== null) attempt.clear()
        }}
        error={unfit ?? weak}
      />
      {weak === null ? <RecoveryFault attempt={attempt} /> : null}
      <Button type="submit" kind="main" fill busy={attempt.busy && 'Making your keys…'}>
        Start over
      </Button>
      <p className="text-t2">
        <Link href="/recover" className={lineLink}>
          Back
        </Link>
      </p>
      {asking ? <AskOnce onStay={() => setAsking(false)} onGo={() => void startOver()} /> : null}
    </form>
  )
}

function Losses() {
  return (
    <ul
      aria-label="What starting over means"
      className="flex flex-col gap-3 rounded-r2 bg-warn-soft px-4 py-4 text-t2 text-warn"
    >
      <li>
        <b className="font-strong">What was sent to you until now stays closed,</b> except files that you have saved.
        The people who sent it can send it again.
      </li>
      <li>
        <b className="font-strong">Your lists are empty:</b> what you sent and received, and whom you had verified.
      </li>
      <li>
        <b className="font-strong">The people who know you are told</b> that your identity has changed. They should
        compare safety numbers with you before they send anything.
      </li>
      <li>
        <b className="font-strong">Every other device is logged out,</b> and API tokens end. Your address, your name and
        your second factor stay.
      </li>
    </ul>
  )
}

function AskOnce({ onStay, onGo }: { readonly onStay: () => void; readonly onGo: () => void }) {
  return (
    <Dialog
      alert
      title="Give up the old keys?"
      onClose={onStay}
      actions={
        <>
          <Button kind="danger" onPress={onGo}>
            Start over for good
          </Button>
          <Button kind="main" onPress={onStay}>
            Keep looking for the kit
          </Button>
        </>
      }
    >
      <p>
        If the recovery kit turns up later, it opens nothing any more. Nobody can undo this, the people who run the
        server included.
      </p>
    </Dialog>
  )
}
