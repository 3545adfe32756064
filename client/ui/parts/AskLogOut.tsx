import { format } from '../format.ts'
import { Button } from './Button.tsx'
import { Dialog } from './Dialog.tsx'

interface AskLogOutProps {
  readonly waiting: number
  readonly onStay: () => void
  readonly onLeave: () => void
}

/** Before logging out with transfers waiting: what that costs. */
export function AskLogOut({ waiting, onStay, onLeave }: AskLogOutProps) {
  const what = waiting === 1 ? '1 transfer has' : `${format.count(waiting)} transfers have`
  return (
    <Dialog
      alert
      title={`${what} not been sent yet`}
      onClose={onStay}
      actions={
        <>
          <Button
            kind="risk"
            onPress={() => {
              onStay()
              onLeave()
            }}
          >
            Discard and log out
          </Button>
          <Button kind="main" onPress={onStay}>
            Stay logged in
          </Button>
        </>
      }
    >
      <p>
        Logging out takes your keys and lists off this device; they come back when you log in. What waits in the outbox
        is discarded, and nobody gets it; your own files stay where they are.
      </p>
    </Dialog>
  )
}
