import type { ReactNode } from 'react'
import { Button } from '../../parts/Button.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { FaultNote } from '../../parts/Note.tsx'
import { useSensitive } from '../../parts/use-sensitive.tsx'

interface AskProps {
  readonly title: string
  readonly children: ReactNode
  /** What is done: "Remove the app". */
  readonly verb: string
  readonly busy: string
  readonly stay?: string
  readonly work: () => Promise<unknown>
  readonly onClose: () => void
  readonly onDone: () => void
}

/** Before something that cannot be taken back. */
export function Ask({ title, children, verb, busy, stay = 'Cancel', work, onClose, onDone }: AskProps) {
  const attempt = useSensitive()
  const go = async () => {
    if (await attempt.run(work)) onDone()
  }
  return (
    <Dialog
      alert
      title={title}
      onClose={onClose}
      actions={
        <>
          <Button kind="danger" busy={attempt.busy && busy} onPress={() => void go()}>
            {verb}
          </Button>
          <Button kind="main" onPress={onClose}>
            {stay}
          </Button>
        </>
      }
    >
      {children}
      {attempt.fault === null ? null : <FaultNote fault={attempt.fault} />}
      {attempt.dialog}
    </Dialog>
  )
}
