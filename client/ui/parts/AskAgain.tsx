import { useState } from 'react'
import { type Attempt, useAttempt } from '../app-context.ts'
import { FaultNote } from './Note.tsx'
import { TextButton } from './TextButton.tsx'

interface AskAgainProps {
  /** Asks the server for another code. */
  readonly ask: () => Promise<void>
  /** Where somebody else asks too, for the first one. */
  readonly attempt?: Attempt
}

/** Under the field of a mailed code: where it may be, and another one. */
export function AskAgain({ ask, attempt: given }: AskAgainProps) {
  const own = useAttempt()
  const attempt = given ?? own
  const [sent, setSent] = useState(false)
  const again = async () => setSent(await attempt.run(ask))
  return (
    <div className="flex flex-col gap-2 text-t2 text-ink-2">
      <p>
        Nothing arrived? Look in spam, or <TextButton onPress={() => void again()}>ask for a new code</TextButton>.
      </p>
      <p role="status" className="min-h-5">
        {attempt.busy ? 'Asking…' : sent ? 'A new code is on its way. The older one does not work any more.' : ''}
      </p>
      {attempt.fault === null ? null : <FaultNote fault={attempt.fault} />}
    </div>
  )
}
