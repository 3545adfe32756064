import { classes } from './classes.ts'
import { groupsOf } from './mark-geometry.ts'

interface FingerprintProps {
  readonly fingerprint: string
  readonly label?: string
  readonly big?: boolean
}

/** Six groups, in threes; a screen reader says the digits one by one. */
export function Fingerprint({ fingerprint, label = 'Fingerprint, six groups', big = false }: FingerprintProps) {
  return (
    <ol
      aria-label={label}
      className={classes(
        'digits grid grid-cols-[repeat(3,max-content)] justify-start',
        big ? 'gap-x-6 gap-y-2 text-t4 md:text-t5' : 'gap-x-4 gap-y-1 text-t3',
      )}
    >
      {groupsOf(fingerprint).map((group, place) => (
        // Groups have no name but their place.
        // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes its order
        <li key={place}>
          <SpokenGroup group={group} />
        </li>
      ))}
    </ol>
  )
}

/** One group; `strong` sets the last digit bolder, which is the one that the mark draws. */
export function SpokenGroup({ group, strong = false }: { readonly group: string; readonly strong?: boolean }) {
  return (
    <>
      <span aria-hidden="true">
        {strong ? group.slice(0, -1) : group}
        {strong ? <b className="font-[750]">{group.slice(-1)}</b> : null}
      </span>
      <span className="sr-only">{group.split('').join(' ')}</span>
    </>
  )
}
