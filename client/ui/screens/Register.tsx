import { type FormEvent, useEffect, useRef, useState } from 'react'
import { Link } from 'wouter'
import { email as emailSchema, type ServerFacts } from '#shared/contract/account.ts'
import { textLimits } from '#shared/contract/limits.ts'
import type { ProblemCode } from '#shared/contract/problems.ts'
import { useApp, useAttempt } from '../app-context.ts'
import { Button } from '../parts/Button.tsx'
import { Door, DoorTitle } from '../parts/Door.tsx'
import { TextField } from '../parts/fields.tsx'
import { FaultNote, Note } from '../parts/Note.tsx'
import { PasswordField } from '../parts/secret-fields.tsx'
import { Tally } from '../parts/Tally.tsx'
import { textLink } from '../parts/text-link.ts'
import { sayFault } from '../words.ts'

interface Answers {
  readonly name: string
  readonly email: string
  readonly password: string
  readonly invitation: string
}

type Errors = Partial<Record<keyof Answers, string>>

const order: readonly (keyof Answers)[] = ['name', 'email', 'password', 'invitation']

/** Codes that are about one field; others stand above the button. */
const fieldOf: Partial<Record<ProblemCode, keyof Answers>> = {
  'weak-password': 'password',
  'invitation-needed': 'invitation',
}

/** An account: name, address, password. Nothing tells whether the address has one already. */
export function Register() {
  const facts = useFacts()
  return (
    <Door pair>
      {facts?.registration === 'closed' ? <Closed /> : <RegisterForm invited={facts?.registration === 'invitation'} />}
      <Promises />
    </Door>
  )
}

/** How one can register; null until the server has told, and when it cannot be reached. */
function useFacts(): ServerFacts | null {
  const app = useApp()
  const [facts, setFacts] = useState<ServerFacts | null>(null)
  useEffect(() => {
    let here = true
    app.facts().then(
      found => here && setFacts(found),
      // Registering itself says what is wrong with the connection.
      () => undefined,
    )
    return () => {
      here = false
    }
  }, [app])
  return facts
}

function RegisterForm({ invited }: { readonly invited: boolean }) {
  const app = useApp()
  const attempt = useAttempt()
  const [answers, setAnswers] = useState<Answers>({ name: '', email: '', password: '', invitation: '' })
  const [errors, setErrors] = useState<Errors>({})
  const fields = useRef<Partial<Record<keyof Answers, HTMLInputElement | null>>>({})
  const serverErrors = faultErrors(attempt.fault)
  const shown = { ...serverErrors, ...errors }
  const set = (field: keyof Answers) => (value: string) => {
    setAnswers({ ...answers, [field]: value })
    setErrors({ ...errors, [field]: undefined })
    if (serverErrors[field] !== undefined) attempt.clear()
  }
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    const found = check(answers, invited)
    setErrors(found)
    const first = order.find(field => found[field] !== undefined)
    if (first !== undefined) return fields.current[first]?.focus()
    await attempt.run(() => app.register(inputOf(answers)))
  }
  const field = (name: keyof Answers) => ({
    value: answers[name],
    onChange: set(name),
    error: shown[name] ?? null,
    ref: (input: HTMLInputElement | null) => {
      fields.current[name] = input
    },
  })
  return (
    <form className="flex flex-col gap-5" noValidate onSubmit={submit}>
      <DoorTitle title="Send files only their reader can open">
        An account gives you an address that people can send to. It takes a minute.
      </DoorTitle>
      <div className="flex flex-col gap-2">
        <TextField label="Name" autoComplete="name" maxLength={textLimits.name} {...field('name')} />
        <TextField
          label="E-mail"
          type="email"
          autoComplete="email"
          maxLength={textLimits.email}
          hint="We send one code there, to see that the address is yours."
          {...field('email')}
        />
        <PasswordField
          label="Password"
          autoComplete="new-password"
          suggest={() => app.suggestPassphrase()}
          {...field('password')}
        />
        {invited || shown.invitation !== undefined ? (
          <TextField label="Invitation" autoComplete="off" {...field('invitation')} />
        ) : null}
      </div>
      {attempt.fault !== null && Object.keys(serverErrors).length === 0 ? <FaultNote fault={attempt.fault} /> : null}
      <Button type="submit" kind="main" fill busy={attempt.busy && 'Creating account…'}>
        Create account
      </Button>
      <p className="text-t2 text-ink-2">
        You have an account?{' '}
        <Link href="/login" className={textLink}>
          Log in
        </Link>
      </p>
    </form>
  )
}

function faultErrors(fault: ReturnType<typeof useAttempt>['fault']): Errors {
  const field = fault === null ? undefined : fieldOf[fault.code]
  return fault === null || field === undefined ? {} : { [field]: sayFault(fault) }
}

function check(answers: Answers, invited: boolean): Errors {
  const errors: Errors = {}
  if (answers.name.trim() === '') errors.name = 'Enter the name that people know you by.'
  if (!emailSchema.safeParse(answers.email).success)
    errors.email = 'Enter a whole e-mail address, like name@example.org.'
  if ([...answers.password].length < textLimits.passwordMin) {
    errors.password = `Take at least ${textLimits.passwordMin} characters; a few plain words work well.`
  }
  if (invited && answers.invitation.trim() === '') errors.invitation = 'Enter the invitation that you were given.'
  return errors
}

function inputOf({ name, email, password, invitation }: Answers) {
  const given = invitation.trim()
  return { name, email, password, ...(given === '' ? {} : { invitation: given }) }
}

function Closed() {
  return (
    <div className="flex flex-col gap-5">
      <DoorTitle title="Send files only their reader can open" />
      <Note head="This server takes no new accounts.">Ask the people who run it.</Note>
      <p className="text-t2 text-ink-2">
        You have an account?{' '}
        <Link href="/login" className={textLink}>
          Log in
        </Link>
      </p>
    </div>
  )
}

const example = {
  tomas: { name: 'Tomás', fingerprint: '61204 33895 20914 84310 55072 17738', identityHash: 'a', own: false },
  ines: { name: 'Ines', fingerprint: '70632 10258 24642 83074 11677 35538', identityHash: 'b', own: true },
} as const

function Promises() {
  return (
    <aside className="flex flex-col gap-8" aria-label="What happens to your files">
      <figure className="flex flex-wrap items-center gap-6">
        <Tally one={example.tomas} other={example.ines} trust="verified" look={{ pitch: 20 }} />
        <figcaption className="max-w-80 flex-[1_1_14rem] text-t2 text-ink-2">
          <strong className="block font-strong text-ink">Everyone has a mark, drawn from their key.</strong>
          When two people have compared their numbers, the halves meet. Here: Tomás and Ines.
        </figcaption>
      </figure>
      <ol className="flex flex-col gap-6">
        <Assurance title="Your keys are made on this device">
          The server keeps only a copy that your password locks. It can't open it, and neither can we.
        </Assurance>
        <Assurance title="Files are encrypted for people, not for links">
          Each file is encrypted for the key of the person you name. Names and messages too.
        </Assurance>
        <Assurance title="Nobody can reset your keys for you">
          So you make a recovery kit next, and try it once, before you need it.
        </Assurance>
      </ol>
    </aside>
  )
}

function Assurance({ title, children }: { readonly title: string; readonly children: string }) {
  return (
    <li className="flex flex-col gap-1">
      <h2 className="text-t3 font-heading">{title}</h2>
      <p className="text-ink-2">{children}</p>
    </li>
  )
}
