import { Check, Clock4, Info, type LucideIcon, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Fault } from '#client/app/views.ts'
import { headAndRest, sayFault, type WordContext } from '../words.ts'
import { classes } from './classes.ts'

type NoteTone = 'plain' | 'good' | 'warn' | 'bad'

const tones: Record<NoteTone, { readonly icon: LucideIcon; readonly look: string }> = {
  plain: { icon: Info, look: 'bg-fill text-ink-2' },
  good: { icon: Check, look: 'bg-good-soft text-good' },
  warn: { icon: Clock4, look: 'bg-warn-soft text-warn' },
  bad: { icon: TriangleAlert, look: 'bg-bad-soft text-bad' },
}

interface NoteProps {
  readonly tone?: NoteTone
  readonly icon?: LucideIcon
  /** What happened, in bold. */
  readonly head?: string
  /** Read out at once: for what has just gone wrong. */
  readonly alert?: boolean
  readonly actions?: ReactNode
  readonly children?: ReactNode
}

/** Something to know, beside what it is about. */
export function Note({ tone = 'plain', icon, head, alert = false, actions, children }: NoteProps) {
  const Icon = icon ?? tones[tone].icon
  return (
    <div
      {...(alert ? { role: 'alert' } : {})}
      className={classes('grid grid-cols-[auto_minmax(0,1fr)] gap-3 rounded-r2 px-4 py-3 text-t2', tones[tone].look)}
    >
      <Icon size={20} strokeWidth={1.75} aria-hidden="true" />
      <div>
        <p>
          {head === undefined ? null : (
            <b className={classes('font-strong', tone === 'plain' && 'text-ink')}>{head} </b>
          )}
          {children}
        </p>
        {actions === undefined ? null : <div className="mt-3 flex flex-wrap gap-2">{actions}</div>}
      </div>
    </div>
  )
}

interface FaultNoteProps {
  readonly fault: Fault
  readonly context?: WordContext
  readonly tone?: 'warn' | 'bad'
  readonly icon?: LucideIcon
  readonly actions?: ReactNode
}

/** A problem in words, with what can be done. */
export function FaultNote({ fault, context = {}, ...look }: FaultNoteProps) {
  return <SaidNote sentence={sayFault(fault, context)} {...look} />
}

interface SaidNoteProps extends Omit<FaultNoteProps, 'fault' | 'context'> {
  readonly sentence: string
}

/** What went wrong, said already. */
export function SaidNote({ sentence, tone = 'bad', icon, actions }: SaidNoteProps) {
  const [head, rest] = headAndRest(sentence)
  return (
    <Note tone={tone} head={head} alert {...(icon ? { icon } : {})} {...(actions ? { actions } : {})}>
      {rest}
    </Note>
  )
}
