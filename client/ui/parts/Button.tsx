import type { ButtonHTMLAttributes, ReactNode, Ref } from 'react'
import { Link } from 'wouter'
import { classes } from './classes.ts'

export type ButtonKind = 'main' | 'second' | 'quiet' | 'plain' | 'risk' | 'danger'

interface Look {
  readonly kind?: ButtonKind
  readonly tight?: boolean
  readonly square?: boolean
  readonly fill?: boolean
}

const kinds: Record<ButtonKind, string> = {
  main: 'bg-accent text-on-accent hover:bg-accent-hover active:bg-accent-press',
  second: 'bg-surface text-ink inset-ring inset-ring-edge hover:bg-fill active:bg-fill-strong',
  quiet: 'text-accent hover:bg-fill active:bg-fill-strong',
  plain: 'text-ink-2 hover:bg-fill active:bg-fill-strong',
  risk: 'text-bad hover:bg-fill active:bg-fill-strong',
  danger: 'bg-bad-fill text-on-bad',
}

const waiting =
  'aria-disabled:cursor-not-allowed aria-disabled:bg-fill aria-disabled:text-ink-3 aria-disabled:inset-ring-0'

/** The look of a button, for links and labels that stand for one. */
export function buttonLook({ kind = 'second', tight = false, square = false, fill = false }: Look): string {
  return classes(
    'inline-flex items-center justify-center gap-2 rounded-r2 text-center text-ui font-control transition-colors duration-(--quick)',
    tight ? 'min-h-(--tight)' : 'min-h-(--control)',
    square
      ? tight
        ? 'w-(--tight) flex-none'
        : 'w-(--control) flex-none'
      : tight
        ? 'px-4 py-1 fine:px-3'
        : 'px-4 py-1',
    fill && 'w-full',
    kinds[kind],
    waiting,
  )
}

export interface ButtonProps extends Look, Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'aria-label'> {
  /** The verb in progress, while it runs: "Sealing…". The width stays. */
  readonly busy?: string | false
  /** The whole name, where the button shows an icon alone. */
  readonly label?: string
  /** The single key that does the same; shown where there is a fine pointer. */
  readonly shortcut?: string
  readonly icon?: ReactNode
  readonly ref?: Ref<HTMLButtonElement>
}

export function Button(props: ButtonProps) {
  const { kind, tight, square, fill, busy, label, shortcut, icon, children, className, onClick, ...rest } = props
  return (
    <button
      type="button"
      {...rest}
      {...(label === undefined ? {} : { 'aria-label': label, title: label })}
      {...(shortcut === undefined ? {} : { 'data-key': shortcut, 'aria-keyshortcuts': shortcut })}
      {...(busy ? { 'aria-disabled': true } : {})}
      onClick={busy ? undefined : onClick}
      className={classes(buttonLook({ ...look(kind, tight), square: square ?? false, fill: fill ?? false }), className)}
    >
      {icon}
      {busy === undefined ? children : <Swap shown={busy ? busy : children} hidden={busy ? children : ''} />}
      {shortcut === undefined || square ? null : <Key name={shortcut} />}
    </button>
  )
}

function look(kind: ButtonKind | undefined, tight: boolean | undefined): Look {
  return { kind: kind ?? 'second', tight: tight ?? false }
}

/** Two labels in one place: the hidden one keeps the width. */
function Swap({ shown, hidden }: { readonly shown: ReactNode; readonly hidden: ReactNode }) {
  return (
    <span className="inline-grid">
      <span className="col-start-1 row-start-1">{shown}</span>
      <span className="invisible col-start-1 row-start-1" aria-hidden="true">
        {hidden}
      </span>
    </span>
  )
}

const keyNames: Record<string, string> = { 'Control+Enter': 'Ctrl ↵', Delete: 'Del' }

/** A key of the keyboard, where a fine pointer says that there is one. */
export function Key({ name }: { readonly name: string }) {
  return (
    <span
      aria-hidden="true"
      className="hidden h-5 min-w-5 items-center justify-center rounded-r1 px-1 font-sans text-t1 font-medium leading-none inset-ring inset-ring-current fine:inline-flex"
    >
      {keyNames[name] ?? name.toUpperCase()}
    </span>
  )
}

interface LinkButtonProps extends Look {
  readonly href: string
  readonly icon?: ReactNode
  readonly label?: string
  readonly className?: string
  readonly children?: ReactNode
  readonly shortcut?: string
}

export function LinkButton({ href, icon, label, children, className, shortcut, ...look }: LinkButtonProps) {
  return (
    <Link
      href={href}
      className={classes(buttonLook(look), className)}
      {...(label === undefined ? {} : { 'aria-label': label, title: label })}
      {...(shortcut === undefined ? {} : { 'data-key': shortcut, 'aria-keyshortcuts': shortcut })}
    >
      {icon}
      {children}
    </Link>
  )
}
