import { useState } from 'react'
import type { SecurityView } from '#shared/contract/factors.ts'
import { useApp } from '../../app-context.ts'
import { Button } from '../../parts/Button.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { FaultNote } from '../../parts/Note.tsx'
import { useSensitive } from '../../parts/use-sensitive.tsx'
import { Ask } from './Ask.tsx'
import { RecoveryCodes } from './RecoveryCodes.tsx'

interface ChangeFactorProps {
  readonly security: SecurityView
  readonly onClose: () => void
  readonly onDone: (words: string) => void
}

/** New recovery codes, or the end of the app. */
export function ChangeFactor({ security, onClose, onDone }: ChangeFactorProps) {
  const app = useApp()
  const attempt = useSensitive()
  const [codes, setCodes] = useState<readonly string[] | null>(null)
  const [removing, setRemoving] = useState(false)
  if (codes !== null)
    return <RecoveryCodes codes={codes} renewed onKept={() => onDone('The recovery codes are new.')} />
  if (removing) {
    return (
      <RemoveApp security={security} onClose={onClose} onDone={() => onDone('The authenticator app is removed.')} />
    )
  }
  const renew = () => void attempt.run(async () => setCodes(await app.renewRecoveryCodes()))
  return (
    <Dialog
      title="Change second factor"
      onClose={onClose}
      actions={
        <>
          {security.app === null ? null : (
            <Button kind="risk" onPress={() => setRemoving(true)}>
              Remove the app
            </Button>
          )}
          <Button onPress={onClose}>Cancel</Button>
          <Button kind="main" busy={attempt.busy && 'Making codes…'} onPress={renew}>
            New recovery codes
          </Button>
        </>
      }
    >
      <p>New recovery codes end the older ones. They are shown once.</p>
      {security.app === null ? null : (
        <p>To move to another app or phone, remove the app here, then set it up again there.</p>
      )}
      {attempt.fault === null ? null : <FaultNote fault={attempt.fault} />}
      {attempt.dialog}
    </Dialog>
  )
}

function RemoveApp({ security, onClose, onDone }: ChangeFactorProps & { readonly onDone: () => void }) {
  const app = useApp()
  const after =
    security.passkeys.length === 0
      ? 'A new device is then let in by your password and a code that comes by mail. The recovery codes go too.'
      : 'Logging in then takes your password and a passkey.'
  return (
    <Ask
      title="Remove the authenticator app?"
      verb="Remove the app"
      busy="Removing…"
      stay="Keep it"
      work={() => app.removeApp()}
      onClose={onClose}
      onDone={onDone}
    >
      <p>{after}</p>
    </Ask>
  )
}
