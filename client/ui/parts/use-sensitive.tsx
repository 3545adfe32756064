import { lazy, type ReactNode, Suspense, useState } from 'react'
import { Problem, problemFrom } from '#shared/contract/problems.ts'
import { type Attempt, useAttempt } from '../app-context.ts'

const ConfirmPassword = lazy(async () => ({ default: (await import('./ConfirmPassword.tsx')).ConfirmPassword }))

export interface Sensitive extends Attempt {
  /** The question for the password; has to be drawn. */
  readonly dialog: ReactNode
}

interface Asking {
  readonly confirmed: () => void
  readonly refused: () => void
}

/** As {@link useAttempt}, for what the server does only shortly after the password was typed: asks for it, then goes on. */
export function useSensitive(): Sensitive {
  const attempt = useAttempt()
  const [asking, setAsking] = useState<Asking | null>(null)
  const confirmed = () =>
    new Promise<void>((resolve, reject) =>
      setAsking({ confirmed: resolve, refused: () => reject(new Problem('cancelled')) }),
    ).finally(() => setAsking(null))
  const run = (work: () => Promise<unknown>) =>
    attempt.run(async () => {
      try {
        await work()
      } catch (error) {
        if (problemFrom(error)?.code !== 'confirm-needed') throw error
        await confirmed()
        await work()
      }
    })
  return {
    ...attempt,
    run,
    dialog: (
      <Suspense>
        {asking === null ? null : <ConfirmPassword onConfirmed={asking.confirmed} onClose={asking.refused} />}
      </Suspense>
    ),
  }
}
