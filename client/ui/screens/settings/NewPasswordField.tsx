import type { RefObject } from 'react'
import { type Attempt, useApp, useMe } from '../../app-context.ts'
import { PasswordField } from '../../parts/secret-fields.tsx'
import { sayFault } from '../../words.ts'

interface NewPasswordFieldProps {
  readonly value: string
  readonly onChange: (value: string) => void
  /** What was wrong before it was sent. */
  readonly unfit: string | null
  /** Its `weak-password` is said at the field. */
  readonly attempt: Attempt
  readonly ref: RefObject<HTMLInputElement | null>
}

/** The new password of an account that is open. */
export function NewPasswordField({ value, onChange, unfit, attempt, ref }: NewPasswordFieldProps) {
  const app = useApp()
  const me = useMe()
  const weak = isWeak(attempt) && attempt.fault !== null ? sayFault(attempt.fault) : null
  return (
    <>
      <input type="text" autoComplete="username" value={me?.email ?? ''} readOnly hidden />
      <PasswordField
        label="New password"
        autoComplete="new-password"
        suggest={() => app.suggestPassphrase()}
        value={value}
        ref={ref}
        onChange={next => {
          onChange(next)
          if (weak !== null) attempt.clear()
        }}
        error={unfit ?? weak}
      />
    </>
  )
}

export function isWeak({ fault }: Attempt): boolean {
  return fault?.code === 'weak-password'
}
