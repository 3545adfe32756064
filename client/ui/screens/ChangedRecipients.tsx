import { UserMinus } from 'lucide-react'
import type { PersonView } from '#client/app/views.ts'
import { Button, LinkButton } from '../parts/Button.tsx'
import { Note } from '../parts/Note.tsx'
import { firstName, possessive } from '../words.ts'

interface ChangedRecipientsProps {
  readonly people: readonly PersonView[]
  readonly onTakeOff: (person: PersonView) => void
}

/** Recipients whose identity changed: each blocks the sending until it is looked at or taken off. */
export function ChangedRecipients({ people, onTakeOff }: ChangedRecipientsProps) {
  return people
    .filter(person => person.trust === 'identity-changed')
    .map(person => (
      <Note
        key={person.userId}
        tone="bad"
        alert
        head={`${possessive(person.name)} identity changed.`}
        actions={
          <>
            <LinkButton tight href={`/people/${person.userId}`} label={`See the fingerprints of ${person.name}`}>
              See the fingerprints
            </LinkButton>
            <Button
              tight
              label={`Take ${person.name} off`}
              onPress={() => onTakeOff(person)}
              icon={<UserMinus size={16} strokeWidth={2} aria-hidden="true" />}
            >
              Take {firstName(person.name)} off
            </Button>
          </>
        }
      >
        The server now gives another signing key than the one you knew. Nothing is encrypted for it; ask{' '}
        {firstName(person.name)} in person, or send to the others without {firstName(person.name)}.
      </Note>
    ))
}
