import { lazy, Suspense, useState } from 'react'
import type { SecurityView } from '#shared/contract/factors.ts'
import { useApp, useNow } from '../../app-context.ts'
import { Button } from '../../parts/Button.tsx'
import { Row } from './Section.tsx'
import { passkeyLine, passkeysLine } from './security-words.ts'

const AddPasskey = lazy(async () => ({ default: (await import('./AddPasskey.tsx')).AddPasskey }))
const Ask = lazy(async () => ({ default: (await import('./Ask.tsx')).Ask }))

interface PasskeyRowsProps {
  readonly security: SecurityView
  readonly onChanged: (words: string) => Promise<void>
}

/** Passkeys: a row for them all, and one for each. */
export function PasskeyRows({ security, onChanged }: PasskeyRowsProps) {
  const app = useApp()
  const [adding, setAdding] = useState(false)
  const added = (words: string) => {
    setAdding(false)
    void onChanged(words)
  }
  return (
    <>
      <Row
        title="Passkeys"
        below={passkeysLine(security, app.passkeysHere)}
        action={
          app.passkeysHere ? (
            <Button tight label="Add a passkey" onPress={() => setAdding(true)}>
              Add
            </Button>
          ) : undefined
        }
      >
        <Suspense>{adding ? <AddPasskey onClose={() => setAdding(false)} onDone={added} /> : null}</Suspense>
      </Row>
      {security.passkeys.map(passkey => (
        <PasskeyRow key={passkey.credentialId} {...{ security, passkey, onChanged }} />
      ))}
    </>
  )
}

interface PasskeyRowProps extends PasskeyRowsProps {
  readonly passkey: SecurityView['passkeys'][number]
}

function PasskeyRow({ security, passkey, onChanged }: PasskeyRowProps) {
  const app = useApp()
  const now = useNow()
  const [asking, setAsking] = useState(false)
  const last = security.passkeys.length === 1 && security.app === null
  return (
    <Row
      title={<bdi>{passkey.name}</bdi>}
      below={passkeyLine(passkey, now)}
      action={
        <Button kind="risk" tight label={`Remove passkey ${passkey.name}`} onPress={() => setAsking(true)}>
          Remove
        </Button>
      }
    >
      <Suspense>
        {asking ? (
          <Ask
            title={`Remove the passkey ${passkey.name}?`}
            verb="Remove passkey"
            busy="Removing…"
            stay="Keep it"
            work={() => app.removePasskey(passkey.credentialId)}
            onClose={() => setAsking(false)}
            onDone={() => void onChanged('The passkey is removed.')}
          >
            <p>
              It no longer logs you in{passkey.unlocks ? ', and no longer unlocks your keys' : ''}.{' '}
              {last ? 'A code comes by mail then when you log in on a new device. The recovery codes go too. ' : ''}
              The device or password manager may still list it; delete it there too.
            </p>
          </Ask>
        ) : null}
      </Suspense>
    </Row>
  )
}
