import { type FormEvent, useRef, useState } from 'react'
import { appCodeDigits } from '#shared/contract/limits.ts'
import { inGroups } from '#shared/contract/recovery-text.ts'
import { useApp, useAttempt } from '../../app-context.ts'
import { Button } from '../../parts/Button.tsx'
import { CopyButton } from '../../parts/CopyButton.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { FaultNote } from '../../parts/Note.tsx'
import { QrCode } from '../../parts/QrCode.tsx'
import { CodeField } from '../../parts/secret-fields.tsx'
import { RecoveryCodes } from './RecoveryCodes.tsx'

interface SetUpAppProps {
  readonly secret: string
  readonly uri: string
  readonly onClose: () => void
  readonly onDone: () => void
}

/** The secret to the app, a code back from it, and the codes for the day when the app is gone. */
export function SetUpApp({ secret, uri, onClose, onDone }: SetUpAppProps) {
  const app = useApp()
  const attempt = useAttempt()
  const field = useRef<HTMLInputElement>(null)
  const [code, setCode] = useState('')
  const [short, setShort] = useState(false)
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  if (codes !== null) return <RecoveryCodes codes={codes} onKept={onDone} />
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setShort(code.length !== appCodeDigits)
    const whole = code.length === appCodeDigits
    if (whole && (await attempt.run(async () => setCodes(await app.confirmApp(code))))) return
    field.current?.focus()
  }
  const wrong = attempt.fault?.code === 'wrong-code'
  return (
    <Dialog
      title="Set up an authenticator app"
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" form="set-up-app" kind="main" busy={attempt.busy && 'Checking…'}>
            Confirm code
          </Button>
        </>
      }
    >
      <p>Scan this with the app, or type the secret there. From then on the app shows a code that changes.</p>
      <div className="flex flex-wrap items-center gap-5 text-ink">
        <QrCode text={uri} label="Code to scan with an authenticator app" />
        <Secret secret={secret} />
      </div>
      <form id="set-up-app" noValidate onSubmit={submit} className="text-ink">
        <CodeField
          label="Code from the app"
          digits={appCodeDigits}
          value={code}
          ref={field}
          onChange={next => {
            setCode(next)
            setShort(false)
            if (wrong) attempt.clear()
          }}
          hint="Six digits. It proves that the app has the secret."
          error={
            short
              ? 'Enter all six digits.'
              : wrong
                ? "That is not the code. Wait for the app's next one, and try it."
                : null
          }
        />
      </form>
      {attempt.fault !== null && !wrong ? <FaultNote fault={attempt.fault} /> : null}
    </Dialog>
  )
}

function Secret({ secret }: { readonly secret: string }) {
  return (
    <div className="flex min-w-0 flex-[1_1_12rem] flex-col items-start gap-3">
      <div>
        <h3 className="text-t2 font-control">Secret</h3>
        <p className="digits text-t3 select-all wrap-anywhere">{inGroups(secret, 4).replaceAll('-', ' ')}</p>
      </div>
      <CopyButton text={secret}>Copy secret</CopyButton>
    </div>
  )
}
