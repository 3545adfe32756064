import { ArrowDownLeft, ArrowUpRight, Send } from 'lucide-react'
import { Link, useLocation } from 'wouter'
import type { PersonView } from '#client/app/views.ts'
import { useApp, useDraft, useLive, useMe, useNow } from '../app-context.ts'
import { format } from '../format.ts'
import { Button, LinkButton } from '../parts/Button.tsx'
import { Mark } from '../parts/Mark.tsx'
import { Note } from '../parts/Note.tsx'
import { Body, Card, CardTitle, TopBar } from '../parts/Page.tsx'
import { TrustLine } from '../parts/TrustLine.tsx'
import { firstName, possessive } from '../words.ts'
import { BothNumbers } from './BothNumbers.tsx'
import { between } from './between.ts'

/** One person: fingerprint, trust in words, what went between you. */
export function Person({ userId }: { readonly userId: string }) {
  const person = useLive(useApp().people).find(one => one.userId === userId)
  if (person === undefined) return <Missing />
  return (
    <>
      <TopBar title={person.name} tab="Person" back="/people" actions={<SendTo person={person} />} />
      <Body width="wide">
        <div className="flex min-w-0 items-center gap-3">
          <Mark fingerprint={person.fingerprint} />
          <div className="min-w-0">
            <bdi className="block wrap-anywhere">{person.email}</bdi>
            <TrustLine trust={person.trust} />
          </div>
        </div>
        {person.trust === 'identity-changed' ? <ChangedNote name={person.name} /> : null}
        <Numbers person={person} />
        <Between person={person} />
      </Body>
    </>
  )
}

function Missing() {
  return (
    <>
      <TopBar title="Not among your people" back="/people" />
      <Body>
        <p className="text-ink-2">Nobody with this address is known on this device.</p>
        <div>
          <LinkButton href="/people" kind="main">
            See your people
          </LinkButton>
        </div>
      </Body>
    </>
  )
}

function SendTo({ person }: { readonly person: PersonView }) {
  const draft = useDraft()
  const [, navigate] = useLocation()
  if (person.trust === 'identity-changed') return null
  return (
    <Button
      tight
      label={`Send files to ${person.name}`}
      onPress={() => {
        draft.addPerson(person)
        navigate('/send')
      }}
      icon={<Send size={16} strokeWidth={2} aria-hidden="true" className="turns" />}
    >
      Send files
    </Button>
  )
}

function ChangedNote({ name }: { readonly name: string }) {
  const first = firstName(name)
  return (
    <Note tone="bad" head={`The server now gives another signing key for ${first} than the one you knew.`}>
      It can be a new start after a loss, or somebody else. Nothing is encrypted for it. The fingerprint below is the
      one that you knew; ask {first} in person what happened.
    </Note>
  )
}

function Numbers({ person }: { readonly person: PersonView }) {
  const me = useMe()
  const name = firstName(person.name)
  return (
    <Card>
      <div className="flex flex-col gap-1">
        <CardTitle>Fingerprints, to read aloud</CardTitle>
        <p className="max-w-[38rem] text-ink-2">
          Call {name} or meet, with DataCrypt open at each other's name. Read your six groups, then let {name} read the
          other six. Only this shows that the keys are yours and {possessive(name)}; the marks alone prove nothing.
        </p>
      </div>
      {me === null ? null : <BothNumbers person={person} me={me} />}
      <p className="text-t2 text-ink-2">First seen and pinned on {format.date(person.firstSeen)}.</p>
    </Card>
  )
}

function Between({ person }: { readonly person: PersonView }) {
  const app = useApp()
  const now = useNow()
  const items = between(person, useLive(app.inbox) ?? [], useLive(app.sent) ?? []).slice(0, 10)
  if (items.length === 0) return null
  return (
    <Card>
      <CardTitle>Between you</CardTitle>
      <ul className="flex flex-col gap-1">
        {items.map(item => (
          <li key={item.href} className="flex min-h-11 items-center gap-3 fine:min-h-8">
            {item.sent ? (
              <ArrowUpRight size={16} strokeWidth={2} role="img" aria-label="Sent" className="flex-none text-ink-3" />
            ) : (
              <ArrowDownLeft
                size={16}
                strokeWidth={2}
                role="img"
                aria-label="Received"
                className="flex-none text-ink-3"
              />
            )}
            <Link
              href={item.href}
              className="min-w-0 flex-1 truncate rounded-r1 text-accent underline decoration-1 underline-offset-4"
            >
              <bdi>{item.what}</bdi>
            </Link>
            <span className="flex-none text-t2 text-ink-3 tabular-nums">{format.short(item.at, now)}</span>
          </li>
        ))}
      </ul>
    </Card>
  )
}
