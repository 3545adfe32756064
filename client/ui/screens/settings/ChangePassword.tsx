import { useApp } from '../../app-context.ts'
import { Button } from '../../parts/Button.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { FaultNote } from '../../parts/Note.tsx'
import { isWeak, NewPasswordField } from './NewPasswordField.tsx'
import { useNewPassword } from './use-new-password.ts'

interface ChangePasswordProps {
  readonly onClose: () => void
  readonly onDone: () => void
}

export function ChangePassword({ onClose, onDone }: ChangePasswordProps) {
  const app = useApp()
  const { attempt, submit, ...field } = useNewPassword(async password => {
    await app.changePassword(password)
    onDone()
  })
  return (
    <Dialog
      title="Change your password"
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" form="change-password" kind="main" busy={attempt.busy && 'Locking anew…'}>
            Change password
          </Button>
        </>
      }
    >
      <p>
        Your other sessions and all API tokens end. Your identity, your keys, your passkeys and your recovery kit stay
        as they are. If somebody may know the old password, take "Password or device stolen" instead.
      </p>
      <form id="change-password" noValidate onSubmit={submit} className="text-ink">
        <NewPasswordField {...field} attempt={attempt} />
      </form>
      {attempt.fault === null || isWeak(attempt) ? null : <FaultNote fault={attempt.fault} />}
      {attempt.dialog}
    </Dialog>
  )
}
