import { type FormEvent, useRef, useState } from 'react'
import { textLimits } from '#shared/contract/limits.ts'
import { useApp } from '../../app-context.ts'
import { Button } from '../../parts/Button.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { TextField } from '../../parts/fields.tsx'
import { FaultNote } from '../../parts/Note.tsx'
import { useSensitive } from '../../parts/use-sensitive.tsx'
import { RecoveryCodes } from './RecoveryCodes.tsx'

interface AddPasskeyProps {
  readonly onClose: () => void
  readonly onDone: (words: string) => void
}

/** A name for the passkey; the rest is the browser's dialog. */
export function AddPasskey({ onClose, onDone }: AddPasskeyProps) {
  const app = useApp()
  const attempt = useSensitive()
  const field = useRef<HTMLInputElement>(null)
  const [name, setName] = useState('')
  const [missing, setMissing] = useState(false)
  const [added, setAdded] = useState<{ codes: readonly string[]; words: string } | null>(null)
  if (added !== null) return <RecoveryCodes codes={added.codes} onKept={() => onDone(added.words)} />
  const add = async () => {
    const { unlocks, recoveryCodes } = await app.addPasskey(name.trim())
    const words = unlocks ? 'The passkey is added, and unlocks your keys.' : 'The passkey is added.'
    if (recoveryCodes === null) onDone(words)
    else setAdded({ codes: recoveryCodes, words })
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setMissing(name.trim() === '')
    if (name.trim() === '') field.current?.focus()
    else void attempt.run(add)
  }
  return (
    <Dialog
      title="Add a passkey"
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" form="add-passkey" kind="main" busy={attempt.busy && 'The browser asks…'}>
            Go on
          </Button>
        </>
      }
    >
      <p>
        The browser asks next where to keep it: on this device, on a phone or on a security key. Where the passkey can,
        it also unlocks your keys without the password.
      </p>
      <form id="add-passkey" noValidate onSubmit={submit} className="text-ink">
        <TextField
          label="Name of the passkey"
          hint="So that you know it again: this laptop, blue security key."
          value={name}
          ref={field}
          maxLength={textLimits.name}
          autoComplete="off"
          onChange={next => {
            setName(next)
            setMissing(false)
          }}
          error={missing ? 'Enter a name.' : null}
        />
      </form>
      {attempt.fault === null ? null : <FaultNote fault={attempt.fault} />}
      {attempt.dialog}
    </Dialog>
  )
}
