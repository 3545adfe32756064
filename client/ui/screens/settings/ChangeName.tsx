import { type FormEvent, useRef, useState } from 'react'
import type { Me } from '#client/app/views.ts'
import { personName } from '#shared/contract/account.ts'
import { textLimits } from '#shared/contract/limits.ts'
import { useApp, useAttempt } from '../../app-context.ts'
import { Button } from '../../parts/Button.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { TextField } from '../../parts/fields.tsx'
import { FaultNote } from '../../parts/Note.tsx'

export function ChangeName({ me, onClose }: { readonly me: Me; readonly onClose: () => void }) {
  const app = useApp()
  const attempt = useAttempt()
  const field = useRef<HTMLInputElement>(null)
  const [name, setName] = useState(me.name)
  const [unfit, setUnfit] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const fit = personName.safeParse(name)
    setUnfit(!fit.success)
    if (fit.success && (await attempt.run(() => app.changeName(fit.data)))) onClose()
    else field.current?.focus()
  }
  return (
    <Dialog
      title="Change your name"
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" form="change-name" kind="main" busy={attempt.busy && 'Saving…'}>
            Save name
          </Button>
        </>
      }
    >
      <form id="change-name" noValidate onSubmit={submit} className="text-ink">
        <TextField
          label="Name"
          hint="As people see it from now on. Your identity stays the same."
          autoComplete="name"
          maxLength={textLimits.name}
          value={name}
          ref={field}
          onChange={next => {
            setName(next)
            setUnfit(false)
          }}
          error={unfit ? 'Enter the name that people know you by.' : null}
        />
      </form>
      {attempt.fault === null ? null : <FaultNote fault={attempt.fault} />}
    </Dialog>
  )
}
