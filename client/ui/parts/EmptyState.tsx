import type { ReactNode } from 'react'

interface EmptyStateProps {
  readonly title: string
  readonly children: ReactNode
  readonly actions?: ReactNode
}

/** Says what to do first. */
export function EmptyState({ title, children, actions }: EmptyStateProps) {
  return (
    <div className="grid max-w-md justify-items-start gap-3 py-8">
      <h2 className="text-t3 font-heading">{title}</h2>
      <p className="text-ink-2">{children}</p>
      {actions === undefined ? null : <div className="mt-1 flex flex-wrap gap-2">{actions}</div>}
    </div>
  )
}
