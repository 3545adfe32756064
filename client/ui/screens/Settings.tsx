import { Monitor, Moon, Sun } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { useApp, useLive, useMe } from '../app-context.ts'
import { KeysDialog } from '../KeysDialog.tsx'
import { Button } from '../parts/Button.tsx'
import { OneOf, Switch } from '../parts/choices.tsx'
import { LogOutButton } from '../parts/LogOutButton.tsx'
import { Body, TopBar } from '../parts/Page.tsx'
import { preferences, type Scheme } from '../preferences.ts'

export function Settings() {
  return (
    <>
      <TopBar title="Settings" />
      <Body>
        <Section title="Appearance">
          <Appearance />
        </Section>
        <Section title="Keyboard">
          <Keyboard />
        </Section>
        <Section title="Account">
          <Account />
        </Section>
        <Section title="About">
          <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2">
            <dt className="text-ink-2">Version</dt>
            <dd className="tabular-nums">DataCrypt {__VERSION__}</dd>
          </dl>
          <p className="text-t2 text-ink-2">Free software under the MIT licence.</p>
        </Section>
      </Body>
    </>
  )
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="flex flex-col gap-3">
      <h2 id={id} className="text-t3 font-heading">
        {title}
      </h2>
      <div className="flex flex-col items-start gap-3 rounded-r3 bg-surface p-4 shadow-e0 md:p-5">{children}</div>
    </section>
  )
}

const schemes: readonly { readonly value: Scheme; readonly label: string; readonly icon: typeof Sun }[] = [
  { value: 'system', label: 'System', icon: Monitor },
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
]

function Appearance() {
  const { scheme } = useLive(preferences)
  return (
    <OneOf
      label="Colours of this browser"
      value={scheme}
      options={schemes}
      onChange={next => preferences.change({ scheme: next })}
    />
  )
}

function Keyboard() {
  const { letters } = useLive(preferences)
  const [shown, setShown] = useState(false)
  return (
    <>
      <Switch on={letters} onChange={on => preferences.change({ letters: on })}>
        Single letters are keys, like N for Send
      </Switch>
      <Button tight onPress={() => setShown(true)}>
        Keys of the keyboard
      </Button>
      {shown ? <KeysDialog onClose={() => setShown(false)} /> : null}
    </>
  )
}

function Account() {
  const me = useMe()
  const app = useApp()
  if (me === null) return null
  return (
    <>
      <p className="min-w-0">
        <bdi className="block font-strong wrap-anywhere">{me.name}</bdi>
        <bdi className="block text-t2 text-ink-2 wrap-anywhere">{me.email}</bdi>
      </p>
      <div className="flex flex-wrap gap-2">
        <Button onPress={() => app.lock()}>Lock now</Button>
        <LogOutButton kind="risk">Log out</LogOutButton>
      </div>
    </>
  )
}
