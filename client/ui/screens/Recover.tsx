import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import type { RecoveryStep } from '#client/app/safety-views.ts'
import { email as emailSchema } from '#shared/contract/account.ts'
import { codeLimits } from '#shared/contract/limits.ts'
import { useApp, useAttempt, useLive } from '../app-context.ts'
import { AskAgain } from '../parts/AskAgain.tsx'
import { Button } from '../parts/Button.tsx'
import { Door, DoorTitle } from '../parts/Door.tsx'
import { TextField } from '../parts/fields.tsx'
import { FaultNote } from '../parts/Note.tsx'
import { CodeField } from '../parts/secret-fields.tsx'
import { TextButton } from '../parts/TextButton.tsx'
import { lineLink } from '../parts/text-link.ts'
import { sayFault } from '../words.ts'
import { FactorField, OtherWays, useFactor } from './identity/FactorField.tsx'
import { UnlockWithKit } from './RecoverHere.tsx'
import { NewPassword } from './RecoverPassword.tsx'

/** Coming back without the password: address, code from the mail, recovery key and a new password. */
export function Recover() {
  const app = useApp()
  const step = useLive(app.recovery)
  const session = useLive(app.session)
  const { kit } = useLive(app.unlockWays)
  const [reset, setReset] = useState(false)
  const here = step === null && session.state === 'locked' && kit && !reset
  return (
    <Door>
      {here ? <UnlockWithKit onReset={() => setReset(true)} /> : null}
      {step === null && !here ? <Address moved={reset} /> : null}
      {step?.state === 'code' ? <Code step={step} /> : null}
      {step?.state === 'proven' ? <NewPassword step={step} /> : null}
    </Door>
  )
}

function useKnownEmail(): string {
  const session = useLive(useApp().session)
  if (session.state === 'open') return session.me.email
  return session.state === 'locked' ? session.email : ''
}

function Address({ moved }: { readonly moved: boolean }) {
  const app = useApp()
  const attempt = useAttempt()
  const known = useKnownEmail()
  const [email, setEmail] = useState(known)
  const [unfit, setUnfit] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (moved) field.current?.focus()
  }, [moved])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const whole = emailSchema.safeParse(email).success
    setUnfit(!whole)
    if (!whole || !(await attempt.run(() => app.beginRecovery(email)))) field.current?.focus()
  }
  return (
    <form className="flex flex-col gap-5" noValidate onSubmit={submit}>
      <DoorTitle title="Come back without your password">
        Have your recovery kit at hand. A code comes to your address first; then the kit opens your keys and you choose
        a new password.
      </DoorTitle>
      <TextField
        label="E-mail"
        type="email"
        autoComplete="username"
        value={email}
        ref={field}
        onChange={value => {
          setEmail(value)
          setUnfit(false)
        }}
        error={unfit ? 'Enter a whole e-mail address, like name@example.org.' : null}
      />
      {attempt.fault === null ? null : <FaultNote fault={attempt.fault} />}
      <Button type="submit" kind="main" fill busy={attempt.busy && 'Asking…'}>
        Send a code
      </Button>
      <BackLink />
    </form>
  )
}

function BackLink() {
  const locked = useLive(useApp().session).state === 'locked'
  return (
    <p className="text-t2">
      <Link href={locked ? '/unlock' : '/login'} className={lineLink}>
        {locked ? 'Back to unlocking' : 'Back to log in'}
      </Link>
    </p>
  )
}

interface CodeProps {
  readonly step: Extract<RecoveryStep, { state: 'code' }>
}

const aboutTheCode: ReadonlySet<string> = new Set(['wrong-code', 'code-spent'])

function Code({ step }: CodeProps) {
  const app = useApp()
  const attempt = useAttempt()
  const factor = useFactor(step.ways, attempt.clear)
  const asksMore = step.ways.length > 0
  const field = useRef<HTMLInputElement>(null)
  const go = useRef<HTMLButtonElement>(null)
  const [code, setCode] = useState('')
  const [short, setShort] = useState(false)
  useEffect(() => field.current?.focus(), [])
  useEffect(() => {
    if (!asksMore || factor.way === null) return
    // A passkey has no field, and the button that chose it is gone.
    if (factor.way === 'passkey') go.current?.focus()
    else factor.field.current?.focus()
  }, [asksMore, factor.way, factor.field])
  // With two codes in one form nobody can say which was wrong.
  const inField = !asksMore && attempt.fault && aboutTheCode.has(attempt.fault.code) ? sayFault(attempt.fault) : null
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const whole = code.length === codeLimits.digits
    setShort(!whole)
    if (!whole) return field.current?.focus()
    const typed = asksMore ? factor.take() : undefined
    if (typed === null) return
    if (!(await attempt.run(() => app.proveRecovery(code, typed)))) field.current?.focus()
  }
  return (
    <form className="flex flex-col gap-5" noValidate onSubmit={submit}>
      <DoorTitle title="Enter the code from your mail">
        Eight digits, sent to <bdi className="font-strong text-ink wrap-anywhere">{step.email}</bdi>.{' '}
        <TextButton onPress={() => app.cancelRecovery()}>Change</TextButton>
      </DoorTitle>
      <CodeField
        label={asksMore ? 'Code from your mail' : 'Code'}
        digits={codeLimits.digits}
        value={code}
        onChange={next => {
          setCode(next)
          setShort(false)
          attempt.clear()
        }}
        ref={field}
        error={short ? 'The code has eight digits.' : inField}
      />
      {asksMore ? (
        <fieldset aria-label="Second factor" className="flex flex-col gap-3">
          <p className="text-ink-2">The code is right. A second factor is set up, and has to come with it.</p>
          <FactorField factor={factor} error={null} />
        </fieldset>
      ) : null}
      {attempt.fault !== null && inField === null ? <FaultNote fault={attempt.fault} /> : null}
      <Button ref={go} type="submit" kind="main" fill busy={attempt.busy && 'Checking…'}>
        Go on
      </Button>
      {asksMore ? <OtherWays factor={factor} /> : null}
      <AskAgain ask={() => app.beginRecovery(step.email)} />
    </form>
  )
}
