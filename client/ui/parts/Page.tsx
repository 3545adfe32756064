import { ArrowLeft, ChevronRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { Disclosure, DisclosurePanel } from 'react-aria-components/Disclosure'
import { useArrival } from '../navigation.ts'
import { LinkButton } from './Button.tsx'
import { classes } from './classes.ts'

interface TopBarProps {
  readonly title: string
  /** As with {@link PageTitle}. */
  readonly tab?: string
  /** The page that this one belongs to. */
  readonly back?: string
  readonly actions?: ReactNode
}

/** The bar of a page with its h1. */
export function TopBar({ title, tab, back, actions }: TopBarProps) {
  return (
    <header
      className={classes(
        'sticky top-0 z-10 flex min-h-14 items-center gap-2 bg-canvas pe-2 md:min-h-18 md:pe-(--gutter)',
        back === undefined ? 'ps-(--gutter)' : 'ps-2 md:ps-[calc(var(--gutter)-10px)]',
      )}
    >
      {back === undefined ? null : <BackButton href={back} />}
      <PageTitle
        title={title}
        {...(tab === undefined ? {} : { tab })}
        className="min-w-0 flex-1 text-t4 wrap-anywhere md:text-t5"
      />
      {actions}
    </header>
  )
}

/** Esc leads the same way. */
export function BackButton({ href }: { readonly href: string }) {
  return (
    <LinkButton
      href={href}
      kind="plain"
      square
      tight
      label="Back"
      shortcut="Escape"
      icon={<ArrowLeft size={20} strokeWidth={1.75} aria-hidden="true" className="turns" />}
    />
  )
}

/** The one h1 of a page; it takes the focus after navigation. */
export function PageTitle({
  title,
  tab = title,
  className,
  children,
}: {
  readonly title: string
  /** What the window is called instead, where the title is somebody's words or name: those don't leave the page. */
  readonly tab?: string
  readonly className?: string
  readonly children?: ReactNode
}) {
  const heading = useArrival(tab)
  return (
    <h1 ref={heading} tabIndex={-1} className={classes('font-heading tracking-[-0.014em]', className)}>
      {children ?? <bdi>{title}</bdi>}
    </h1>
  )
}

interface BodyProps {
  readonly width?: 'narrow' | 'wide'
  readonly children: ReactNode
}

/** The column of a page under its bar. */
export function Body({ width = 'narrow', children }: BodyProps) {
  return (
    <div
      className={classes(
        'flex w-full flex-col gap-6 px-(--gutter) pt-2 pb-8',
        width === 'wide' ? 'max-w-[68rem]' : 'max-w-[46rem]',
      )}
    >
      {children}
    </div>
  )
}

interface CardProps {
  readonly flush?: boolean
  readonly className?: string
  readonly children: ReactNode
  /** Its heading's id, which makes it a region. */
  readonly labelledBy?: string
}

export function Card({ flush = false, className, children, labelledBy }: CardProps) {
  return (
    <section
      {...(labelledBy === undefined ? {} : { 'aria-labelledby': labelledBy })}
      className={classes(
        'rounded-r3 bg-surface shadow-e0 forced-colors:border forced-colors:border-solid',
        flush ? 'overflow-hidden' : 'flex flex-col gap-4 p-4 md:p-5',
        className,
      )}
    >
      {children}
    </section>
  )
}

export function CardTitle({ children, id }: { readonly children: ReactNode; readonly id?: string }) {
  return (
    <h2 {...(id === undefined ? {} : { id })} className="text-t3 font-heading tracking-[-0.006em]">
      {children}
    </h2>
  )
}

interface FoldProps {
  readonly title: string
  readonly children: ReactNode
  readonly open?: boolean
}

/** A fold with its summary. What is folded away is still found by the browser's search in the page. */
export function Fold({ title, children, open = false }: FoldProps) {
  return (
    <Disclosure defaultExpanded={open} className="group">
      <AriaButton
        slot="trigger"
        className="flex min-h-(--control) items-center gap-2 rounded-r2 text-start text-t2 text-ink-2 over:text-ink"
      >
        <ChevronRight
          size={16}
          strokeWidth={2}
          aria-hidden="true"
          className="flex-none transition-transform duration-(--quick) group-data-expanded:rotate-90 rtl:not-group-data-expanded:-scale-x-100"
        />
        {title}
      </AriaButton>
      <DisclosurePanel>
        <div className="pt-1">{children}</div>
      </DisclosurePanel>
    </Disclosure>
  )
}
