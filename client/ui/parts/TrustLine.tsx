import { Check, CircleDashed, CircleHelp, type LucideIcon, TriangleAlert } from 'lucide-react'
import type { Trust } from '#client/app/views.ts'
import { classes } from './classes.ts'

export type KnownTrust = Trust | 'unknown'

interface Look {
  readonly icon: LucideIcon
  readonly words: string
  readonly ink: string
}

const looks: Record<KnownTrust, Look> = {
  verified: { icon: Check, words: 'Verified', ink: 'text-good' },
  'not-verified': { icon: CircleDashed, words: 'Not verified yet', ink: 'text-ink-2' },
  'identity-changed': { icon: TriangleAlert, words: 'Identity changed', ink: 'text-bad' },
  unknown: { icon: CircleHelp, words: 'Not known on this device', ink: 'text-ink-2' },
}

interface TrustLineProps {
  readonly trust: KnownTrust
  /** Other words for the same state: "Sender not verified yet". */
  readonly words?: string
}

/** Whether two people have compared their numbers: always an icon and words. */
export function TrustLine({ trust, words }: TrustLineProps) {
  const look = looks[trust]
  return (
    <span className={classes('inline-flex min-w-0 items-center gap-1 text-t2', look.ink)}>
      <look.icon size={16} strokeWidth={2} aria-hidden="true" className="flex-none" />
      <span className="min-w-0">{words ?? look.words}</span>
    </span>
  )
}

/** The state's words as the end of a name: "Miriam Osei, not verified yet". */
export function trustWords(trust: KnownTrust): string {
  return looks[trust].words.toLowerCase()
}

/** The icon alone, beside a name in a chip. */
export function TrustIcon({ trust }: { readonly trust: KnownTrust }) {
  const look = looks[trust]
  return (
    <look.icon
      size={16}
      strokeWidth={2}
      role="img"
      aria-label={trustWords(trust)}
      className={classes('flex-none', look.ink)}
    />
  )
}
