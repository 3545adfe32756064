import { X } from 'lucide-react'
import { type KeyboardEvent, type Ref, useId, useState } from 'react'
import type { PersonView } from '#client/app/views.ts'
import { classes } from './classes.ts'
import { FieldError } from './fields.tsx'
import { Mark } from './Mark.tsx'
import { TrustIcon } from './TrustLine.tsx'
import type { Picker } from './use-people-picker.ts'

interface PeoplePickerProps {
  readonly picker: Picker
  readonly error: string | null
  readonly ref?: Ref<HTMLInputElement>
}

/** People as chips; a name from the list or an e-mail, then Enter or a comma. */
export function PeoplePicker({ picker, error, ref }: PeoplePickerProps) {
  const id = useId()
  const [active, setActive] = useState(-1)
  const shown = picker.suggestions
  const choice = shown[active]
  const fault = picker.fault ?? error
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (shown.length === 0) return
      event.preventDefault()
      setActive((active + (event.key === 'ArrowDown' ? 1 : shown.length + (active === -1 ? 0 : -1))) % shown.length)
    } else if (isEnd(event, picker.text)) {
      event.preventDefault()
      void (choice === undefined ? picker.enter() : picker.add(choice))
      setActive(-1)
    } else if (event.key === 'Tab') void picker.leave()
    else if (event.key === 'Backspace' && picker.text === '') picker.removeLast()
    else if (event.key === 'Escape' && picker.text !== '') picker.type('')
  }
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-t2 font-control">
        To
      </label>
      <div
        className={classes(
          'relative flex flex-wrap gap-2 rounded-r2 bg-surface p-2 inset-ring',
          fault === null ? 'inset-ring-edge' : 'inset-ring-2 inset-ring-bad',
          'focus-within:outline-2 focus-within:outline-offset-[-1px] focus-within:outline-accent',
        )}
      >
        <ul className="contents" aria-label="Recipients">
          {picker.people.map(person => (
            <Chip key={person.userId} person={person} onRemove={() => picker.remove(person)} />
          ))}
        </ul>
        <input
          id={id}
          ref={ref}
          type="text"
          role="combobox"
          inputMode="email"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          aria-expanded={shown.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-describedby={`${id}-below`}
          {...(choice === undefined ? {} : { 'aria-activedescendant': `${id}-${choice.userId}` })}
          {...(fault === null ? {} : { 'aria-invalid': true })}
          placeholder="Name or e-mail"
          value={picker.text}
          onChange={event => {
            picker.type(event.target.value)
            setActive(-1)
          }}
          onKeyDown={onKeyDown}
          className="min-h-11 min-w-36 flex-[1_1_9rem] bg-transparent px-2 text-t3 outline-none placeholder:text-ink-3 md:min-h-9"
        />
        <Suggestions id={id} people={shown} active={active} onChoose={person => void picker.add(person)} />
      </div>
      <div id={`${id}-below`} className="min-h-5 text-t2 text-ink-2">
        {fault === null ? (
          <span role="status">{picker.busy ? 'Looking up the address…' : ''}</span>
        ) : (
          <FieldError text={fault} />
        )}
      </div>
    </div>
  )
}

function isEnd(event: KeyboardEvent, text: string): boolean {
  if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return false
  return (
    (event.key === 'Enter' || event.key === ',' || event.key === ';') && (text.trim() !== '' || event.key !== 'Enter')
  )
}

function Chip({ person, onRemove }: { readonly person: PersonView; readonly onRemove: () => void }) {
  const changed = person.trust === 'identity-changed'
  return (
    <li
      title={person.email}
      className={classes(
        'inline-flex min-h-11 max-w-full items-center gap-2 rounded-r2 ps-2 md:min-h-9',
        changed ? 'bg-bad-soft text-bad' : 'bg-fill',
      )}
    >
      <Mark fingerprint={person.fingerprint} size={24} />
      <bdi className="truncate font-control">{person.name}</bdi>
      <TrustIcon trust={person.trust} />
      <button
        type="button"
        aria-label={`Remove ${person.name}`}
        onClick={onRemove}
        className="grid size-11 flex-none place-items-center rounded-r1 text-ink-2 md:h-9 md:w-8"
      >
        <X size={16} strokeWidth={2} aria-hidden="true" />
      </button>
    </li>
  )
}

interface SuggestionsProps {
  readonly id: string
  readonly people: readonly PersonView[]
  readonly active: number
  readonly onChoose: (person: PersonView) => void
}

function Suggestions({ id, people, active, onChoose }: SuggestionsProps) {
  return (
    <div
      id={`${id}-list`}
      role="listbox"
      aria-label="People you know"
      hidden={people.length === 0}
      className="absolute inset-x-0 top-full z-30 mt-1 overflow-hidden rounded-r2 bg-raised py-1 shadow-e2"
    >
      {people.map((person, place) => (
        // The field keeps the focus and its keys walk here; a press must not take it away.
        // biome-ignore lint/a11y/useKeyWithClickEvents: the combobox has the keys
        <div
          key={person.userId}
          id={`${id}-${person.userId}`}
          role="option"
          tabIndex={-1}
          aria-selected={place === active}
          onMouseDown={event => event.preventDefault()}
          onClick={() => onChoose(person)}
          className="flex min-h-12 cursor-pointer items-center gap-3 px-3 py-1 hover:bg-fill aria-selected:bg-fill"
        >
          <Mark fingerprint={person.fingerprint} size={24} />
          <span className="min-w-0 flex-1">
            <bdi className="block truncate font-control">{person.name}</bdi>
            <bdi className="block truncate text-t2 text-ink-2">{person.email}</bdi>
          </span>
          <TrustIcon trust={person.trust} />
        </div>
      ))}
    </div>
  )
}
