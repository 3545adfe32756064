import { type ReactNode, useState } from 'react'
import { Link } from 'wouter'
import { useNow } from '../app-context.ts'
import { type DayGroup, format } from '../format.ts'
import { Button } from './Button.tsx'
import { classes } from './classes.ts'

interface RowListProps<T> {
  readonly rows: readonly T[]
  readonly timeOf: (row: T) => number
  readonly draw: (row: T, now: number) => ReactNode
}

const page = 200
const groups: readonly DayGroup[] = ['Today', 'This week', 'Earlier']

/** Rows under Today, This week and Earlier; long lists are drawn in pages. */
export function RowList<T>({ rows, timeOf, draw }: RowListProps<T>) {
  const now = useNow()
  const [limit, setLimit] = useState(page)
  const drawn = rows.slice(0, limit)
  return (
    <div className="pb-4">
      {groups.map(group => (
        <Group key={group} name={group}>
          {drawn.filter(row => format.group(timeOf(row), now) === group).map(row => draw(row, now))}
        </Group>
      ))}
      {rows.length > limit ? (
        <div className="px-(--gutter) py-3 wide:px-5">
          <Button fill onPress={() => setLimit(limit + page)}>
            Show {format.count(Math.min(page, rows.length - limit))} more
          </Button>
        </div>
      ) : null}
    </div>
  )
}

function Group({ name, children }: { readonly name: DayGroup; readonly children: readonly ReactNode[] }) {
  if (children.length === 0) return null
  return (
    <>
      <h2 className="px-(--gutter) pt-4 pb-1 text-t1 font-control text-ink-3 wide:px-5">{name}</h2>
      <ul className="divide-y divide-line">{children}</ul>
    </>
  )
}

interface RowProps {
  readonly href: string
  /** The whole name for a screen reader; it begins with what stands in the first line. */
  readonly label: string
  readonly name: string
  readonly time: number
  readonly now: number
  readonly here: boolean
  readonly lead?: ReactNode
  readonly strong?: boolean
  /** Expired, revoked: nothing can be done with it any more. */
  readonly gone?: boolean
  readonly what: ReactNode
  readonly children?: ReactNode
}

/** One row; all of it is the link. */
export function Row(props: RowProps) {
  const { href, label, name, time, now, here, lead, strong = false, gone = false, what, children } = props
  return (
    <li
      className={classes(
        'relative grid min-h-18 content-start items-start gap-x-3 px-(--gutter) py-3 hover:bg-fill wide:px-5',
        lead === undefined ? 'grid-cols-[minmax(0,1fr)]' : 'grid-cols-[2.5rem_minmax(0,1fr)]',
        here &&
          'wide:bg-selected wide:before:absolute wide:before:inset-y-0 wide:before:start-0 wide:before:w-0.5 wide:before:bg-accent',
      )}
    >
      {lead === undefined ? null : <span className={gone ? 'opacity-56' : undefined}>{lead}</span>}
      <div className="flex min-w-0 flex-col">
        <div className="flex items-baseline justify-between gap-2">
          <Link
            href={href}
            data-row=""
            aria-label={label}
            {...(here ? { 'aria-current': 'true' } : {})}
            className={classes(
              'min-w-0 truncate rounded-r1 outline-offset-[-2px] after:absolute after:inset-0',
              strong ? 'font-new' : 'font-control',
              gone && 'text-ink-3',
            )}
          >
            <bdi>{name}</bdi>
          </Link>
          <span className="flex-none text-t1 text-ink-3 tabular-nums">{format.short(time, now)}</span>
        </div>
        <bdi className={classes('truncate', strong ? 'font-new text-ink' : gone ? 'text-ink-3' : 'text-ink-2')}>
          {what}
        </bdi>
        {children}
      </div>
    </li>
  )
}
