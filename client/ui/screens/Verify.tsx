import { Check, Circle, CircleDashed } from 'lucide-react'
import { type FormEvent, useRef, useState } from 'react'
import { codeLimits } from '#shared/contract/limits.ts'
import { useApp, useAttempt, useLive } from '../app-context.ts'
import { AskAgain } from '../parts/AskAgain.tsx'
import { Button } from '../parts/Button.tsx'
import { Door, DoorTitle } from '../parts/Door.tsx'
import { FaultNote, Note } from '../parts/Note.tsx'
import { CodeField } from '../parts/secret-fields.tsx'
import { TextButton } from '../parts/TextButton.tsx'
import { sayFault } from '../words.ts'

const aboutTheCode: ReadonlySet<string> = new Set(['wrong-code', 'code-spent'])

/** The code from the mail; then this device makes the keys. */
export function Verify() {
  const app = useApp()
  const session = useLive(app.session)
  const attempt = useAttempt()
  const field = useRef<HTMLInputElement>(null)
  const [code, setCode] = useState('')
  const [short, setShort] = useState(false)
  const inField = attempt.fault !== null && aboutTheCode.has(attempt.fault.code) ? sayFault(attempt.fault) : null
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const whole = code.length === codeLimits.digits
    setShort(!whole)
    if (!whole || !(await attempt.run(() => app.verify(code)))) field.current?.focus()
  }
  const take = (next: string) => {
    setCode(next)
    setShort(false)
  }
  return (
    <Door>
      <Steps />
      <form className="flex flex-col gap-5" noValidate onSubmit={submit}>
        <DoorTitle title="Enter the code from your mail">
          Eight digits, sent to{' '}
          <strong className="font-strong text-ink wrap-anywhere">
            {session.state === 'verifying' ? session.email : ''}
          </strong>
          . <TextButton onPress={() => void app.abandonRegistration()}>Change</TextButton>
        </DoorTitle>
        <CodeField
          label="Code"
          digits={codeLimits.digits}
          value={code}
          onChange={take}
          ref={field}
          error={short ? 'The code has eight digits.' : inField}
        />
        {attempt.fault !== null && inField === null ? <FaultNote fault={attempt.fault} /> : null}
        <Button type="submit" kind="main" fill busy={attempt.busy && 'Making your keys…'}>
          Confirm address
        </Button>
        <AskAgain ask={() => app.resendCode()} />
      </form>
      <Note head="Next:">this device makes your two keys and locks them under your password. That takes a moment.</Note>
    </Door>
  )
}

function Steps() {
  return (
    <ol className="flex flex-wrap gap-4 text-t2" aria-label="Progress">
      <li className="inline-flex items-center gap-1.5 text-good">
        <Check size={16} strokeWidth={2} aria-hidden="true" /> Account
      </li>
      <li className="inline-flex items-center gap-1.5 font-strong" aria-current="step">
        <Circle size={16} strokeWidth={2} aria-hidden="true" className="text-accent" /> Address
      </li>
      <li className="inline-flex items-center gap-1.5 text-ink-3">
        <CircleDashed size={16} strokeWidth={2} aria-hidden="true" /> Identity
      </li>
    </ol>
  )
}
