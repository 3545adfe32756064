import { useState } from 'react'
import { useApp, useAttempt, useLive } from '../app-context.ts'
import { format } from '../format.ts'
import { Button, type ButtonKind } from './Button.tsx'
import { Dialog } from './Dialog.tsx'
import { FaultNote } from './Note.tsx'

interface LogOutButtonProps {
  readonly kind: ButtonKind
  readonly children: string
  readonly className?: string
}

/** Logs out; asks once where something has not been sent yet. */
export function LogOutButton({ kind, children, className }: LogOutButtonProps) {
  const app = useApp()
  const waiting = useLive(app.outbox).length
  const attempt = useAttempt()
  const [asking, setAsking] = useState(false)
  const leave = () => void attempt.run(() => app.logOut())
  return (
    <div className="flex flex-col items-start gap-2">
      <Button
        kind={kind}
        busy={attempt.busy && 'Logging out…'}
        onClick={() => (waiting === 0 ? leave() : setAsking(true))}
        {...(className === undefined ? {} : { className })}
      >
        {children}
      </Button>
      {attempt.fault === null ? null : <FaultNote fault={attempt.fault} />}
      {asking ? <AskFirst waiting={waiting} onStay={() => setAsking(false)} onLeave={leave} /> : null}
    </div>
  )
}

interface AskFirstProps {
  readonly waiting: number
  readonly onStay: () => void
  readonly onLeave: () => void
}

function AskFirst({ waiting, onStay, onLeave }: AskFirstProps) {
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
            onClick={() => {
              onStay()
              onLeave()
            }}
          >
            Log out
          </Button>
          <Button kind="main" onClick={onStay}>
            Stay
          </Button>
        </>
      }
    >
      <p>What waits in the outbox can't go out while you are logged out.</p>
    </Dialog>
  )
}
