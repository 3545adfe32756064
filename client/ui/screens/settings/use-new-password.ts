import { type FormEvent, type RefObject, useRef, useState } from 'react'
import { passwordFault } from '../../parts/new-password.ts'
import { type Sensitive, useSensitive } from '../../parts/use-sensitive.tsx'

interface NewPassword {
  readonly value: string
  readonly onChange: (value: string) => void
  readonly unfit: string | null
  readonly attempt: Sensitive
  readonly ref: RefObject<HTMLInputElement | null>
  /** Sends it, where it is fit. */
  readonly submit: (event: FormEvent) => void
}

/** A new password that is typed, looked at, and then taken by `work`. */
export function useNewPassword(work: (password: string) => Promise<void>): NewPassword {
  const attempt = useSensitive()
  const ref = useRef<HTMLInputElement>(null)
  const [value, setValue] = useState('')
  const [unfit, setUnfit] = useState<string | null>(null)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const found = passwordFault(value)
    setUnfit(found)
    if (found !== null || !(await attempt.run(() => work(value)))) ref.current?.focus()
  }
  const onChange = (next: string) => {
    setValue(next)
    setUnfit(null)
  }
  return { value, onChange, unfit, attempt, ref, submit: event => void submit(event) }
}
