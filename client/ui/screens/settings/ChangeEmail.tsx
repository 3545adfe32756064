import { type FormEvent, useRef, useState } from 'react'
import type { Me } from '#client/app/views.ts'
import { email as emailSchema } from '#shared/contract/account.ts'
import { codeLimits } from '#shared/contract/limits.ts'
import { useApp, useAttempt } from '../../app-context.ts'
import { Button } from '../../parts/Button.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { TextField } from '../../parts/fields.tsx'
import { FaultNote } from '../../parts/Note.tsx'
import { CodeField, PasswordField } from '../../parts/secret-fields.tsx'
import { useSensitive } from '../../parts/use-sensitive.tsx'
import { sayFault } from '../../words.ts'

interface ChangeEmailProps {
  readonly me: Me
  readonly onClose: () => void
}

/** The new address with the password, then the code that was mailed there. */
export function ChangeEmail({ onClose }: ChangeEmailProps) {
  const [sentTo, setSentTo] = useState<string | null>(null)
  return sentTo === null ? (
    <NewAddress onClose={onClose} onSent={setSentTo} />
  ) : (
    <Code email={sentTo} onClose={onClose} onOther={() => setSentTo(null)} />
  )
}

function NewAddress({ onClose, onSent }: { readonly onClose: () => void; readonly onSent: (email: string) => void }) {
  const app = useApp()
  const attempt = useSensitive()
  const emailField = useRef<HTMLInputElement>(null)
  const passwordField = useRef<HTMLInputElement>(null)
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [unfit, setUnfit] = useState<{ email?: string; password?: string }>({})
  const wrong = attempt.fault?.code === 'wrong-password' || attempt.fault?.code === 'wrong-login'
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const fit = emailSchema.safeParse(email)
    setUnfit({
      ...(fit.success ? {} : { email: 'Enter a whole e-mail address, like name@example.org.' }),
      ...(password === '' ? { password: 'Enter your password.' } : {}),
    })
    if (!fit.success) return emailField.current?.focus()
    if (password === '') return passwordField.current?.focus()
    if (await attempt.run(() => app.beginEmailChange({ email: fit.data, password }))) onSent(fit.data)
    else passwordField.current?.focus()
  }
  return (
    <Dialog
      title="Change your e-mail address"
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" form="change-email" kind="main" busy={attempt.busy && 'Sending the code…'}>
            Send a code
          </Button>
        </>
      }
    >
      <p>A code goes to the new address. Until you enter it here, the old address stays yours.</p>
      <form id="change-email" noValidate onSubmit={submit} className="flex flex-col gap-2 text-ink">
        <TextField
          label="New e-mail"
          type="email"
          autoComplete="email"
          value={email}
          ref={emailField}
          onChange={next => {
            setEmail(next)
            setUnfit({})
          }}
          error={unfit.email ?? null}
        />
        <PasswordField
          label="Password"
          autoComplete="current-password"
          value={password}
          ref={passwordField}
          onChange={next => {
            setPassword(next)
            setUnfit({})
            if (wrong) attempt.clear()
          }}
          hint="It locks your keys together with the address, so it is needed once more."
          error={unfit.password ?? (wrong ? sayFault({ code: 'wrong-password', data: {} }) : null)}
        />
      </form>
      {attempt.fault !== null && !wrong ? <FaultNote fault={attempt.fault} /> : null}
      {attempt.dialog}
    </Dialog>
  )
}

interface CodeProps {
  readonly email: string
  readonly onClose: () => void
  readonly onOther: () => void
}

function Code({ email, onClose, onOther }: CodeProps) {
  const app = useApp()
  const attempt = useAttempt()
  const field = useRef<HTMLInputElement>(null)
  const [code, setCode] = useState('')
  const [short, setShort] = useState(false)
  const wrong = attempt.fault?.code === 'wrong-code'
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const whole = code.length === codeLimits.digits
    setShort(!whole)
    if (whole && (await attempt.run(() => app.confirmEmailChange(code)))) onClose()
    else field.current?.focus()
  }
  return (
    <Dialog
      title="Enter the code from the mail"
      onClose={onClose}
      actions={
        <>
          <Button onPress={onOther}>Another address</Button>
          <Button type="submit" form="change-email-code" kind="main" busy={attempt.busy && 'Checking…'}>
            Confirm new address
          </Button>
        </>
      }
    >
      <p>
        It was sent to <bdi className="font-strong text-ink wrap-anywhere">{email}</bdi> and is good for 10 minutes.
      </p>
      <form id="change-email-code" noValidate onSubmit={submit} className="text-ink">
        <CodeField
          label="Code"
          digits={codeLimits.digits}
          value={code}
          ref={field}
          onChange={next => {
            setCode(next)
            setShort(false)
            if (wrong) attempt.clear()
          }}
          hint="Eight digits."
          error={short ? 'Enter all eight digits.' : wrong && attempt.fault ? sayFault(attempt.fault) : null}
        />
      </form>
      {attempt.fault !== null && !wrong ? <FaultNote fault={attempt.fault} /> : null}
    </Dialog>
  )
}
