import type { ReactNode, Ref } from 'react'
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button'
import { Focusable } from 'react-aria-components/Focusable'
import { Link } from 'wouter'
import { classes } from './classes.ts'
import { WithTip } from './Tip.tsx'

export type ButtonKind = 'main' | 'second' | 'quiet' | 'plain' | 'risk' | 'danger'

interface Look {
  readonly kind?: ButtonKind
  readonly tight?: boolean
  readonly square?: boolean
  readonly fill?: boolean
}

const kinds: Record<ButtonKind, string> = {
  main: 'bg-accent text-on-accent over:bg-accent-hover pressed:bg-accent-press',
  second: 'bg-surface text-ink inset-ring inset-ring-edge over:bg-fill pressed:bg-fill-strong',
  quiet: 'text-accent over:bg-fill pressed:bg-fill-strong',
  plain: 'text-ink-2 over:bg-fill pressed:bg-fill-strong',
  risk: 'text-bad over:bg-fill pressed:bg-fill-strong',
  danger: 'bg-bad-fill text-on-bad',
}

const waiting = 'data-pending:cursor-default data-pending:bg-fill data-pending:text-ink-3 data-pending:inset-ring-0'

/** The look of a button, for links that stand for one. */
export function buttonLook({ kind = 'second', tight = false, square = false, fill = false }: Look): string {
  return classes(
    'inline-flex items-center justify-center gap-2 rounded-r2 text-center text-ui font-control transition-colors duration-(--quick)',
    // A colour scheme of the system's own takes backgrounds away; an edge stays.
    'forced-colors:border forced-colors:border-solid',
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

type Passed = Pick<AriaButtonProps, 'type' | 'form' | 'onPress' | 'aria-pressed' | 'aria-expanded' | 'slot'>

export interface ButtonProps extends Look, Passed {
  /** The verb in progress, while it runs: "Sealing…". The width stays. */
  readonly busy?: string | false
  /** The whole name; a square button, which shows an icon alone, has it as its tip too. */
  readonly label?: string
  /** The single key that does the same; shown where there is a fine pointer. */
  readonly shortcut?: string
  readonly icon?: ReactNode
  readonly className?: string
  readonly children?: ReactNode
  readonly ref?: Ref<HTMLButtonElement>
}

/** A button. While it is busy it keeps the focus and does nothing. */
export function Button(props: ButtonProps) {
  const { kind, tight, square, fill, busy, label, shortcut, icon, children, className, ...rest } = props
  const look = { kind: kind ?? 'second', tight: tight ?? false, square: square ?? false, fill: fill ?? false }
  const button = (
    <AriaButton
      {...rest}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...keyAttributes(shortcut)}
      render={button => <button {...button} {...(shortcut === undefined ? {} : { 'aria-keyshortcuts': shortcut })} />}
      isPending={Boolean(busy)}
      className={classes(buttonLook(look), className)}
    >
      {icon}
      {busy === undefined ? children : <Swap shown={busy ? busy : children} hidden={busy ? children : ''} />}
      {shortcut === undefined || square ? null : <Key name={shortcut} />}
    </AriaButton>
  )
  return square && label !== undefined ? <WithTip tip={label}>{button}</WithTip> : button
}

function keyAttributes(shortcut: string | undefined) {
  return shortcut === undefined ? {} : { 'data-key': shortcut }
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

/** A link that looks like a button: it goes somewhere, so it stays a link. */
export function LinkButton({ href, icon, label, children, className, shortcut, ...look }: LinkButtonProps) {
  const link = (
    <Link
      href={href}
      className={classes(buttonLook(look), className)}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...keyAttributes(shortcut)}
      {...(shortcut === undefined ? {} : { 'aria-keyshortcuts': shortcut })}
    >
      {icon}
      {children}
    </Link>
  )
  if (!look.square || label === undefined) return link
  return (
    <WithTip tip={label}>
      <Focusable>{link}</Focusable>
    </WithTip>
  )
}
