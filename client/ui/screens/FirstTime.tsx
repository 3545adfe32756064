import { Columns2 } from 'lucide-react'
import type { PersonView } from '#client/app/views.ts'
import { Button, LinkButton } from '../parts/Button.tsx'
import { Fingerprint } from '../parts/Fingerprint.tsx'
import { Mark } from '../parts/Mark.tsx'
import { Card } from '../parts/Page.tsx'
import { TrustLine } from '../parts/TrustLine.tsx'
import { firstName } from '../words.ts'

interface FirstTimeProps {
  readonly person: PersonView
  readonly onLater: () => void
}

/** Someone was chosen who is not verified: who they are said to be. It blocks nothing. */
export function FirstTime({ person, onLater }: FirstTimeProps) {
  const name = firstName(person.name)
  return (
    <Card>
      <div className="flex flex-wrap items-start justify-between gap-2">
        <div className="flex min-w-0 items-center gap-3">
          <Mark fingerprint={person.fingerprint} />
          <div className="min-w-0">
            <bdi className="block font-strong wrap-anywhere">{person.name}</bdi>
            <bdi className="block text-t2 text-ink-2 wrap-anywhere">{person.email}</bdi>
          </div>
        </div>
        <TrustLine trust={person.trust} />
      </div>
      <div className="flex flex-wrap items-start gap-4">
        <Fingerprint fingerprint={person.fingerprint} label={`Fingerprint of ${person.name}, six groups`} />
        <p className="flex-[1_1_15rem] text-t2 text-ink-2">
          The server says this key belongs to {name}; only {name} can confirm it. Read the six groups to each other, now
          or later.
        </p>
      </div>
      <div className="flex flex-wrap gap-2">
        <LinkButton
          href={`/people/${person.userId}`}
          tight
          icon={<Columns2 size={16} strokeWidth={2} aria-hidden="true" />}
        >
          See both fingerprints
        </LinkButton>
        <Button kind="quiet" tight onPress={onLater}>
          Later
        </Button>
      </div>
    </Card>
  )
}
