/** What is switched on and off, and what is one of several. */
import { Check, type LucideIcon, Minus } from 'lucide-react'
import type { ReactNode } from 'react'
import { Checkbox as AriaCheckbox } from 'react-aria-components/Checkbox'
import { Label, Radio, RadioGroup } from 'react-aria-components/RadioGroup'
import { Switch as AriaSwitch } from 'react-aria-components/Switch'
import { classes } from './classes.ts'

interface CheckboxProps {
  readonly checked: boolean
  /** Some of what it stands for is chosen. */
  readonly mixed?: boolean
  readonly onChange: (checked: boolean) => void
  readonly children: ReactNode
  /** Keeps the words for screen readers, where they stand beside the box. */
  readonly quiet?: boolean
}

/** A box with its words. */
export function Checkbox({ checked, mixed = false, onChange, children, quiet = false }: CheckboxProps) {
  const some = mixed && !checked
  const Sign = some ? Minus : Check
  return (
    <AriaCheckbox
      isSelected={checked}
      isIndeterminate={some}
      onChange={onChange}
      className={classes(
        'group relative inline-flex min-h-(--control) cursor-pointer items-center gap-2',
        quiet && '-mx-3.5 min-w-12 justify-center',
      )}
    >
      <span className="grid size-5 flex-none place-items-center rounded-r1 bg-surface text-on-accent inset-ring inset-ring-edge group-data-focus-visible:outline-2 group-data-focus-visible:outline-offset-2 group-data-focus-visible:outline-accent group-data-indeterminate:bg-accent group-data-indeterminate:inset-ring-0 group-data-selected:bg-accent group-data-selected:inset-ring-0 forced-colors:border forced-colors:border-solid forced-colors:text-[CanvasText]">
        {checked || some ? <Sign size={16} strokeWidth={2.5} aria-hidden="true" /> : null}
      </span>
      <span className={quiet ? 'sr-only' : 'text-t2'}>{children}</span>
    </AriaCheckbox>
  )
}

interface SwitchProps {
  readonly on: boolean
  readonly onChange: (on: boolean) => void
  readonly children: ReactNode
}

/** A setting that holds at once. */
export function Switch({ on, onChange, children }: SwitchProps) {
  return (
    <AriaSwitch
      isSelected={on}
      onChange={onChange}
      className="group relative inline-flex min-h-(--control) cursor-pointer items-center gap-3 text-t2"
    >
      <span className="flex h-6 w-11 flex-none items-center rounded-full bg-surface px-1 inset-ring inset-ring-edge transition-colors duration-(--quick) group-data-focus-visible:outline-2 group-data-focus-visible:outline-offset-2 group-data-focus-visible:outline-accent group-data-selected:bg-accent group-data-selected:inset-ring-0 forced-colors:border forced-colors:border-solid">
        <span className="size-4 rounded-full bg-edge transition-[margin] duration-(--quick) group-data-selected:ms-5 group-data-selected:bg-on-accent forced-colors:bg-[CanvasText]" />
      </span>
      {children}
    </AriaSwitch>
  )
}

interface OneOfProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly options: readonly { readonly value: T; readonly label: string; readonly icon: LucideIcon }[]
  readonly onChange: (value: T) => void
}

/** One of a few, side by side. */
export function OneOf<T extends string>({ label, value, options, onChange }: OneOfProps<T>) {
  const take = (text: string) => {
    const chosen = options.find(option => option.value === text)
    if (chosen !== undefined) onChange(chosen.value)
  }
  return (
    <RadioGroup value={value} onChange={take} orientation="horizontal" className="grid justify-items-start gap-2">
      <Label className="text-t2 text-ink-2">{label}</Label>
      <div className="inline-flex max-w-full flex-wrap rounded-r2 bg-fill-strong p-0.5">
        {options.map(({ value: one, label: words, icon: Icon }) => (
          <Radio
            key={one}
            value={one}
            className="relative inline-flex min-h-[calc(var(--control)-4px)] cursor-pointer items-center gap-2 rounded-[6px] px-3 text-t2 font-control text-ink-2 data-focus-visible:outline-2 data-focus-visible:outline-accent data-selected:bg-raised data-selected:text-ink data-selected:shadow-e1 forced-colors:data-selected:border forced-colors:data-selected:border-solid"
          >
            <Icon size={16} strokeWidth={2} aria-hidden="true" />
            {words}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  )
}
