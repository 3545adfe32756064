import { useState } from 'react'
import { useApp } from '../../app-context.ts'
import { Button } from '../../parts/Button.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { FaultNote, Note } from '../../parts/Note.tsx'
import { RecoveryKey } from '../../parts/RecoveryKey.tsx'
import { isWeak, NewPasswordField } from './NewPasswordField.tsx'
import { useNewPassword } from './use-new-password.ts'

/** Everything that a thief could have is replaced at once; the identity stays. */
export function Stolen({ onClose }: { readonly onClose: () => void }) {
  const [recoveryKey, setRecoveryKey] = useState<string | null>(null)
  return recoveryKey === null ? (
    <Replace onClose={onClose} onReplaced={setRecoveryKey} />
  ) : (
    <NewKit recoveryKey={recoveryKey} onClose={onClose} />
  )
}

interface ReplaceProps {
  readonly onClose: () => void
  readonly onReplaced: (recoveryKey: string) => void
}

function Replace({ onClose, onReplaced }: ReplaceProps) {
  const app = useApp()
  const { attempt, submit, ...field } = useNewPassword(async password =>
    onReplaced(await app.renewEverything(password)),
  )
  return (
    <Dialog
      title="Password or device stolen"
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" form="stolen" kind="main" busy={attempt.busy && 'Replacing…'}>
            Replace everything
          </Button>
        </>
      }
    >
      <p>This replaces at once what a thief could use:</p>
      <ul className="list-disc space-y-1 ps-5">
        <li>your password, by the one that you choose here</li>
        <li>your encryption key and what locks your keys; the people who know you take the new key by themselves</li>
        <li>your recovery kit: the older recovery key stops working, and you are shown a new one</li>
        <li>every other session, every API token and every passkey ends</li>
      </ul>
      <Note head="What stays.">
        Your identity and fingerprint stay the same, and so do your authenticator app and its recovery codes: replace
        them too if the thief may have them. Who has already opened your keys, or saved files, still has those, and can
        still sign as you if the keys were open on the device: tell the people who matter.
      </Note>
      <form id="stolen" noValidate onSubmit={submit} className="text-ink">
        <NewPasswordField {...field} attempt={attempt} />
      </form>
      {attempt.fault === null || isWeak(attempt) ? null : <FaultNote fault={attempt.fault} />}
      {attempt.dialog}
    </Dialog>
  )
}

interface NewKitProps {
  readonly recoveryKey: string
  readonly onClose: () => void
}

function NewKit({ recoveryKey, onClose }: NewKitProps) {
  const app = useApp()
  const [warned, setWarned] = useState(false)
  const kept = () => {
    void app.noteKitSaved()
    onClose()
  }
  return (
    <Dialog
      alert
      title="Everything is replaced. Keep the new recovery key"
      onClose={() => setWarned(true)}
      actions={
        // The main action is to print it.
        <Button onPress={kept}>I have kept it</Button>
      }
    >
      <p>The older kit is worth nothing now. Try the new one under Identity when you have it on paper.</p>
      <div className="text-ink">
        <RecoveryKey recoveryKey={recoveryKey} onSaved={() => void app.noteKitSaved()} />
      </div>
      {warned ? (
        <Note tone="warn" head="The key is not shown again." alert>
          Print it, save it or write it down first.
        </Note>
      ) : null}
    </Dialog>
  )
}
