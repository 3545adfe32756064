/** Fields: label above, hint below; an error takes the hint's place. */
import { ChevronDown, CircleAlert, Search, X } from 'lucide-react'
import { type InputHTMLAttributes, type ReactNode, type Ref, useId } from 'react'
import { Button } from 'react-aria-components/Button'
import { FieldError as AriaFieldError } from 'react-aria-components/FieldError'
import { SearchField as AriaSearchField } from 'react-aria-components/SearchField'
import {
  TextArea as AriaTextArea,
  TextField as AriaTextField,
  Input,
  Label,
  Text,
} from 'react-aria-components/TextField'
import { classes } from './classes.ts'

interface FieldProps {
  readonly label: string
  /** Beside the label, in grey: "optional, encrypted too". */
  readonly aside?: string
  readonly hint?: ReactNode
  readonly error?: string | null
}

/** The look of a text field. */
export const inputLook =
  'block w-full min-h-(--control) rounded-r2 bg-surface px-3 py-2 text-t3 inset-ring inset-ring-edge placeholder:text-ink-3 focus-visible:outline-offset-[-1px] aria-invalid:inset-ring-2 aria-invalid:inset-ring-bad forced-colors:border forced-colors:border-solid'

/** What a field is called. */
export function FieldLabel({ label, aside }: Pick<FieldProps, 'label' | 'aside'>) {
  return (
    <Label className="text-t2 font-control">
      {label}
      {aside === undefined ? null : <span className="font-normal text-ink-3"> {aside}</span>}
    </Label>
  )
}

/** The line below a field. It is kept for what can go wrong, so that nothing moves when it does. */
export function FieldBelow({ hint, error }: Pick<FieldProps, 'hint' | 'error'>) {
  if (error === undefined && hint === undefined) return null
  return (
    <div className="min-h-5 text-t2 text-ink-2">
      {error ? (
        <AriaFieldError className="block">
          <ErrorLine text={error} />
        </AriaFieldError>
      ) : (
        <Text slot="description">{hint}</Text>
      )}
    </div>
  )
}

/** What is wrong, read out at once. */
export function ErrorLine({ text }: { readonly text: string }) {
  return (
    <span className="flex gap-2 text-t2 text-bad" role="alert">
      <CircleAlert size={16} strokeWidth={2} aria-hidden="true" className="mt-0.5 flex-none" />
      <span>{text}</span>
    </span>
  )
}

type FromInput = 'autoComplete' | 'maxLength' | 'inputMode' | 'autoCapitalize' | 'spellCheck'

export interface TextFieldProps extends FieldProps, Pick<InputHTMLAttributes<HTMLInputElement>, FromInput> {
  readonly type?: 'text' | 'email' | 'password'
  readonly value: string
  readonly onChange: (value: string) => void
  readonly ref?: Ref<HTMLInputElement>
  readonly className?: string
  /** At the end, over the field. */
  readonly end?: ReactNode
}

export function TextField(props: TextFieldProps) {
  const { label, aside, hint, error, value, onChange, ref, className, type = 'text', end, ...input } = props
  const field = <Input {...input} ref={ref} className={classes(inputLook, className)} />
  return (
    <AriaTextField
      type={type}
      value={value}
      onChange={onChange}
      isInvalid={Boolean(error)}
      validationBehavior="aria"
      className="flex flex-col gap-1"
    >
      <FieldLabel label={label} {...given({ aside })} />
      {end === undefined ? (
        field
      ) : (
        <span className="relative block">
          {field}
          {end}
        </span>
      )}
      <FieldBelow {...given({ hint, error })} />
    </AriaTextField>
  )
}

interface TextAreaProps extends FieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly rows?: number
}

/** What is written in it is sealed later: browsers store the text of fields with their tabs in clear, unless told not to. */
export function TextArea({ label, aside, hint, error, value, onChange, rows = 3 }: TextAreaProps) {
  return (
    <AriaTextField
      value={value}
      onChange={onChange}
      isInvalid={Boolean(error)}
      validationBehavior="aria"
      className="flex flex-col gap-1"
    >
      <FieldLabel label={label} {...given({ aside })} />
      <AriaTextArea rows={rows} autoComplete="off" className={classes(inputLook, 'min-h-24 resize-y')} />
      <FieldBelow {...given({ hint, error })} />
    </AriaTextField>
  )
}

interface SearchFieldProps {
  readonly label: string
  /** Where in it one can look; the label stands above the field then, else the glass in it says it. */
  readonly within?: string
  readonly value: string
  readonly onChange: (value: string) => void
  /** What is said when nothing fits; it is read out. */
  readonly none?: string | null
}

/** A search in what is on this device. The key / leads here, Escape empties it. */
export function SearchField({ label, within, value, onChange, none = null }: SearchFieldProps) {
  return (
    <div className="grid gap-1">
      <AriaSearchField
        {...(within === undefined ? { 'aria-label': label } : {})}
        value={value}
        onChange={onChange}
        className="group grid gap-1"
      >
        {within === undefined ? null : <FieldLabel label={label} aside={within} />}
        <span className="relative block">
          <Search
            size={16}
            strokeWidth={2}
            aria-hidden="true"
            className="pointer-events-none absolute start-3 top-1/2 -translate-y-1/2 text-ink-2"
          />
          <Input
            {...(within === undefined ? { placeholder: label } : {})}
            autoComplete="off"
            spellCheck={false}
            className={classes(inputLook, 'ps-9 pe-12 [&::-webkit-search-cancel-button]:hidden')}
          />
          <Button className="absolute end-0 top-0 grid size-(--control) place-items-center rounded-r2 text-ink-2 over:bg-fill group-data-empty:hidden">
            <X size={16} strokeWidth={2} aria-hidden="true" />
          </Button>
        </span>
      </AriaSearchField>
      <p role="status" className={none === null ? 'sr-only' : 'text-t2 text-ink-2'}>
        {none}
      </p>
    </div>
  )
}

interface SelectProps<T extends string> extends FieldProps {
  readonly value: T
  readonly options: readonly { readonly value: T; readonly label: string }[]
  readonly onChange: (value: T) => void
}

/** A choice under its label. */
export function Select<T extends string>({ label, aside, hint, value, options, onChange }: SelectProps<T>) {
  const id = useId()
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-t2 font-control">
        {label}
        {aside === undefined ? null : <span className="font-normal text-ink-3"> {aside}</span>}
      </label>
      <Choice
        id={id}
        {...{ value, options, onChange }}
        {...(hint === undefined ? {} : { describedBy: `${id}-below` })}
      />
      {hint === undefined ? null : (
        <p id={`${id}-below`} className="min-h-5 text-t2 text-ink-2">
          {hint}
        </p>
      )}
    </div>
  )
}

interface ChoiceProps<T extends string> extends Pick<SelectProps<T>, 'value' | 'options' | 'onChange'> {
  /** What a label names. */
  readonly id: string
  readonly describedBy?: string
}

/** The browser's own: a phone opens its own wheel for it (docs/decisions). */
export function Choice<T extends string>({ id, describedBy, value, options, onChange }: ChoiceProps<T>) {
  const take = (text: string) => {
    const chosen = options.find(option => option.value === text)
    if (chosen !== undefined) onChange(chosen.value)
  }
  return (
    <span className="relative block">
      <select
        id={id}
        value={value}
        onChange={event => take(event.target.value)}
        aria-describedby={describedBy}
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
  )
}

/** Leaves out what was not given, as `exactOptionalPropertyTypes` asks. */
export function given<T extends object>(props: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(props).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}
