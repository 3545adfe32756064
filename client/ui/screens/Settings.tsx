import { Monitor, Moon, Sun } from 'lucide-react'
import { useState } from 'react'
import { useLive } from '../app-context.ts'
import { KeysDialog } from '../KeysDialog.tsx'
import { Button } from '../parts/Button.tsx'
import { OneOf, Switch } from '../parts/choices.tsx'
import { Body, TopBar } from '../parts/Page.tsx'
import { preferences, type Scheme } from '../preferences.ts'
import { Account } from './settings/Account.tsx'
import { Section } from './settings/Section.tsx'
import { Sessions } from './settings/Sessions.tsx'
import { SigningIn } from './settings/SigningIn.tsx'
import { Tokens } from './settings/Tokens.tsx'

export function Settings() {
  return (
    <>
      <TopBar title="Settings" />
      <Body>
        <Sessions />
        <SigningIn />
        <Account />
        <Tokens />
        <Section title="Appearance">
          <Appearance />
        </Section>
        <Section title="Keyboard">
          <Keyboard />
        </Section>
        <Section title="About">
          <About />
        </Section>
      </Body>
    </>
  )
}

const padded = 'flex flex-col items-start gap-3 p-4 md:p-5'

const schemes: readonly { readonly value: Scheme; readonly label: string; readonly icon: typeof Sun }[] = [
  { value: 'system', label: 'System', icon: Monitor },
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
]

function Appearance() {
  const { scheme } = useLive(preferences)
  return (
    <div className={padded}>
      <OneOf
        label="Colours of this browser"
        value={scheme}
        options={schemes}
        onChange={next => preferences.change({ scheme: next })}
      />
    </div>
  )
}

function Keyboard() {
  const { letters } = useLive(preferences)
  const [shown, setShown] = useState(false)
  return (
    <div className={padded}>
      <Switch on={letters} onChange={on => preferences.change({ letters: on })}>
        Single letters are keys, like N for Send
      </Switch>
      <Button tight onPress={() => setShown(true)}>
        Keys of the keyboard
      </Button>
      {shown ? <KeysDialog onClose={() => setShown(false)} /> : null}
    </div>
  )
}

function About() {
  return (
    <div className={padded}>
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-6 gap-y-2">
        <dt className="text-ink-2">Version</dt>
        <dd className="tabular-nums">DataCrypt {__VERSION__}</dd>
      </dl>
      <p className="text-t2 text-ink-2">Free software under the MIT licence.</p>
    </div>
  )
}
