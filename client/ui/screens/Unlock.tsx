import { Hourglass, UserRoundKey } from 'lucide-react'
import { type FormEvent, type KeyboardEvent, useRef, useState } from 'react'
import { Link } from 'wouter'
import type { Fault } from '#client/app/views.ts'
import { useApp, useAttempt, useLive } from '../app-context.ts'
import { format } from '../format.ts'
import { Button } from '../parts/Button.tsx'
import { Door } from '../parts/Door.tsx'
import { LogOutButton } from '../parts/LogOutButton.tsx'
import { Mark } from '../parts/Mark.tsx'
import { FaultNote } from '../parts/Note.tsx'
import { Card, PageTitle } from '../parts/Page.tsx'
import { PasswordField } from '../parts/secret-fields.tsx'
import { lineLink } from '../parts/text-link.ts'
import { sayFault } from '../words.ts'

/** The keys are on this device and locked; unlocking needs no server. */
export function Unlock() {
  const app = useApp()
  const session = useLive(app.session)
  const attempt = useAttempt()
  const field = useRef<HTMLInputElement>(null)
  const [password, setPassword] = useState('')
  const [missing, setMissing] = useState(false)
  const [capsLock, setCapsLock] = useState(false)
  if (session.state !== 'locked') return null
  const wrong = attempt.fault?.code === 'wrong-password' || attempt.fault?.code === 'wrong-login'
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setMissing(password === '')
    if (password === '' || !(await attempt.run(() => app.unlock(password)))) field.current?.focus()
  }
  return (
    <Door>
      <form
        className="flex flex-col gap-6"
        noValidate
        onSubmit={submit}
        onKeyUp={(event: KeyboardEvent) => setCapsLock(event.getModifierState('CapsLock'))}
      >
        {/* A password manager looks for the name that the password belongs to. */}
        <input type="text" autoComplete="username" value={session.email} readOnly hidden />
        <div className="flex flex-col gap-4">
          <Mark fingerprint={session.fingerprint} size={64} own />
          <div className="grid gap-1">
            <PageTitle title="Unlock" className="text-t5 tracking-[-0.02em] md:text-t6">
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
          hint={capsLock ? 'Caps Lock is on.' : ''}
          error={missing ? 'Enter your password.' : wrong && attempt.fault ? sayWrong(attempt.fault, capsLock) : null}
        />
        {attempt.fault !== null && !wrong ? <FaultNote fault={attempt.fault} /> : null}
        <div className="flex flex-col gap-2">
          <Button type="submit" kind="main" fill busy={attempt.busy && 'Unlocking…'}>
            Unlock
          </Button>
          <UsePasskey />
        </div>
      </form>
      <Waiting />
      <OtherWays />
    </Door>
  )
}

function sayWrong(fault: Fault, capsLock: boolean): string {
  return capsLock ? 'Wrong password. Caps Lock is on.' : sayFault(fault)
}

/** Where a passkey on this device opens the keys. */
function UsePasskey() {
  const app = useApp()
  const { passkey } = useLive(app.unlockWays)
  const attempt = useAttempt()
  if (!passkey || !app.passkeysHere) return null
  return (
    <>
      <Button
        fill
        busy={attempt.busy && 'Waiting for the passkey…'}
        onPress={() => void attempt.run(() => app.unlockWithPasskey())}
        icon={<UserRoundKey size={20} strokeWidth={1.75} aria-hidden="true" />}
      >
        Use a passkey
      </Button>
      {attempt.fault === null ? null : <FaultNote fault={attempt.fault} />}
    </>
  )
}

function OtherWays() {
  return (
    <div className="flex flex-col items-start text-t2 fine:gap-3">
      <Link href="/recover" className={lineLink}>
        Forgot it? Open with your recovery kit
      </Link>
      <Link href="/login" className={lineLink}>
        Changed it on another device? Log in
      </Link>
      <LogOutButton kind="quiet" className="-ms-4">
        Someone else? Log out
      </LogOutButton>
    </div>
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
