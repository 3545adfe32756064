import { type FormEvent, useRef, useState } from 'react'
import { Link, useLocation } from 'wouter'
import type { PersonView } from '#client/app/views.ts'
import { email as emailSchema } from '#shared/contract/account.ts'
import { useApp, useAttempt, useLive } from '../app-context.ts'
import { Button } from '../parts/Button.tsx'
import { Dialog } from '../parts/Dialog.tsx'
import { EmptyState } from '../parts/EmptyState.tsx'
import { SearchField, TextField } from '../parts/fields.tsx'
import { Mark } from '../parts/Mark.tsx'
import { Note } from '../parts/Note.tsx'
import { Body, Card, TopBar } from '../parts/Page.tsx'
import { TrustLine, trustWords } from '../parts/TrustLine.tsx'
import { fold } from '../search.ts'
import { possessive, sayFault } from '../words.ts'

/** Everybody whose identity this device has pinned. */
export function People() {
  const people = useLive(useApp().people)
  const [adding, setAdding] = useState(false)
  const [text, setText] = useState('')
  const shown = people.filter(person => fits(person, text)).sort((a, b) => a.name.localeCompare(b.name))
  const add = () => setAdding(true)
  return (
    <>
      <TopBar
        title="People"
        actions={
          <Button tight onPress={add}>
            Add a person
          </Button>
        }
      />
      <Body>
        {people
          .filter(person => person.trust === 'identity-changed')
          .map(person => (
            <Changed key={person.userId} person={person} />
          ))}
        {people.length === 0 ? (
          <EmptyState
            title="Nobody here yet"
            actions={
              <Button kind="main" onPress={add}>
                Add a person
              </Button>
            }
          >
            Whoever you send to, or who sends to you, is kept here with their fingerprint.
          </EmptyState>
        ) : (
          <>
            <SearchField
              label="Search"
              within="name, address or first digits"
              value={text}
              onChange={setText}
              none={shown.length === 0 ? 'Nobody here fits that.' : null}
            />
            {shown.length === 0 ? null : <List people={shown} />}
            <p className="text-t2 text-ink-2">Verified means: you two compared safety numbers.</p>
          </>
        )}
      </Body>
      {adding ? <Add onClose={() => setAdding(false)} /> : null}
    </>
  )
}

function fits(person: PersonView, text: string): boolean {
  const wanted = fold(text)
  return fold(`${person.name} ${person.email}`).includes(wanted) || person.fingerprint.startsWith(text.trim())
}

function Changed({ person }: { readonly person: PersonView }) {
  return (
    <Note tone="bad" head={`${possessive(person.name)} identity changed.`}>
      Sending is stopped until you have looked at it.{' '}
      <Link href={`/people/${person.userId}`} className="font-strong underline underline-offset-4">
        Look at it
      </Link>
    </Note>
  )
}

function List({ people }: { readonly people: readonly PersonView[] }) {
  return (
    <Card flush>
      <ul className="divide-y divide-line">
        {people.map(person => (
          <li key={person.userId} className="relative flex min-h-18 items-center gap-3 px-4 py-3 hover:bg-fill">
            <Mark fingerprint={person.fingerprint} />
            <div className="min-w-0 flex-1">
              <div className="flex flex-wrap items-center justify-between gap-x-3">
                <Link
                  href={`/people/${person.userId}`}
                  data-row=""
                  aria-label={`${person.name}, ${trustWords(person.trust)}`}
                  className="min-w-0 rounded-r1 font-control wrap-anywhere outline-offset-[-2px] after:absolute after:inset-0"
                >
                  <bdi>{person.name}</bdi>
                </Link>
                <TrustLine trust={person.trust} />
              </div>
              <bdi className="block truncate text-t2 text-ink-2">{person.email}</bdi>
            </div>
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Add({ onClose }: { readonly onClose: () => void }) {
  const app = useApp()
  const attempt = useAttempt()
  const [, navigate] = useLocation()
  const [email, setEmail] = useState('')
  const [wrong, setWrong] = useState<string | null>(null)
  const field = useRef<HTMLInputElement>(null)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (!emailSchema.safeParse(email).success) {
      setWrong('Enter a whole e-mail address, like name@example.org.')
      return field.current?.focus()
    }
    let found: PersonView | null = null
    const passed = await attempt.run(async () => {
      found = await app.findPerson(email)
    })
    if (passed && found !== null) goTo(found)
    else field.current?.focus()
  }
  const goTo = (person: PersonView) => {
    onClose()
    navigate(`/people/${person.userId}`)
  }
  return (
    <Dialog
      title="Add a person"
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Back</Button>
          <Button kind="main" type="submit" form="add-person" busy={attempt.busy && 'Looking up…'}>
            Look up
          </Button>
        </>
      }
    >
      <form id="add-person" noValidate onSubmit={submit}>
        <TextField
          label="E-mail"
          type="email"
          autoComplete="off"
          value={email}
          ref={field}
          onChange={value => {
            setEmail(value)
            setWrong(null)
            attempt.clear()
          }}
          hint="The address of their DataCrypt account."
          error={wrong ?? (attempt.fault === null ? null : sayFault(attempt.fault))}
        />
      </form>
    </Dialog>
  )
}
