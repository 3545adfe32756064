import { Check } from 'lucide-react'
import type { ReactNode } from 'react'
import { classes } from '../../parts/classes.ts'

export type StepState = 'done' | 'now' | 'later'

interface StepProps {
  readonly n: number
  readonly state: StepState
  readonly title: string
  readonly children?: ReactNode
}

/** One of a few things to do in order; a line leads to the next. */
export function Step({ n, state, title, children }: StepProps) {
  return (
    <li
      {...(state === 'now' ? { 'aria-current': 'step' } : {})}
      className="group relative grid grid-cols-[1.5rem_minmax(0,1fr)] gap-x-3 pb-5 last:pb-0"
    >
      <span className="absolute start-3 top-7 bottom-1 w-px bg-line group-last:hidden" aria-hidden="true" />
      <span
        className={classes(
          'grid size-6 place-items-center rounded-full text-t1 font-strong tabular-nums',
          looks[state],
        )}
      >
        {state === 'done' ? (
          <>
            <Check size={14} strokeWidth={2.5} aria-hidden="true" />
            <span className="sr-only">Done:</span>
          </>
        ) : (
          n
        )}
      </span>
      <div className="flex min-w-0 flex-col gap-0.5">
        <h3 className={classes('pt-0.5 text-ui font-strong', state === 'later' && 'text-ink-2')}>{title}</h3>
        <div className="flex flex-col gap-3">{children}</div>
      </div>
    </li>
  )
}

const looks: Record<StepState, string> = {
  done: 'bg-good-soft text-good',
  now: 'bg-accent text-on-accent',
  later: 'bg-fill text-ink-2',
}
