import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import { classes } from './classes.ts'

export type Tone = 'plain' | 'live' | 'good' | 'warn' | 'bad'

const tints: Record<Tone, string> = {
  plain: 'bg-fill text-ink-2',
  live: 'bg-accent-soft text-accent-ink',
  good: 'bg-good-soft text-good',
  warn: 'bg-warn-soft text-warn',
  bad: 'bg-bad-soft text-bad',
}

interface TagProps {
  readonly tone?: Tone
  readonly icon?: LucideIcon
  readonly children: ReactNode
}

/** A state in an icon and words; tinted only where there is something to say. */
export function Tag({ tone = 'plain', icon: Icon, children }: TagProps) {
  return (
    <span
      className={classes(
        'inline-flex min-h-6 flex-none items-center gap-1 rounded-r1 px-2 py-0.5 text-t1 font-control tabular-nums',
        tints[tone],
      )}
    >
      {Icon === undefined ? null : <Icon size={14} strokeWidth={2.25} aria-hidden="true" className="flex-none" />}
      <span>{children}</span>
    </span>
  )
}
