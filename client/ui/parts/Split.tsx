import type { ReactNode } from 'react'
import { PageTitle } from './Page.tsx'

interface SplitProps {
  readonly title: string
  /** What the list is waiting beside: a detail, or null while none is chosen. */
  readonly detail: ReactNode | null
  /** Shown beside the list where there is room, while nothing is chosen. */
  readonly rest: string
  /** A search over the list; absent while there is nothing to search in. */
  readonly search?: ReactNode
  readonly children: ReactNode
}

/** List and detail: side by side where it is wide, one after the other elsewhere. */
export function Split({ title, detail, rest, search, children }: SplitProps) {
  const chosen = detail !== null
  return (
    <div data-split="" className="wide:grid wide:min-h-0 wide:flex-1 wide:grid-cols-[25rem_minmax(0,1fr)]">
      <section
        aria-label={title}
        className={`wide:block wide:overflow-auto wide:border-e wide:border-line ${chosen ? 'hidden' : ''}`}
      >
        <header className="sticky top-0 z-10 grid bg-canvas px-(--gutter) pb-1 wide:px-5">
          <div className="flex min-h-14 items-center md:min-h-18 wide:min-h-16">
            <ListTitle title={title} chosen={chosen} />
          </div>
          {search}
        </header>
        {children}
      </section>
      <section
        aria-label="Transfer"
        className={`min-h-full bg-surface wide:block wide:overflow-auto ${chosen ? 'max-wide:bg-canvas' : 'hidden'}`}
      >
        {detail ?? <p className="p-8 text-ink-2">{rest}</p>}
      </section>
    </div>
  )
}

/** A page has one h1: the list's, until a detail brings its own. */
function ListTitle({ title, chosen }: { readonly title: string; readonly chosen: boolean }) {
  const look = 'text-t4 md:text-t5 wide:text-t4'
  return chosen ? (
    <p className={`font-heading tracking-[-0.014em] ${look}`}>{title}</p>
  ) : (
    <PageTitle title={title} className={look} />
  )
}
