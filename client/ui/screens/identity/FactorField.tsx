import { type RefObject, useRef, useState } from 'react'
import type { FactorTyped } from '#client/app/safety-views.ts'
import type { FactorWay } from '#shared/contract/factors.ts'
import { useApp } from '../../app-context.ts'
import { Button } from '../../parts/Button.tsx'
import { TextField } from '../../parts/fields.tsx'
import { Note } from '../../parts/Note.tsx'
import { Fold } from '../../parts/Page.tsx'
import { CodeField } from '../../parts/secret-fields.tsx'
import { digitsOf, factorTyped, waysHere, wayWords } from './second-factor.ts'

export interface Factor {
  /** The way that is shown; null where this browser can take none of them. */
  readonly way: FactorWay | null
  readonly others: readonly FactorWay[]
  readonly code: string
  readonly unfit: boolean
  readonly field: RefObject<HTMLInputElement | null>
  setCode(code: string): void
  setWay(way: FactorWay): void
  /** What to send; null where it cannot be a code, and the field says so then. */
  take(): FactorTyped | null
}

/** The second factor being given: which way, and what has been typed. `onTouch`: another code or way, so no longer wrong. */
export function useFactor(ways: readonly FactorWay[], onTouch: () => void): Factor {
  const here = waysHere(ways, useApp().passkeysHere)
  const [chosen, setChosen] = useState<FactorWay | null>(null)
  const [code, setCode] = useState('')
  const [unfit, setUnfit] = useState(false)
  const field = useRef<HTMLInputElement>(null)
  const way = chosen ?? here[0] ?? null
  const set = (next: string) => {
    setCode(next)
    setUnfit(false)
    onTouch()
  }
  return {
    way,
    others: here.filter(one => one !== way),
    code,
    unfit,
    field,
    setCode: set,
    setWay: next => {
      setChosen(next)
      set('')
    },
    take: () => {
      const typed = way === null ? null : factorTyped(way, code)
      setUnfit(typed === null)
      if (typed === null) field.current?.focus()
      return typed
    },
  }
}

interface FactorFieldProps {
  readonly factor: Factor
  /** What the server said of the code. */
  readonly error: string | null
}

/** The field of the way that is shown, or the sentence where nothing is typed. */
export function FactorField({ factor, error }: FactorFieldProps) {
  const { way } = factor
  if (way === null) {
    return (
      <Note tone="warn" head="This browser has no passkeys.">
        Go on in the browser or on the device where you added yours.
      </Note>
    )
  }
  const words = wayWords[way]
  if (words.label === null) return <p className="text-ink-2">{words.hint}</p>
  const props = {
    label: words.label,
    hint: words.hint,
    value: factor.code,
    onChange: factor.setCode,
    ref: factor.field,
    error: factor.unfit ? words.unfit : error,
  }
  const digits = digitsOf(way)
  if (digits !== null) return <CodeField key={way} {...props} digits={digits} />
  return (
    <TextField key={way} {...props} autoComplete="off" autoCapitalize="characters" spellCheck={false} maxLength={32} />
  )
}

/** The other ways, folded away. */
export function OtherWays({ factor }: { readonly factor: Factor }) {
  if (factor.others.length === 0) return null
  return (
    <Fold title="Use another way">
      <div className="flex flex-wrap gap-2 max-[30rem]:*:flex-auto">
        {factor.others.map(way => (
          <Button key={way} onPress={() => factor.setWay(way)}>
            {wayWords[way].name}
          </Button>
        ))}
      </div>
    </Fold>
  )
}
