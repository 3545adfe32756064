import { type Ref, useImperativeHandle, useLayoutEffect, useRef } from 'react'
import { recoveryKeyLength } from '#shared/contract/limits.ts'
import { TextField } from './fields.tsx'
import { caretAfter, keyShown, keyTyped, strangeCharacter } from './recovery-typing.ts'

interface RecoveryKeyFieldProps {
  /** Without dashes, in capitals. */
  readonly value: string
  readonly onChange: (value: string) => void
  readonly error: string | null
  readonly ref?: Ref<HTMLInputElement>
}

/** One field for the whole key: groups of four as it is typed, dashes and small letters as people like. */
export function RecoveryKeyField({ value, onChange, error, ref }: RecoveryKeyFieldProps) {
  const input = useRef<HTMLInputElement>(null)
  const caret = useRef<number | null>(null)
  useImperativeHandle<HTMLInputElement | null, HTMLInputElement | null>(ref, () => input.current)
  const take = (text: string) => {
    const at = input.current?.selectionStart ?? text.length
    caret.current = caretAfter(keyTyped(text.slice(0, at)).length)
    onChange(keyTyped(text))
  }
  // The browser puts the caret at the end when a value is written anew.
  useLayoutEffect(() => {
    if (caret.current === null || document.activeElement !== input.current) return
    input.current?.setSelectionRange(caret.current, caret.current)
    caret.current = null
  })
  const strange = strangeCharacter(value)
  return (
    <TextField
      label="Recovery key"
      value={keyShown(value)}
      onChange={take}
      ref={input}
      autoComplete="off"
      autoCapitalize="characters"
      spellCheck={false}
      hint={
        <span className="tabular-nums">
          {value.length} of {recoveryKeyLength} characters. Dashes and small letters don't matter.
        </span>
      }
      error={
        error ?? (strange === null ? null : `No recovery key has ${article(strange)} in it. Look at that one again.`)
      }
      className="digits"
    />
  )
}

function article(character: string): string {
  return /^[AEFHILMNORSX8]/.test(character) ? `an ${character}` : `a ${character}`
}

/** What is wrong with a key before it is tried; null where it is whole. */
export function keyFault(value: string): string | null {
  if (value.length === recoveryKeyLength) return null
  return `The recovery key has ${recoveryKeyLength} characters; ${value.length} are here.`
}
