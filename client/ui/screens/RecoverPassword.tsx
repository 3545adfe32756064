import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { RecoveryStep } from '#client/app/safety-views.ts'
import { type Attempt, useApp, useAttempt } from '../app-context.ts'
import { Button, LinkButton } from '../parts/Button.tsx'
import { DoorTitle } from '../parts/Door.tsx'
import { FaultNote, Note } from '../parts/Note.tsx'
import { passwordFault } from '../parts/new-password.ts'
import { keyFault, RecoveryKeyField } from '../parts/RecoveryKeyField.tsx'
import { PasswordField } from '../parts/secret-fields.tsx'
import { textLink } from '../parts/text-link.ts'
import { sayFault } from '../words.ts'

type Proven = Extract<RecoveryStep, { state: 'proven' }>

/** The address is proven: the kit opens the keys, and a new password locks them again. */
export function NewPassword({ step }: { readonly step: Proven }) {
  return step.kit ? <WithKit step={step} /> : <WithoutKit />
}

function WithKit({ step }: { readonly step: Proven }) {
  const app = useApp()
  const attempt = useAttempt()
  const keyInput = useRef<HTMLInputElement>(null)
  const passwordInput = useRef<HTMLInputElement>(null)
  const [key, setKey] = useState('')
  const [password, setPassword] = useState('')
  const [unfit, setUnfit] = useState<{ key: string | null; password: string | null }>({ key: null, password: null })
  useEffect(() => keyInput.current?.focus(), [])
  const said = (code: string) => (attempt.fault?.code === code ? sayFault(attempt.fault) : null)
  const keyError = unfit.key ?? said('wrong-recovery-key')
  const passwordError = unfit.password ?? said('weak-password')
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const found = { key: keyFault(key), password: passwordFault(password) }
    setUnfit(found)
    if (found.key !== null) return keyInput.current?.focus()
    if (found.password !== null) return passwordInput.current?.focus()
    if (!(await attempt.run(() => app.recoverWithKey(key, password)))) keyInput.current?.focus()
  }
  return (
    <form className="flex flex-col gap-5" noValidate onSubmit={submit}>
      <DoorTitle title="Set a new password">
        Welcome back, <bdi>{step.name}</bdi>. The recovery key opens your keys; the new password locks them from now on.
        Other devices are logged out, and API tokens end.
      </DoorTitle>
      <input type="text" autoComplete="username" value={step.email} readOnly hidden />
      <div className="flex flex-col gap-2">
        <RecoveryKeyField
          value={key}
          ref={keyInput}
          onChange={next => {
            setKey(next)
            setUnfit({ ...unfit, key: null })
            if (said('wrong-recovery-key') !== null) attempt.clear()
          }}
          error={keyError}
        />
        <PasswordField
          label="New password"
          autoComplete="new-password"
          suggest={() => app.suggestPassphrase()}
          value={password}
          ref={passwordInput}
          onChange={next => {
            setPassword(next)
            setUnfit({ ...unfit, password: null })
            if (said('weak-password') !== null) attempt.clear()
          }}
          error={passwordError}
        />
      </div>
      {keyError === null && passwordError === null ? <RecoveryFault attempt={attempt} /> : null}
      <Button type="submit" kind="main" fill busy={attempt.busy && 'Opening your keys…'}>
        Set password and log in
      </Button>
      <p className="text-t2 text-ink-2">
        No kit?{' '}
        <Link href="/recover/new" className={textLink}>
          Start over with a new identity
        </Link>
      </p>
    </form>
  )
}

/** What went wrong with the server. The proof of the address lasts half an hour. */
export function RecoveryFault({ attempt }: { readonly attempt: Attempt }) {
  const app = useApp()
  const [, navigate] = useLocation()
  const beginAgain = () => {
    app.cancelRecovery()
    navigate('/recover')
  }
  if (attempt.fault === null) return null
  if (attempt.fault.code !== 'logged-out') return <FaultNote fault={attempt.fault} />
  return (
    <Note
      tone="warn"
      head="The code from your mail was too long ago."
      alert
      actions={<Button onPress={beginAgain}>Begin again</Button>}
    >
      Nothing was changed.
    </Note>
  )
}

/** No kit was ever made: nobody has a key that opens the old keys. */
function WithoutKit() {
  const app = useApp()
  return (
    <div className="flex flex-col gap-5">
      <DoorTitle title="There is no recovery kit">
        None was made for this account, so only the password opens its keys, or a passkey on a device that has them.
      </DoorTitle>
      <Note head="Is a device of yours still unlocked?">
        Save what was sent to you there first. It is logged out when you start over.
      </Note>
      <LinkButton href="/recover/new" fill>
        Start over with a new identity
      </LinkButton>
      <Button kind="quiet" className="-ms-4 self-start" onPress={() => app.cancelRecovery()}>
        Back
      </Button>
    </div>
  )
}
