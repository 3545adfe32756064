import { type ReactNode, useEffect, useRef, useState } from 'react'
import type { Safety } from '#client/app/safety-views.ts'
import { useApp } from '../../app-context.ts'
import { format } from '../../format.ts'
import { Button } from '../../parts/Button.tsx'
import { FaultNote } from '../../parts/Note.tsx'
import { RecoveryKey } from '../../parts/RecoveryKey.tsx'
import { TextButton } from '../../parts/TextButton.tsx'
import { KitDrill } from './KitDrill.tsx'
import { Step } from './Steps.tsx'
import { type KitMaking, useKitMaking } from './use-kit-making.tsx'

type Kit = Safety['kit']

/** Make the kit, print or save it, try it once. The recovery key stays in memory until it is tried, or the page is left. */
export function KitSteps({ kit }: { readonly kit: Kit }) {
  const making = useKitMaking(kit)
  const list = useArrivalAt(kit.state === 'proven')
  return (
    <>
      <ol ref={list} tabIndex={-1} className="flex flex-col outline-none" aria-label="Steps of the recovery kit">
        <MakeStep kit={kit} making={making} />
        <SaveStep kit={kit} making={making} />
        <TryStep kit={kit} making={making} />
      </ol>
      {making.dialogs}
    </>
  )
}

/** Takes the focus when `there` comes true: what had it is gone then. */
function useArrivalAt(there: boolean) {
  const list = useRef<HTMLOListElement>(null)
  const was = useRef(there)
  useEffect(() => {
    if (there && !was.current) list.current?.focus()
    was.current = there
  }, [there])
  return list
}

interface StepProps {
  readonly kit: Kit
  readonly making: KitMaking
}

function MakeStep({ kit, making }: StepProps) {
  if (kit.state !== 'none') {
    return (
      <Step n={1} state="done" title="Make the kit">
        <Said>Made {format.date(kit.madeAt)}, on your own device.</Said>
      </Step>
    )
  }
  return (
    <Step n={1} state="now" title="Make the kit">
      <Said>This device draws a recovery key and locks your keys under it too. The server never sees it.</Said>
      {making.attempt.fault === null ? null : <FaultNote fault={making.attempt.fault} />}
      <Button
        kind="main"
        className="self-start"
        busy={making.attempt.busy && 'Making the kit…'}
        onPress={() => void making.make()}
      >
        Make the kit
      </Button>
    </Step>
  )
}

function SaveStep({ kit, making }: StepProps) {
  if (kit.state === 'none') return <Step n={2} state="later" title="Print or save it" />
  if (kit.state === 'proven') return <Step n={2} state="done" title="Print or save it" />
  const saved = kit.savedAt !== null
  if (making.key !== null) return <KeyShown key={making.key} recoveryKey={making.key} saved={saved} />
  return (
    <Step n={2} state={saved ? 'done' : 'later'} title="Print or save it">
      <Said>
        {kit.savedAt === null ? '' : `Printed or saved ${format.date(kit.savedAt)}. `}
        The recovery key was shown when the kit was made, and can't be shown again.
      </Said>
    </Step>
  )
}

/** The key on the screen; once it is kept it goes out of sight, so that the drill is one. */
function KeyShown({ recoveryKey, saved }: { readonly recoveryKey: string; readonly saved: boolean }) {
  const app = useApp()
  const [again, setAgain] = useState(false)
  const shown = !saved || again
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (shown) place.current?.focus()
  }, [shown])
  const noteSaved = () => {
    setAgain(false)
    void app.noteKitSaved()
  }
  return (
    <Step n={2} state={saved ? 'done' : 'now'} title="Print or save it">
      {saved && !again ? (
        <Said>
          Printed or saved. The key is out of sight now;{' '}
          <TextButton onPress={() => setAgain(true)}>show it again</TextButton> while this page is open.
        </Said>
      ) : null}
      {/* It stays while it is hidden: some browsers print after the dialog is gone. */}
      <div hidden={!shown} ref={place} tabIndex={-1} className="mt-2 outline-none">
        <RecoveryKey recoveryKey={recoveryKey} onSaved={noteSaved} />
        <Button kind="quiet" className="mt-2 -ms-4 self-start" onPress={noteSaved}>
          {saved ? 'Hide it' : 'I have written it down'}
        </Button>
      </div>
    </Step>
  )
}

function TryStep({ kit, making }: StepProps) {
  if (kit.state === 'proven') {
    return (
      <Step n={3} state="done" title="Try it once">
        <Said>It opened your keys on {format.date(kit.provenAt)}.</Said>
        {making.attempt.fault === null ? null : <FaultNote fault={making.attempt.fault} />}
        <Button tight className="self-start" onPress={making.askForNew}>
          Make a new kit
        </Button>
      </Step>
    )
  }
  const ready = kit.state === 'untried' && (kit.savedAt !== null || making.key === null)
  return (
    <Step n={3} state={ready ? 'now' : 'later'} title="Try it once">
      {ready ? <KitDrill making={making} /> : null}
    </Step>
  )
}

function Said({ children }: { readonly children: ReactNode }) {
  return <p className="max-w-[38rem] text-t2 text-ink-2">{children}</p>
}
