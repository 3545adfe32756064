import { type ReactNode, type Ref, useId } from 'react'

interface SectionProps {
  readonly title: string
  /** At the end of the heading's line. */
  readonly aside?: ReactNode
  /** Below the card, in grey. */
  readonly below?: ReactNode
  /** The heading, which takes the focus when what had it has gone. */
  readonly heading?: Ref<HTMLHeadingElement>
  readonly children: ReactNode
}

/** One subject of the settings: a heading and a card of rows. */
export function Section({ title, aside, below, heading, children }: SectionProps) {
  const id = useId()
  return (
    <section aria-labelledby={id} className="flex flex-col gap-3">
      <div className="flex min-h-(--tight) flex-wrap items-center justify-between gap-x-4">
        <h2 id={id} ref={heading} tabIndex={-1} className="text-t3 font-heading outline-none">
          {title}
        </h2>
        {aside}
      </div>
      <div className="overflow-hidden rounded-r3 bg-surface shadow-e0 forced-colors:border forced-colors:border-solid">
        {children}
      </div>
      {below === undefined ? null : <p className="text-t2 text-ink-2">{below}</p>}
    </section>
  )
}

/** Rows with a hairline between them. */
export function Rows({ children, label }: { readonly children: ReactNode; readonly label?: string }) {
  return (
    <ul className="divide-y divide-line" {...(label === undefined ? {} : { 'aria-label': label })}>
      {children}
    </ul>
  )
}

interface RowProps {
  readonly title: ReactNode
  readonly below?: ReactNode
  readonly icon?: ReactNode
  readonly action?: ReactNode
  /** Under the whole row: what went wrong, or what belongs to it. */
  readonly children?: ReactNode
}

/** What is set, and what can be done about it. */
export function Row({ title, below, icon, action, children }: RowProps) {
  return (
    <li className="flex flex-col gap-3 px-4 py-3 md:px-5">
      <div className="flex min-h-(--control) items-center gap-3">
        {icon}
        <div className="min-w-0 flex-1">
          <p className="font-strong wrap-anywhere">{title}</p>
          {below === undefined ? null : <p className="text-t2 text-ink-2 wrap-anywhere">{below}</p>}
        </div>
        {action === undefined ? null : <div className="flex-none">{action}</div>}
      </div>
      {children}
    </li>
  )
}
