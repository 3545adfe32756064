import { type FormEvent, useId, useRef, useState } from 'react'
import { textLimits, times } from '#shared/contract/limits.ts'
import type { TokenScope } from '#shared/contract/sessions.ts'
import { useApp } from '../../app-context.ts'
import { Button } from '../../parts/Button.tsx'
import { CopyButton } from '../../parts/CopyButton.tsx'
import { Checkbox } from '../../parts/choices.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { ErrorLine, Select, TextField } from '../../parts/fields.tsx'
import { FaultNote, Note } from '../../parts/Note.tsx'
import { useSensitive } from '../../parts/use-sensitive.tsx'
import { lifeWords, scopeOrder, scopeWords } from './security-words.ts'

interface NewTokenProps {
  readonly onClose: () => void
  readonly onMade: () => void
}

/** A token's name, rights and life; then the token, this once. */
export function NewToken({ onClose, onMade }: NewTokenProps) {
  const [token, setToken] = useState<string | null>(null)
  const made = (text: string) => {
    setToken(text)
    onMade()
  }
  return token === null ? <Choose onClose={onClose} onMade={made} /> : <Shown token={token} onClose={onClose} />
}

const lives = [1, 7, 30, 90, 365].map(days => ({ value: String(days), label: lifeWords(days * times.day) }))

function Choose({ onClose, onMade }: { readonly onClose: () => void; readonly onMade: (token: string) => void }) {
  const app = useApp()
  const attempt = useSensitive()
  const field = useRef<HTMLInputElement>(null)
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<readonly TokenScope[]>([])
  const [days, setDays] = useState('30')
  const [pressed, setPressed] = useState(false)
  const unnamed = name.trim() === ''
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setPressed(true)
    if (unnamed) return field.current?.focus()
    if (scopes.length === 0) return
    const order = { name: name.trim(), scopes, life: Number(days) * times.day }
    void attempt.run(async () => onMade(await app.createToken(order)))
  }
  return (
    <Dialog
      title="New API token"
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>Cancel</Button>
          <Button type="submit" form="new-token" kind="main" busy={attempt.busy && 'Making it…'}>
            Make token
          </Button>
        </>
      }
    >
      <form id="new-token" noValidate onSubmit={submit} className="flex flex-col gap-3 text-ink">
        <TextField
          label="Name of the token"
          hint="What uses it: nightly export."
          autoComplete="off"
          maxLength={textLimits.name}
          value={name}
          ref={field}
          onChange={setName}
          error={pressed && unnamed ? 'Enter a name.' : null}
        />
        <Scopes scopes={scopes} onChange={setScopes} missing={pressed && scopes.length === 0} />
        <Select label="It lives for" value={days} options={lives} onChange={setDays} />
      </form>
      {attempt.fault === null ? null : <FaultNote fault={attempt.fault} />}
      {attempt.dialog}
    </Dialog>
  )
}

interface ScopesProps {
  readonly scopes: readonly TokenScope[]
  readonly onChange: (scopes: readonly TokenScope[]) => void
  readonly missing: boolean
}

function Scopes({ scopes, onChange, missing }: ScopesProps) {
  const id = useId()
  const turn = (scope: TokenScope, on: boolean) =>
    onChange(scopeOrder.filter(one => (one === scope ? on : scopes.includes(one))))
  return (
    <fieldset className="flex flex-col items-start" aria-describedby={id}>
      <legend className="text-t2 font-control">It may</legend>
      {scopeOrder.map(scope => (
        <Checkbox key={scope} checked={scopes.includes(scope)} onChange={on => turn(scope, on)}>
          {scopeWords[scope].choice}
        </Checkbox>
      ))}
      <div id={id} className="min-h-5">
        {missing ? <ErrorLine text="Choose at least one." /> : null}
      </div>
    </fieldset>
  )
}

function Shown({ token, onClose }: { readonly token: string; readonly onClose: () => void }) {
  const [warned, setWarned] = useState(false)
  return (
    <Dialog
      alert
      title="Your new token"
      onClose={() => setWarned(true)}
      actions={
        <Button kind="main" onPress={onClose}>
          I have kept it
        </Button>
      }
    >
      <p>It is shown this once. Whoever has it can do what you allowed, until it is revoked.</p>
      <p className="digits rounded-r2 bg-fill p-4 text-ink select-all wrap-anywhere">
        <code className="font-sans">{token}</code>
      </p>
      <CopyButton text={token}>Copy token</CopyButton>
      {warned ? (
        <Note tone="warn" head="It is not shown again." alert>
          Copy it to where the program reads it first.
        </Note>
      ) : null}
    </Dialog>
  )
}
