import { X } from 'lucide-react'
import { type KeyboardEvent, type Ref, useId, useRef } from 'react'
import { Button } from 'react-aria-components/Button'
import { ComboBox, Input, ListBox, ListBoxItem, Popover } from 'react-aria-components/ComboBox'
import { Tag, TagGroup, TagList } from 'react-aria-components/TagGroup'
import type { PersonView } from '#client/app/views.ts'
import { classes } from './classes.ts'
import { ErrorLine } from './fields.tsx'
import { Mark } from './Mark.tsx'
import { TrustIcon, trustWords } from './TrustLine.tsx'
import type { Picker } from './use-people-picker.ts'

interface PeoplePickerProps {
  readonly picker: Picker
  readonly error: string | null
  readonly ref?: Ref<HTMLInputElement>
}

/** People as chips; a name from the list or an e-mail, then Enter or a comma. */
export function PeoplePicker({ picker, error, ref }: PeoplePickerProps) {
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const fault = picker.fault ?? error
  const choose = (key: string | number | null) => {
    const person = picker.suggestions.find(one => one.userId === key)
    if (person !== undefined) void picker.add(person)
  }
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} id={`${id}-label`} className="text-t2 font-control">
        To
      </label>
      <div
        ref={box}
        className={classes(
          'relative flex flex-wrap gap-2 rounded-r2 bg-surface p-2 inset-ring forced-colors:border forced-colors:border-solid',
          fault === null ? 'inset-ring-edge' : 'inset-ring-2 inset-ring-bad',
          'has-[input:focus-visible]:outline-2 has-[input:focus-visible]:outline-offset-[-1px] has-[input:focus-visible]:outline-accent',
        )}
      >
        {/* Beside the combobox, not inside: that would take the chips for its own options. */}
        <Chips picker={picker} />
        <ComboBox
          id={id}
          aria-labelledby={`${id}-label`}
          aria-describedby={`${id}-below`}
          allowsCustomValue
          menuTrigger="input"
          items={picker.suggestions}
          selectedKey={null}
          inputValue={picker.text}
          // Choosing somebody empties the field by itself; the name must not stand in it for a moment.
          onInputChange={text => picker.suggestions.every(person => person.name !== text) && picker.type(text)}
          onSelectionChange={choose}
          onKeyDown={event => onKey(event, picker)}
          isInvalid={fault !== null}
          validationBehavior="aria"
          className="contents"
        >
          <Input
            ref={ref}
            inputMode="email"
            autoCapitalize="none"
            spellCheck={false}
            placeholder="Name or e-mail"
            className="min-h-11 min-w-36 flex-[1_1_9rem] bg-transparent px-2 text-t3 outline-none placeholder:text-ink-3 md:min-h-9"
          />
          <Suggestions under={box} />
        </ComboBox>
      </div>
      <div id={`${id}-below`} className="min-h-5 text-t2 text-ink-2">
        {fault === null ? (
          <span role="status">{picker.busy ? 'Looking up the address…' : ''}</span>
        ) : (
          <ErrorLine text={fault} />
        )}
      </div>
    </div>
  )
}

/** Keys that the list of suggestions leaves to the field. */
function onKey(event: KeyboardEvent, picker: Picker): void {
  const input = event.target
  if (!(input instanceof HTMLInputElement)) return
  if (isEnd(event, picker.text)) {
    event.preventDefault()
    // With a row of the list under the cursor, Enter takes that row.
    if (input.getAttribute('aria-activedescendant') === null || event.key !== 'Enter') void picker.enter()
  } else if (event.key === 'Tab') void picker.leave()
  else if (event.key === 'Backspace' && picker.text === '') picker.removeLast()
}

function isEnd(event: KeyboardEvent, text: string): boolean {
  if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey) return false
  return (
    (event.key === 'Enter' || event.key === ',' || event.key === ';') && (text.trim() !== '' || event.key !== 'Enter')
  )
}

/** Arrows walk the chips, Delete takes one off. */
function Chips({ picker }: { readonly picker: Picker }) {
  if (picker.people.length === 0) return null
  const remove = (keys: ReadonlySet<string | number>) => {
    for (const person of picker.people) if (keys.has(person.userId)) picker.remove(person)
  }
  return (
    <TagGroup aria-label="Recipients" onRemove={remove} className="contents">
      <TagList items={picker.people} className="contents">
        {person => <Chip person={person} />}
      </TagList>
    </TagGroup>
  )
}

function Chip({ person }: { readonly person: PersonView }) {
  const changed = person.trust === 'identity-changed'
  return (
    <Tag
      id={person.userId}
      textValue={`${person.name}, ${trustWords(person.trust)}`}
      className={classes(
        'inline-flex min-h-11 max-w-full cursor-default items-center gap-2 rounded-r2 ps-2 md:min-h-9 forced-colors:border forced-colors:border-solid',
        changed ? 'bg-bad-soft text-bad' : 'bg-fill',
      )}
    >
      <Mark fingerprint={person.fingerprint} size={24} />
      <bdi className="truncate font-control">{person.name}</bdi>
      <TrustIcon trust={person.trust} />
      <Button
        slot="remove"
        aria-label={`Remove ${person.name}`}
        className="grid size-11 flex-none place-items-center rounded-r1 text-ink-2 over:bg-fill-strong md:h-9 md:w-8"
      >
        <X size={16} strokeWidth={2} aria-hidden="true" />
      </Button>
    </Tag>
  )
}

function Suggestions({ under }: { readonly under: { readonly current: HTMLElement | null } }) {
  return (
    <Popover
      triggerRef={under}
      placement="bottom start"
      offset={4}
      className="w-(--trigger-width) overflow-auto rounded-r2 bg-raised py-1 shadow-e2 forced-colors:border forced-colors:border-solid"
    >
      <ListBox<PersonView> aria-label="People you know" className="outline-none">
        {person => (
          <ListBoxItem
            id={person.userId}
            textValue={person.name}
            className="flex min-h-12 cursor-pointer items-center gap-3 px-3 py-1 data-focused:bg-fill forced-colors:data-focused:outline-2"
          >
            <Mark fingerprint={person.fingerprint} size={24} />
            <span className="min-w-0 flex-1">
              <bdi className="block truncate font-control">{person.name}</bdi>
              <bdi className="block truncate text-t2 text-ink-2">{person.email}</bdi>
            </span>
            <TrustIcon trust={person.trust} />
          </ListBoxItem>
        )}
      </ListBox>
    </Popover>
  )
}
