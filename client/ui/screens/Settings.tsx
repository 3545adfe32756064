import { Monitor, Moon, Sun } from 'lucide-react'
import { type ReactNode, useId, useState } from 'react'
import { useApp, useLive, useMe } from '../app-context.ts'
import { KeysDialog } from '../KeysDialog.tsx'
import { Button } from '../parts/Button.tsx'
import { Checkbox } from '../parts/fields.tsx'
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
  const name = useId()
  return (
    <fieldset className="min-w-0">
      <legend className="pb-2 text-t2 text-ink-2">Colours of this browser</legend>
      <div className="inline-flex max-w-full flex-wrap rounded-r2 bg-fill-strong p-0.5">
        {schemes.map(({ value, label, icon: Icon }) => (
          <label
            key={value}
            className="relative inline-flex min-h-[calc(var(--control)-4px)] items-center gap-2 rounded-[6px] px-3 text-t2 font-control text-ink-2 has-checked:bg-raised has-checked:text-ink has-checked:shadow-e1 has-focus-visible:outline-2 has-focus-visible:outline-accent"
          >
            <input
              type="radio"
              name={name}
              value={value}
              checked={scheme === value}
              onChange={() => preferences.change({ scheme: value })}
              className="absolute inset-0 cursor-pointer opacity-0"
            />
            <Icon size={16} strokeWidth={2} aria-hidden="true" />
            {label}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

function Keyboard() {
  const { letters } = useLive(preferences)
  const [shown, setShown] = useState(false)
  return (
    <>
      <Checkbox checked={letters} onChange={on => preferences.change({ letters: on })}>
        Single letters are keys, like N for Send
      </Checkbox>
      <Button tight onClick={() => setShown(true)}>
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
        <Button onClick={() => app.lock()}>Lock now</Button>
        <LogOutButton kind="risk">Log out</LogOutButton>
      </div>
    </>
  )
}
