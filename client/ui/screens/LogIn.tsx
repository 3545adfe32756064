import { type FormEvent, lazy, Suspense, useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import type { VisitorAfter } from '#client/app/views.ts'
import { email as emailSchema } from '#shared/contract/account.ts'
import { useApp, useAttempt, useLive, useMe } from '../app-context.ts'
import { Button } from '../parts/Button.tsx'
import { Door, DoorTitle } from '../parts/Door.tsx'
import { TextField } from '../parts/fields.tsx'
import { FaultNote, Note } from '../parts/Note.tsx'
import { PasswordField } from '../parts/secret-fields.tsx'
import { lineLink, textLink } from '../parts/text-link.ts'
import { sayFault } from '../words.ts'

const LogInFactor = lazy(async () => ({ default: (await import('./LogInFactor.tsx')).LogInFactor }))

/** With an account: on another device, or when the server has logged this one out. */
export function LogIn() {
  const step = useLive(useApp().loginStep)
  const known = useKnownEmail()
  const [email, setEmail] = useState(known)
  const [cameBack, setCameBack] = useState(false)
  if (step !== null && !cameBack) setCameBack(true)
  return (
    <Door>
      <Suspense>
        {step === null ? <Password {...{ email, setEmail, cameBack }} /> : <LogInFactor step={step} />}
      </Suspense>
    </Door>
  )
}

interface PasswordProps {
  readonly email: string
  readonly setEmail: (email: string) => void
  /** From the second factor, so that the focus has to go somewhere. */
  readonly cameBack: boolean
}

function Password({ email, setEmail, cameBack }: PasswordProps) {
  const app = useApp()
  const attempt = useAttempt()
  const [password, setPassword] = useState('')
  const [emailError, setEmailError] = useState<string | null>(null)
  const [missing, setMissing] = useState(false)
  const emailField = useRef<HTMLInputElement>(null)
  const passwordField = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (cameBack) passwordField.current?.focus()
  }, [cameBack])
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
    <form className="flex flex-col gap-5" noValidate onSubmit={submit}>
      <DoorTitle title="Log in">Your password opens your keys on this device. It is never sent.</DoorTitle>
      <Before />
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
      <OtherWays />
    </form>
  )
}

const before: Readonly<Record<VisitorAfter, readonly [head: string, rest: string]>> = {
  // The page was loaded anew before the code: the password is needed once more.
  confirmed: [
    'Your address is confirmed.',
    'Log in with the password that you chose; then this device makes your keys.',
  ],
  'logged-out': ['You are logged out.', 'Your keys and lists are off this device, and come back when you log in.'],
  deleted: ['Your account is deleted.', 'Nothing of it is left on this device.'],
}

/** What led here, where something has just happened. */
function Before() {
  const session = useLive(useApp().session)
  if (session.state !== 'visitor' || session.after === undefined) return null
  const [head, rest] = before[session.after]
  return (
    <Note {...(session.after === 'confirmed' ? { tone: 'good' } : {})} head={head}>
      {rest}
    </Note>
  )
}

/** Whose keys are on this device. */
function useKnownEmail(): string {
  const session = useLive(useApp().session)
  const me = useMe()
  return me?.email ?? (session.state === 'locked' ? session.email : '')
}

const onwards = {
  open: { before: null, href: '/inbox', words: 'Go on without the server' },
  locked: { before: 'You know the password of this device? ', href: '/unlock', words: 'Unlock' },
  visitor: { before: 'No account yet? ', href: '/register', words: 'Create an account' },
} as const

function OtherWays() {
  const { state } = useLive(useApp().session)
  const on = state === 'open' || state === 'locked' ? onwards[state] : onwards.visitor
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 text-t2 fine:gap-y-3 text-ink-2">
      <Link href="/recover" className={lineLink}>
        Forgot your password?
      </Link>
      <p>
        {on.before}
        <Link href={on.href} className={textLink}>
          {on.words}
        </Link>
      </p>
    </div>
  )
}
