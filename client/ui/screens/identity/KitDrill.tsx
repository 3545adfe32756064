import { type FormEvent, useEffect, useRef, useState } from 'react'
import { useApp, useAttempt } from '../../app-context.ts'
import { Button } from '../../parts/Button.tsx'
import { FaultNote } from '../../parts/Note.tsx'
import { keyFault, RecoveryKeyField } from '../../parts/RecoveryKeyField.tsx'
import { sayFault } from '../../words.ts'
import type { KitMaking } from './use-kit-making.tsx'

/** The whole key, typed from the paper, opens the locked keys on this device: the kit is proven then. */
export function KitDrill({ making }: { readonly making: KitMaking }) {
  const app = useApp()
  const attempt = useAttempt()
  const field = useRef<HTMLInputElement>(null)
  const [key, setKey] = useState('')
  const [unfit, setUnfit] = useState<string | null>(null)
  // The key has just gone out of sight; the next thing to do is to type it.
  const justMade = making.key !== null
  useEffect(() => {
    if (justMade) field.current?.focus()
  }, [justMade])
  const wrong = attempt.fault?.code === 'wrong-recovery-key' ? sayFault(attempt.fault) : null
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const found = keyFault(key)
    setUnfit(found)
    if (found !== null) return field.current?.focus()
    if (await attempt.run(() => app.tryRecoveryKit(key))) making.forget()
    else field.current?.focus()
  }
  const fault = making.attempt.fault ?? (wrong === null ? attempt.fault : null)
  return (
    <form className="flex flex-col gap-3" noValidate onSubmit={submit}>
      <p className="max-w-[38rem] text-t2 text-ink-2">
        Take the paper and type the whole recovery key. This device then opens your locked keys with it, as it would
        after a loss. Until that has worked, we don't call the kit safe.
      </p>
      <div className="max-w-[32rem]">
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
      </div>
      {fault === null ? null : <FaultNote fault={fault} />}
      <div className="flex flex-wrap gap-2 max-[30rem]:*:flex-auto">
        <Button type="submit" kind="main" busy={attempt.busy && 'Opening your keys…'}>
          Try the kit
        </Button>
        <Button kind="quiet" busy={making.attempt.busy && 'Making the kit…'} onPress={making.askForNew}>
          I can't find the paper
        </Button>
      </div>
    </form>
  )
}
