/** Fields for passwords and for codes from a mail. */
import { Eye, EyeOff } from 'lucide-react'
import { useState } from 'react'
import { textLimits } from '#shared/contract/limits.ts'
import { Button } from './Button.tsx'
import { given, TextField, type TextFieldProps } from './fields.tsx'

interface PasswordFieldProps extends TextFieldProps {
  /** Offers a passphrase; given for new passwords alone. */
  readonly suggest?: () => Promise<string>
}

/** A password: shown on demand, its length counted where it is new. */
export function PasswordField({ suggest, hint, ...field }: PasswordFieldProps) {
  const [shown, setShown] = useState(false)
  const take = async () => {
    if (suggest === undefined) return
    field.onChange(await suggest())
    setShown(true)
  }
  return (
    <div>
      <TextField
        {...field}
        {...given({ hint: suggest === undefined ? hint : <Length of={field.value} /> })}
        type={shown ? 'text' : 'password'}
        autoCapitalize="none"
        spellCheck={false}
        maxLength={textLimits.passwordMax}
        className="pe-12"
        end={<Reveal shown={shown} onChange={setShown} />}
      />
      {suggest === undefined ? null : (
        <Button kind="quiet" tight className="-ms-4 fine:-ms-3" onPress={() => void take()}>
          Suggest a passphrase
        </Button>
      )}
    </div>
  )
}

function Reveal({ shown, onChange }: { readonly shown: boolean; readonly onChange: (shown: boolean) => void }) {
  const Icon = shown ? EyeOff : Eye
  return (
    <Button
      kind="plain"
      square
      slot={null}
      className="absolute end-0 top-0"
      label={shown ? 'Hide password' : 'Show password'}
      onPress={() => onChange(!shown)}
      icon={<Icon size={20} strokeWidth={1.75} aria-hidden="true" />}
    />
  )
}

function Length({ of }: { readonly of: string }) {
  const length = [...of].length
  return (
    <span className="tabular-nums">
      {length === 1 ? '1 character' : `${length} characters`}. At least {textLimits.passwordMin}; a few plain words work
      well.
    </span>
  )
}

/** A code from a mail: one field, so that pasting and filling in work. */
export function CodeField(props: TextFieldProps & { readonly digits: number }) {
  const { digits, onChange, ...field } = props
  return (
    <TextField
      {...field}
      inputMode="numeric"
      autoComplete="one-time-code"
      autoCapitalize="none"
      spellCheck={false}
      maxLength={digits + 8}
      onChange={value => onChange(value.replace(/\D/g, '').slice(0, digits))}
      className="py-3 text-center text-t5 tracking-[0.18em] tabular-nums"
    />
  )
}
