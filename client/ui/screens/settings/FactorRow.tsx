import { lazy, Suspense, useState } from 'react'
import type { SecurityView } from '#shared/contract/factors.ts'
import { useApp, useNow } from '../../app-context.ts'
import { Button } from '../../parts/Button.tsx'
import { FaultNote } from '../../parts/Note.tsx'
import { useSensitive } from '../../parts/use-sensitive.tsx'
import { Row } from './Section.tsx'
import { appLine } from './security-words.ts'

const SetUpApp = lazy(async () => ({ default: (await import('./SetUpApp.tsx')).SetUpApp }))
const ChangeFactor = lazy(async () => ({ default: (await import('./ChangeFactor.tsx')).ChangeFactor }))

interface FactorRowProps {
  readonly security: SecurityView
  readonly onChanged: (words: string) => Promise<void>
}

/** The authenticator app and the recovery codes. */
export function FactorRow({ security, onChanged }: FactorRowProps) {
  const app = useApp()
  const now = useNow()
  const attempt = useSensitive()
  const [secret, setSecret] = useState<{ secret: string; uri: string } | null>(null)
  const [changing, setChanging] = useState(false)
  const begin = () => void attempt.run(async () => setSecret(await app.beginApp()))
  const done = async (words: string) => {
    setSecret(null)
    setChanging(false)
    await onChanged(words)
  }
  const codes = security.app !== null || security.passkeys.length > 0
  return (
    <Row
      title="Second factor"
      below={appLine(security, now)}
      action={
        <span className="flex flex-wrap justify-end gap-2">
          {security.app === null ? (
            <Button tight label="Set up an authenticator app" busy={attempt.busy && 'Preparing…'} onPress={begin}>
              Set up
            </Button>
          ) : null}
          {codes ? (
            <Button tight label="Change second factor" onPress={() => setChanging(true)}>
              Change
            </Button>
          ) : null}
        </span>
      }
    >
      {attempt.fault === null ? null : <FaultNote fault={attempt.fault} />}
      {attempt.dialog}
      <Suspense>
        {secret === null ? null : (
          <SetUpApp
            {...secret}
            onClose={() => setSecret(null)}
            onDone={() => void done('The authenticator app is set up.')}
          />
        )}
        {changing ? (
          <ChangeFactor security={security} onClose={() => setChanging(false)} onDone={words => void done(words)} />
        ) : null}
      </Suspense>
    </Row>
  )
}
