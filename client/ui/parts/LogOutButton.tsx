import { lazy, Suspense, useState } from 'react'
import { useApp, useAttempt, useLive } from '../app-context.ts'
import { Button, type ButtonKind } from './Button.tsx'
import { FaultNote } from './Note.tsx'

// A door needs the question rarely, and the dialog is a tenth of what a door loads.
const AskLogOut = lazy(async () => ({ default: (await import('./AskLogOut.tsx')).AskLogOut }))

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
        onPress={() => (waiting === 0 ? leave() : setAsking(true))}
        {...(className === undefined ? {} : { className })}
      >
        {children}
      </Button>
      {attempt.fault === null ? null : <FaultNote fault={attempt.fault} />}
      <Suspense>
        {asking ? <AskLogOut waiting={waiting} onStay={() => setAsking(false)} onLeave={leave} /> : null}
      </Suspense>
    </div>
  )
}
