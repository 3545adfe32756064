import type { Me, PersonView } from '#client/app/views.ts'
import { classes } from '../parts/classes.ts'
import { SpokenGroup } from '../parts/Fingerprint.tsx'
import { groupsOf } from '../parts/mark-geometry.ts'
import { type Half, inTallyOrder, Tally } from '../parts/Tally.tsx'
import { firstName } from '../words.ts'

interface BothNumbersProps {
  readonly person: PersonView
  readonly me: Me
}

/** Both fingerprints with the tally between: each stroke stands between the two groups that it belongs to. */
export function BothNumbers({ person, me }: BothNumbersProps) {
  const other: Half = { ...person, own: false }
  const own: Half = { ...me, own: true }
  const [left, right] = inTallyOrder(other, own)
  return (
    <figure
      dir="ltr"
      className={classes(
        'grid grid-cols-[auto_minmax(6.5rem,12.5rem)_auto] items-end justify-center gap-x-2 md:gap-x-5',
        // The slipped half hangs below the last row.
        person.trust === 'identity-changed' && 'pb-5',
      )}
    >
      <Column half={left} end />
      <Tally one={other} other={own} trust={person.trust} look="numbers" />
      <Column half={right} />
    </figure>
  )
}

function Column({ half, end = false }: { readonly half: Half; readonly end?: boolean }) {
  return (
    <div className={end ? 'text-end' : undefined}>
      <p className={classes('pb-2 text-t2 font-control', half.own ? 'text-mark-own' : 'text-ink-2')}>
        {half.own ? 'You' : firstName(half.name)}
      </p>
      <ol
        className="digits text-t4 md:text-t5"
        aria-label={half.own ? 'Your six groups' : `Six groups of ${half.name}`}
      >
        {groupsOf(half.fingerprint).map((group, place) => (
          // Groups have no name but their place.
          // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes its order
          <li key={place} className="flex h-10 items-center justify-end">
            <span>
              <SpokenGroup group={group} strong />
            </span>
          </li>
        ))}
      </ol>
    </div>
  )
}
