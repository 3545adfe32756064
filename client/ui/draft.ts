/** What is being put together on the send form. It outlives the form, so that a look at the inbox loses nothing. */
import type { Live, PersonView, PickedFile, SendOrder } from '#client/app/views.ts'
import { transferLimits } from '#shared/contract/limits.ts'

export interface Draft {
  readonly to: readonly PersonView[]
  readonly files: readonly PickedFile[]
  readonly title: string
  readonly note: string
  readonly life: number
  /** Null: no limit. */
  readonly downloads: number | null
  readonly suite: 'gcm' | 'cbc'
  /** Hides the exact size (Padmé). */
  readonly padding: boolean
}

export interface DraftStore extends Live<Draft> {
  change(part: Partial<Draft>): void
  addPerson(person: PersonView): void
  addFiles(files: readonly PickedFile[]): void
  reset(): void
}

export const emptyDraft: Draft = {
  to: [],
  files: [],
  title: '',
  note: '',
  life: transferLimits.expiryDefault,
  downloads: null,
  suite: 'gcm',
  padding: true,
}

export function createDraft(): DraftStore {
  let draft = emptyDraft
  const listeners = new Set<() => void>()
  const set = (next: Draft) => {
    draft = next
    for (const listener of listeners) listener()
  }
  return {
    get: () => draft,
    subscribe: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    change: part => set({ ...draft, ...part }),
    addPerson: person => set({ ...draft, to: withPerson(draft.to, person) }),
    addFiles: files => set({ ...draft, files: withFiles(draft.files, files) }),
    reset: () => set(emptyDraft),
  }
}

/** Nobody stands on the list twice; who is added again is renewed in place. */
export function withPerson(list: readonly PersonView[], person: PersonView): readonly PersonView[] {
  const known = list.some(other => other.userId === person.userId)
  return known ? list.map(other => (other.userId === person.userId ? person : other)) : [...list, person]
}

/** A path stands once; the file picked last is meant. */
export function withFiles(list: readonly PickedFile[], more: readonly PickedFile[]): readonly PickedFile[] {
  const byPath = new Map(list.map(picked => [picked.path, picked]))
  for (const picked of more) byPath.set(picked.path, picked)
  return [...byPath.values()]
}

/** The order that a draft amounts to. */
export function orderOf(draft: Draft): SendOrder {
  const title = draft.title.trim()
  const note = draft.note.trim()
  return {
    files: draft.files,
    recipients: draft.to.map(person => person.userId),
    life: draft.life,
    suite: draft.suite,
    padding: draft.padding,
    ...(title === '' ? {} : { title }),
    ...(note === '' ? {} : { note }),
    ...(draft.downloads === null ? {} : { downloads: draft.downloads }),
  }
}
