import { Hourglass } from 'lucide-react'
import { type FormEvent, useRef, useState } from 'react'
import { useApp, useAttempt, useLive } from '../app-context.ts'
import { format } from '../format.ts'
import { Button } from '../parts/Button.tsx'
import { Door } from '../parts/Door.tsx'
import { LogOutButton } from '../parts/LogOutButton.tsx'
import { Mark } from '../parts/Mark.tsx'
import { FaultNote } from '../parts/Note.tsx'
import { Card, PageTitle } from '../parts/Page.tsx'
import { PasswordField } from '../parts/secret-fields.tsx'
import { sayFault } from '../words.ts'

/** The keys are on this device and locked; unlocking needs no server. */
export function Unlock() {
  const app = useApp()
  const session = useLive(app.session)
  const attempt = useAttempt()
  const field = useRef<HTMLInputElement>(null)
  const [password, setPassword] = useState('')
  const [missing, setMissing] = useState(false)
  if (session.state !== 'locked') return null
  const wrong = attempt.fault?.code === 'wrong-password' || attempt.fault?.code === 'wrong-login'
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setMissing(password === '')
    if (password === '' || !(await attempt.run(() => app.unlock(password)))) field.current?.focus()
  }
  return (
    <Door>
      <form className="flex flex-col gap-6" noValidate onSubmit={submit}>
        {/* A password manager looks for the name that the password belongs to. */}
        <input type="text" autoComplete="username" value={session.email} readOnly hidden />
        <div className="flex flex-col gap-4">
          <Mark fingerprint={session.fingerprint} size={64} own />
          <div className="grid gap-1">
            <PageTitle title={`Unlock as ${session.name}`} className="text-t5 tracking-[-0.02em] md:text-t6">
              <bdi>{session.name}</bdi>
            </PageTitle>
            <p className="text-ink-2">Your keys are locked on this device. Unlocking works the same offline.</p>
          </div>
        </div>
        <PasswordField
          label="Password"
          autoComplete="current-password"
          value={password}
          ref={field}
          onChange={value => {
            setPassword(value)
            setMissing(false)
            if (wrong) attempt.clear()
          }}
          error={missing ? 'Enter your password.' : wrong && attempt.fault ? sayFault(attempt.fault) : null}
        />
        {attempt.fault !== null && !wrong ? <FaultNote fault={attempt.fault} /> : null}
        <Button type="submit" kind="main" fill busy={attempt.busy && 'Unlocking…'}>
          Unlock
        </Button>
      </form>
      <Waiting />
      <LogOutButton kind="quiet" className="-ms-4">
        Someone else? Log out
      </LogOutButton>
    </Door>
  )
}

function Waiting() {
  const waiting = useLive(useApp().outbox).length
  if (waiting === 0) return null
  return (
    <Card className="flex-row items-start gap-3">
      <Hourglass size={20} strokeWidth={1.75} aria-hidden="true" className="flex-none text-ink-2" />
      <p>
        <strong className="block font-strong">
          {waiting === 1 ? '1 transfer waits' : `${format.count(waiting)} transfers wait`} in the outbox
        </strong>
        <span className="text-t2 text-ink-2">They go out when you are unlocked and online.</span>
      </p>
    </Card>
  )
}
