import { UserRoundKey } from 'lucide-react'
import { type FormEvent, type Ref, useEffect, useRef } from 'react'
import type { LoginStep } from '#client/app/safety-views.ts'
import type { FactorWay } from '#shared/contract/factors.ts'
import { type Attempt, useApp, useAttempt } from '../app-context.ts'
import { AskAgain } from '../parts/AskAgain.tsx'
import { Button } from '../parts/Button.tsx'
import { DoorTitle } from '../parts/Door.tsx'
import { SaidNote } from '../parts/Note.tsx'
import { FactorField, OtherWays, useFactor } from './identity/FactorField.tsx'
import { factorFault } from './identity/second-factor.ts'

/** The password was right; something else has to come with it. */
export function LogInFactor({ step }: { readonly step: LoginStep }) {
  const app = useApp()
  const attempt = useAttempt()
  const factor = useFactor(step.ways, attempt.clear)
  const mail = useMailedCode(step, factor.way)
  const go = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    // A passkey has no field, and the button that chose it is gone.
    if (factor.way === 'passkey') go.current?.focus()
    else if (factor.way !== null) factor.field.current?.focus()
  }, [factor.way, factor.field])
  const said = attempt.fault === null ? null : factorFault(factor.way, attempt.fault)
  const inField = factor.way !== 'passkey' && attempt.fault?.code === 'wrong-code' ? said : null
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const typed = factor.take()
    if (typed !== null && !(await attempt.run(() => app.finishLogIn(typed)))) factor.field.current?.focus()
  }
  return (
    <form className="flex flex-col gap-5" noValidate onSubmit={submit}>
      <DoorTitle title="One more check">
        {step.ways.includes('mail')
          ? 'The password was right. The server does not know this device, so it asks for a code too, sent to '
          : 'The password was right. A second factor is set up for '}
        <bdi className="font-strong text-ink wrap-anywhere">{step.email}</bdi>.
      </DoorTitle>
      <FactorField factor={factor} error={inField} />
      {said === null || inField !== null ? null : <SaidNote sentence={said} />}
      <Go way={factor.way} attempt={attempt} ref={go} />
      {factor.way === 'mail' ? <AskAgain ask={() => app.sendLoginCode()} attempt={mail} /> : null}
      <OtherWays factor={factor} />
      <Button kind="quiet" className="-ms-4 self-start" onPress={() => app.cancelLogIn()}>
        Back
      </Button>
    </form>
  )
}

interface GoProps {
  readonly way: FactorWay | null
  readonly attempt: Attempt
  readonly ref: Ref<HTMLButtonElement>
}

function Go({ way, attempt, ref }: GoProps) {
  if (way === null) return null
  const passkey = way === 'passkey'
  return (
    <Button
      ref={ref}
      type="submit"
      kind="main"
      fill
      busy={attempt.busy && (passkey ? 'Waiting for the passkey…' : 'Logging in…')}
      icon={passkey ? <UserRoundKey size={20} strokeWidth={1.75} aria-hidden="true" /> : undefined}
    >
      {passkey ? 'Use a passkey' : 'Log in'}
    </Button>
  )
}

/** The first code goes out by itself, once this way is shown. */
function useMailedCode(step: LoginStep, way: FactorWay | null): Attempt {
  const app = useApp()
  const attempt = useAttempt()
  const { run } = attempt
  const asked = useRef(step.mailed)
  useEffect(() => {
    if (way !== 'mail' || asked.current) return
    asked.current = true
    void run(() => app.sendLoginCode())
  }, [way, app, run])
  return attempt
}
