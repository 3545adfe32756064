import { useState } from 'react'
import type { App, PersonView } from '#client/app/views.ts'
import { faultOf, useLive } from '../app-context.ts'
import { withPerson } from '../draft.ts'
import { fold } from '../search.ts'
import { sayFault } from '../words.ts'

export interface Picker {
  readonly people: readonly PersonView[]
  readonly text: string
  readonly busy: boolean
  /** Why the text did not become a person. */
  readonly fault: string | null
  readonly suggestions: readonly PersonView[]
  type(text: string): void
  /** Takes what is typed: the one suggestion that fits, or a look-up of the address. */
  enter(): Promise<boolean>
  /**
   * The field is left by the keyboard: a whole address is looked up, the rest stays as it is. Not when a pointer leaves
   * it: the new chip would push the button away that is being pressed. `settle` takes what still hangs there.
   */
  leave(): Promise<boolean>
  add(person: PersonView): Promise<boolean>
  remove(person: PersonView): void
  removeLast(): void
  /** Before sending: nothing may hang in the field. The people, or null where something there is wrong. */
  settle(): Promise<readonly PersonView[] | null>
}

interface PickerOptions {
  readonly app: App
  readonly people: readonly PersonView[]
  readonly onChange: (people: readonly PersonView[]) => void
  readonly onAdded: (person: PersonView) => void
}

const mostSuggestions = 6

/** The state of the To field. */
export function usePeoplePicker({ app, people, onChange, onAdded }: PickerOptions): Picker {
  const known = useLive(app.people)
  const [text, setText] = useState('')
  const [looking, setLooking] = useState<Promise<readonly PersonView[] | null> | null>(null)
  const [fault, setFault] = useState<string | null>(null)
  const suggestions = matching(known, text, people)

  const take = (found: readonly PersonView[]) => {
    const next = found.reduce(withPerson, people)
    onChange(next)
    const last = found.at(-1)
    if (last !== undefined) onAdded(last)
    setText('')
    setFault(null)
    return next
  }
  const lookUp = async (addresses: readonly string[]): Promise<readonly PersonView[] | null> => {
    try {
      return take(await Promise.all(addresses.map(address => find(app, known, address))))
    } catch (error) {
      const found = faultOf(error)
      const about = known.find(person => person.userId === found.data.userId)
      setFault(sayFault(found, about === undefined ? {} : { name: about.name }))
      return null
    } finally {
      setLooking(null)
    }
  }
  const start = (addresses: readonly string[]) => {
    if (looking !== null) return looking
    const run = lookUp(addresses)
    setLooking(run)
    return run
  }
  const resolve = async (): Promise<readonly PersonView[] | null> => {
    const addresses = addressesIn(text)
    if (addresses.length > 0) return start(addresses)
    if (text.trim() === '') return people
    const only = suggestions.length === 1 ? suggestions[0] : undefined
    if (only !== undefined) return take([only])
    setFault('Nobody you know has that name. Write the whole e-mail address.')
    return null
  }
  return {
    people,
    text,
    busy: looking !== null,
    fault,
    suggestions: looking === null ? suggestions : [],
    type: next => {
      setText(next)
      setFault(null)
    },
    enter: async () => (await resolve()) !== null,
    leave: async () => addressesIn(text).length === 0 || (await resolve()) !== null,
    add: async person => take([person]).length > 0,
    remove: person => onChange(people.filter(other => other.userId !== person.userId)),
    removeLast: () => onChange(people.slice(0, -1)),
    settle: () => resolve(),
  }
}

/** Where the server cannot be asked, whoever is known here is taken as known: sealing works offline. */
const outOfReach: ReadonlySet<string> = new Set(['network', 'not-our-server', 'unavailable', 'logged-out'])

async function find(app: App, known: readonly PersonView[], address: string): Promise<PersonView> {
  try {
    return await app.findPerson(address)
  } catch (error) {
    const held = known.find(person => fold(person.email) === fold(address))
    if (held === undefined || !outOfReach.has(faultOf(error).code)) throw error
    return held
  }
}

/** The e-mail addresses in what was typed or pasted; none where a part of it is no address. */
export function addressesIn(text: string): readonly string[] {
  const parts = text.split(/[\s,;]+/).filter(part => part !== '')
  return parts.every(part => /^[^@]+@[^@]+$/.test(part)) ? parts : []
}

/** People whose name, a word of it, or address begins with the text. */
export function matching(
  known: readonly PersonView[],
  text: string,
  chosen: readonly PersonView[],
): readonly PersonView[] {
  const wanted = fold(text)
  if (wanted === '') return []
  const taken = new Set(chosen.map(person => person.userId))
  const fits = (person: PersonView) =>
    [person.email, person.name, ...person.name.split(/\s+/)].some(word => fold(word).startsWith(wanted))
  return known.filter(person => !taken.has(person.userId) && fits(person)).slice(0, mostSuggestions)
}
