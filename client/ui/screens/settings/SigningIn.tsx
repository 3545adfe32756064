import { lazy, Suspense, useRef, useState } from 'react'
import type { App } from '#client/app/views.ts'
import { Button } from '../../parts/Button.tsx'
import { focusInstead } from '../../parts/dialog-focus.ts'
import { FactorRow } from './FactorRow.tsx'
import { LockAfter } from './LockAfter.tsx'
import { PasskeyRows } from './PasskeyRows.tsx'
import { Row, Rows, Section } from './Section.tsx'
import { Unasked } from './Unasked.tsx'
import { askAnew, useAsked } from './use-asked.ts'

const ChangePassword = lazy(async () => ({ default: (await import('./ChangePassword.tsx')).ChangePassword }))
const Stolen = lazy(async () => ({ default: (await import('./Stolen.tsx')).Stolen }))

const load = (app: App) => app.security()

/** What is asked for when one logs in, and when the keys lock. */
export function SigningIn() {
  const asked = useAsked(load)
  const heading = useRef<HTMLHeadingElement>(null)
  const [said, setSaid] = useState('')
  const changed = async (words: string) => {
    await asked.reload()
    setSaid(words)
    focusInstead(heading.current)
  }
  return (
    <Section title="Signing in and locking" heading={heading}>
      <p role="status" className="sr-only">
        {said}
      </p>
      {asked.value === undefined ? (
        <div className="border-b border-line">
          <Unasked asked={asked} what="Second factor and passkeys" rows={2} />
        </div>
      ) : (
        <div className="border-b border-line">
          <Rows label="Second factor and passkeys">
            <FactorRow security={asked.value} onChanged={changed} />
            <PasskeyRows security={asked.value} onChanged={changed} />
          </Rows>
        </div>
      )}
      <Rows label="Password and locking">
        <PasswordRow onChanged={() => setSaid('The password is changed.')} />
        <LockAfter />
        <StolenRow />
      </Rows>
    </Section>
  )
}

function PasswordRow({ onChanged }: { readonly onChanged: () => void }) {
  const [open, setOpen] = useState(false)
  const [done, setDone] = useState(false)
  const changed = () => {
    setOpen(false)
    setDone(true)
    onChanged()
    void askAnew()
  }
  return (
    <Row
      title="Password"
      below={
        done
          ? 'Changed just now. The other sessions and the API tokens are ended.'
          : 'Opens your keys, and is never sent.'
      }
      action={
        <Button tight label="Change password" onPress={() => setOpen(true)}>
          Change
        </Button>
      }
    >
      <Suspense>{open ? <ChangePassword onClose={() => setOpen(false)} onDone={changed} /> : null}</Suspense>
    </Row>
  )
}

function StolenRow() {
  const [open, setOpen] = useState(false)
  const close = () => {
    setOpen(false)
    void askAnew()
  }
  return (
    <Row
      title="Password or device stolen"
      below="Somebody may know your password, or has a device that you were logged in on."
      action={
        <Button tight label="Password or device stolen: what to do" onPress={() => setOpen(true)}>
          What to do
        </Button>
      }
    >
      <Suspense>{open ? <Stolen onClose={close} /> : null}</Suspense>
    </Row>
  )
}
