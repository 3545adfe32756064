/** Fields: label above, hint below; an error takes the hint's place. */
import { ChevronDown, CircleAlert } from 'lucide-react'
import { type InputHTMLAttributes, type ReactNode, type Ref, useId } from 'react'
import { classes } from './classes.ts'

interface FieldProps {
  readonly label: string
  /** Beside the label, in grey: "optional, encrypted too". */
  readonly aside?: string
  readonly hint?: ReactNode
  readonly error?: string | null
}

interface ControlAttributes {
  readonly id: string
  readonly 'aria-describedby'?: string
  readonly 'aria-invalid'?: true
}

/** The look of a text field. */
export const inputLook =
  'block w-full min-h-(--control) rounded-r2 bg-surface px-3 py-2 text-t3 inset-ring inset-ring-edge placeholder:text-ink-3 focus-visible:outline-offset-[-1px] aria-invalid:inset-ring-2 aria-invalid:inset-ring-bad'

/** Label, control and the line below, tied together. */
export function Field({
  label,
  aside,
  hint,
  error,
  children,
}: FieldProps & { readonly children: (control: ControlAttributes) => ReactNode }) {
  const id = useId()
  const below = `${id}-below`
  const silent = error === undefined && hint === undefined
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-t2 font-control">
        {label}
        {aside === undefined ? null : <span className="font-normal text-ink-3"> {aside}</span>}
      </label>
      {children({ id, ...(silent ? {} : { 'aria-describedby': below }), ...(error ? { 'aria-invalid': true } : {}) })}
      {silent ? null : (
        // A line is kept for what can go wrong, so that nothing moves when it does.
        <div id={below} className="min-h-5 text-t2 text-ink-2">
          {error ? <FieldError text={error} /> : hint}
        </div>
      )}
    </div>
  )
}

export function FieldError({ text }: { readonly text: string }) {
  return (
    <p className="flex gap-2 text-t2 text-bad" role="alert">
      <CircleAlert size={16} strokeWidth={2} aria-hidden="true" className="mt-0.5 flex-none" />
      <span>{text}</span>
    </p>
  )
}

type Own = Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value' | 'id'>

export interface TextFieldProps extends FieldProps, Own {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly ref?: Ref<HTMLInputElement>
}

export function TextField({ label, aside, hint, error, value, onChange, ref, className, ...input }: TextFieldProps) {
  return (
    <Field label={label} {...given({ aside, hint, error })}>
      {control => (
        <input
          {...input}
          {...control}
          ref={ref}
          value={value}
          onChange={event => onChange(event.target.value)}
          className={classes(inputLook, className)}
        />
      )}
    </Field>
  )
}

interface SelectProps<T extends string> extends FieldProps {
  readonly value: T
  readonly options: readonly { readonly value: T; readonly label: string }[]
  readonly onChange: (value: T) => void
}

export function Select<T extends string>({ label, aside, hint, error, value, options, onChange }: SelectProps<T>) {
  const take = (text: string) => {
    const chosen = options.find(option => option.value === text)
    if (chosen !== undefined) onChange(chosen.value)
  }
  return (
    <Field label={label} {...given({ aside, hint, error })}>
      {control => (
        <span className="relative block">
          <select
            {...control}
            value={value}
            onChange={event => take(event.target.value)}
            className={classes(inputLook, 'appearance-none pe-10')}
          >
            {options.map(option => (
              <option key={option.value} value={option.value}>
                {option.label}
              </option>
            ))}
          </select>
          <ChevronDown
            size={16}
            strokeWidth={2}
            aria-hidden="true"
            className="pointer-events-none absolute end-3 top-1/2 -translate-y-1/2 text-ink-2"
          />
        </span>
      )}
    </Field>
  )
}

interface TextAreaProps extends FieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly rows?: number
}

export function TextArea({ label, aside, hint, error, value, onChange, rows = 3 }: TextAreaProps) {
  return (
    <Field label={label} {...given({ aside, hint, error })}>
      {control => (
        <textarea
          {...control}
          rows={rows}
          value={value}
          onChange={event => onChange(event.target.value)}
          className={classes(inputLook, 'min-h-24 resize-y')}
        />
      )}
    </Field>
  )
}

interface CheckboxProps {
  readonly checked: boolean
  /** Some of what it stands for is chosen. */
  readonly mixed?: boolean
  readonly onChange: (checked: boolean) => void
  readonly children: ReactNode
  readonly quiet?: boolean
}

/** A box with its words; `quiet` keeps them for screen readers, where they stand beside it. */
export function Checkbox({ checked, mixed = false, onChange, children, quiet = false }: CheckboxProps) {
  return (
    <label
      className={classes(
        'inline-flex min-h-(--control) items-center gap-2',
        quiet && '-mx-3.5 min-w-12 justify-center',
      )}
    >
      <input
        type="checkbox"
        className="tickbox"
        checked={checked}
        ref={box => {
          if (box !== null) box.indeterminate = mixed && !checked
        }}
        onChange={event => onChange(event.target.checked)}
      />
      <span className={quiet ? 'sr-only' : 'text-t2'}>{children}</span>
    </label>
  )
}

/** Leaves out what was not given, as `exactOptionalPropertyTypes` asks. */
export function given<T extends object>(props: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
