import { Monitor, Smartphone, Terminal } from 'lucide-react'
import { lazy, Suspense, useRef, useState } from 'react'
import type { App } from '#client/app/views.ts'
import type { SessionView } from '#shared/contract/sessions.ts'
import { useApp, useAttempt, useNow } from '../../app-context.ts'
import { Button } from '../../parts/Button.tsx'
import { focusInstead } from '../../parts/dialog-focus.ts'
import { FaultNote } from '../../parts/Note.tsx'
import { Tag } from '../../parts/Tag.tsx'
import { Row, Rows, Section } from './Section.tsx'
import { sessionLine, sessionName } from './security-words.ts'
import { Unasked } from './Unasked.tsx'
import { useAsked } from './use-asked.ts'

const Ask = lazy(async () => ({ default: (await import('./Ask.tsx')).Ask }))

const load = (app: App) => app.sessions()

/** Where one is logged in, and the end of it. */
export function Sessions() {
  const app = useApp()
  const asked = useAsked(load)
  const heading = useRef<HTMLHeadingElement>(null)
  const [asking, setAsking] = useState(false)
  const [said, setSaid] = useState('')
  const others = asked.value?.filter(session => !session.current) ?? []
  const ended = async (words: string) => {
    await asked.reload()
    setSaid(words)
    // What had the focus has gone with its row.
    focusInstead(heading.current)
  }
  const allEnded = async () => {
    setAsking(false)
    await ended('All other sessions are ended.')
  }
  return (
    <Section
      title="Devices and sessions"
      heading={heading}
      below="An ended session loses the server within 5 seconds. Its locked keys, and files that it saved, stay on that device."
      aside={
        others.length === 0 ? null : (
          <Button kind="risk" tight className="-me-4 fine:-me-3" onPress={() => setAsking(true)}>
            End all others
          </Button>
        )
      }
    >
      <p role="status" className="sr-only">
        {said}
      </p>
      {asked.value === undefined ? (
        <Unasked asked={asked} what="Your devices and sessions" rows={3} />
      ) : (
        <Rows label="Sessions">
          {asked.value.map(session => (
            <SessionRow key={session.sessionId} session={session} onEnded={() => ended('The session is ended.')} />
          ))}
        </Rows>
      )}
      <Suspense>
        {asking ? (
          <Ask
            title={others.length === 1 ? 'End the other session?' : `End ${others.length} other sessions?`}
            verb={others.length === 1 ? 'End it' : 'End all others'}
            busy="Ending…"
            work={() => app.endOtherSessions()}
            onClose={() => setAsking(false)}
            onDone={() => void allEnded()}
          >
            <p>
              {others.length === 1 ? 'It is logged out within 5 seconds. ' : 'They are logged out within 5 seconds. '}
              API tokens stay; those are revoked one by one below.
            </p>
          </Ask>
        ) : null}
      </Suspense>
    </Section>
  )
}

interface SessionRowProps {
  readonly session: SessionView
  readonly onEnded: () => Promise<void>
}

function SessionRow({ session, onEnded }: SessionRowProps) {
  const app = useApp()
  const attempt = useAttempt()
  const now = useNow()
  const name = sessionName(session)
  const end = async () => {
    if (await attempt.run(() => app.endSession(session.sessionId))) await onEnded()
  }
  return (
    <Row
      icon={<DeviceIcon session={session} />}
      title={name}
      below={sessionLine(session, now)}
      action={
        session.current ? (
          <Tag tone="live">Now</Tag>
        ) : (
          <Button tight label={`End session on ${name}`} busy={attempt.busy && 'Ending…'} onPress={() => void end()}>
            End
          </Button>
        )
      }
    >
      {attempt.fault === null ? null : <FaultNote fault={attempt.fault} />}
    </Row>
  )
}

const phones: ReadonlySet<string> = new Set(['Android', 'iOS', 'iPadOS'])

function DeviceIcon({ session }: { readonly session: SessionView }) {
  const phone = session.system !== null && phones.has(session.system)
  const Icon = session.kind === 'api' ? Terminal : phone ? Smartphone : Monitor
  return (
    <span className="grid size-10 flex-none place-items-center self-start rounded-r2 bg-fill text-ink-2">
      <Icon size={20} strokeWidth={1.75} aria-hidden="true" />
    </span>
  )
}
