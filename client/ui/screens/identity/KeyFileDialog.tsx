import { type FormEvent, useRef, useState } from 'react'
import { useApp } from '../../app-context.ts'
import { Button } from '../../parts/Button.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { FaultNote } from '../../parts/Note.tsx'
import { passwordFault } from '../../parts/new-password.ts'
import { PasswordField } from '../../parts/secret-fields.tsx'
import { useSensitive } from '../../parts/use-sensitive.tsx'
import { sayFault } from '../../words.ts'

/** The passphrase of the private file. */
export function KeyFileDialog({ onClose }: { readonly onClose: () => void }) {
  const app = useApp()
  const sensitive = useSensitive()
  const field = useRef<HTMLInputElement>(null)
  const [passphrase, setPassphrase] = useState('')
  const [unfit, setUnfit] = useState<string | null>(null)
  const weak = sensitive.fault?.code === 'weak-password' ? sayFault(sensitive.fault) : null
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const found = passwordFault(passphrase)
    setUnfit(found)
    if (found !== null) return field.current?.focus()
    if (await sensitive.run(() => app.saveKeyFile(passphrase))) onClose()
    else field.current?.focus()
  }
  return (
    <Dialog
      title="Save your private keys"
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" form="key-file" kind="main" busy={sensitive.busy && 'Encrypting…'}>
            Save the file
          </Button>
        </>
      }
    >
      <form id="key-file" className="flex flex-col gap-3" noValidate onSubmit={submit}>
        <p>
          Whoever has this file and its passphrase can open what is sent to you and sign as you. Nobody can reset the
          passphrase.
        </p>
        <PasswordField
          label="Passphrase"
          autoComplete="new-password"
          suggest={() => app.suggestPassphrase()}
          value={passphrase}
          ref={field}
          onChange={next => {
            setPassphrase(next)
            setUnfit(null)
            if (weak !== null) sensitive.clear()
          }}
          error={unfit ?? weak}
        />
        {sensitive.fault !== null && weak === null ? <FaultNote fault={sensitive.fault} /> : null}
      </form>
      {sensitive.dialog}
    </Dialog>
  )
}
