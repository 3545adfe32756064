import { type FormEvent, useRef, useState } from 'react'
import { Link } from 'wouter'
import { useApp, useAttempt } from '../app-context.ts'
import { Button } from '../parts/Button.tsx'
import { DoorTitle } from '../parts/Door.tsx'
import { FaultNote } from '../parts/Note.tsx'
import { keyFault, RecoveryKeyField } from '../parts/RecoveryKeyField.tsx'
import { TextButton } from '../parts/TextButton.tsx'
import { lineLink } from '../parts/text-link.ts'
import { sayFault } from '../words.ts'

/** The recovery key opens the locked keys on this device, without any server. */
export function UnlockWithKit({ onReset }: { readonly onReset: () => void }) {
  const app = useApp()
  const attempt = useAttempt()
  const field = useRef<HTMLInputElement>(null)
  const [key, setKey] = useState('')
  const [unfit, setUnfit] = useState<string | null>(null)
  const wrong = attempt.fault?.code === 'wrong-recovery-key' ? sayFault(attempt.fault) : null
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const found = keyFault(key)
    setUnfit(found)
    if (found !== null || !(await attempt.run(() => app.unlockWithRecoveryKey(key)))) field.current?.focus()
  }
  return (
    <form className="flex flex-col gap-5" noValidate onSubmit={submit}>
      <DoorTitle title="Open with your recovery kit">
        The recovery key opens the keys on this device, offline too. Your password stays as it is.
      </DoorTitle>
      <RecoveryKeyField
        value={key}
        ref={field}
        onChange={next => {
          setKey(next)
          setUnfit(null)
          if (wrong !== null) attempt.clear()
        }}
        error={unfit ?? wrong}
      />
      {attempt.fault !== null && wrong === null ? <FaultNote fault={attempt.fault} /> : null}
      <Button type="submit" kind="main" fill busy={attempt.busy && 'Unlocking…'}>
        Unlock
      </Button>
      <p className="text-t2 text-ink-2">
        Forgotten for good? <TextButton onPress={onReset}>Set a new password</TextButton> with the kit and a code from
        your mail.
      </p>
      <p className="text-t2">
        <Link href="/unlock" className={lineLink}>
          Back to unlocking
        </Link>
      </p>
    </form>
  )
}
