import { type FormEvent, useRef, useState } from 'react'
import { useApp, useAttempt, useMe } from '../app-context.ts'
import { sayFault } from '../words.ts'
import { Button } from './Button.tsx'
import { Dialog } from './Dialog.tsx'
import { FaultNote } from './Note.tsx'
import { PasswordField } from './secret-fields.tsx'

interface ConfirmPasswordProps {
  readonly onConfirmed: () => void
  readonly onClose: () => void
}

const wrongCodes: ReadonlySet<string> = new Set(['wrong-password', 'wrong-login'])

/** The password once more, before something that changes what protects the account. */
export function ConfirmPassword({ onConfirmed, onClose }: ConfirmPasswordProps) {
  const app = useApp()
  const me = useMe()
  const attempt = useAttempt()
  const field = useRef<HTMLInputElement>(null)
  const [password, setPassword] = useState('')
  const [missing, setMissing] = useState(false)
  const wrong = attempt.fault !== null && wrongCodes.has(attempt.fault.code)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    // The dialog may have been asked for from inside another form.
    event.stopPropagation()
    setMissing(password === '')
    if (password !== '' && (await attempt.run(() => app.confirm(password)))) onConfirmed()
    else field.current?.focus()
  }
  return (
    <Dialog
      title="Type your password once more"
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" form="confirm-password" kind="main" busy={attempt.busy && 'Checking…'}>
            Go on
          </Button>
        </>
      }
    >
      <form id="confirm-password" className="flex flex-col gap-3" noValidate onSubmit={submit}>
        <p>This changes what protects your account. It is asked for again after ten minutes.</p>
        <input type="text" autoComplete="username" value={me?.email ?? ''} readOnly hidden />
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
          error={missing ? 'Enter your password.' : wrong ? sayFault({ code: 'wrong-password', data: {} }) : null}
        />
        {attempt.fault !== null && !wrong ? <FaultNote fault={attempt.fault} /> : null}
      </form>
    </Dialog>
  )
}
