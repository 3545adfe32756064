import { type FormEvent, useRef, useState } from 'react'
import { Link } from 'wouter'
import { email as emailSchema } from '#shared/contract/account.ts'
import { useApp, useAttempt, useLive, useMe } from '../app-context.ts'
import { Button } from '../parts/Button.tsx'
import { Door, DoorTitle } from '../parts/Door.tsx'
import { TextField } from '../parts/fields.tsx'
import { FaultNote, Note } from '../parts/Note.tsx'
import { PasswordField } from '../parts/secret-fields.tsx'
import { textLink } from '../parts/text-link.ts'
import { sayFault } from '../words.ts'

/** With an account: on another device, or when the server has logged this one out. */
export function LogIn() {
  const app = useApp()
  const me = useMe()
  const attempt = useAttempt()
  const [email, setEmail] = useState(me?.email ?? '')
  const [password, setPassword] = useState('')
  const [emailError, setEmailError] = useState<string | null>(null)
  const [missing, setMissing] = useState(false)
  const emailField = useRef<HTMLInputElement>(null)
  const passwordField = useRef<HTMLInputElement>(null)
  const wrong = attempt.fault?.code === 'wrong-login' || attempt.fault?.code === 'wrong-password'
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const whole = emailSchema.safeParse(email).success
    setEmailError(whole ? null : 'Enter a whole e-mail address, like name@example.org.')
    setMissing(password === '')
    if (!whole) return emailField.current?.focus()
    if (password === '' || !(await attempt.run(() => app.logIn({ email, password })))) passwordField.current?.focus()
  }
  return (
    <Door>
      <form className="flex flex-col gap-5" noValidate onSubmit={submit}>
        <DoorTitle title="Log in">Your password opens your keys on this device. It is never sent.</DoorTitle>
        <Confirmed />
        <div className="flex flex-col gap-2">
          <TextField
            label="E-mail"
            type="email"
            autoComplete="username"
            value={email}
            ref={emailField}
            onChange={value => {
              setEmail(value)
              setEmailError(null)
            }}
            error={emailError}
          />
          <PasswordField
            label="Password"
            autoComplete="current-password"
            value={password}
            ref={passwordField}
            onChange={value => {
              setPassword(value)
              setMissing(false)
              if (wrong) attempt.clear()
            }}
            error={missing ? 'Enter your password.' : wrong && attempt.fault ? sayFault(attempt.fault) : null}
          />
        </div>
        {attempt.fault !== null && !wrong ? <FaultNote fault={attempt.fault} /> : null}
        <Button type="submit" kind="main" fill busy={attempt.busy && 'Logging in…'}>
          Log in
        </Button>
        <OtherWay />
      </form>
    </Door>
  )
}

/** After the code, where the page was loaded anew between: the password is needed once more. */
function Confirmed() {
  const session = useLive(useApp().session)
  if (session.state !== 'visitor' || session.verified !== true) return null
  return (
    <Note tone="good" head="Your address is confirmed.">
      Log in with the password that you chose; then this device makes your keys.
    </Note>
  )
}

function OtherWay() {
  const open = useLive(useApp().session).state === 'open'
  return (
    <p className="text-t2 text-ink-2">
      {open ? null : 'No account yet? '}
      <Link href={open ? '/inbox' : '/register'} className={textLink}>
        {open ? 'Go on without the server' : 'Create an account'}
      </Link>
    </p>
  )
}
