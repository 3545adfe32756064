/** What this browser remembers about how the screens look and listen. Nothing of it is secret. */
import type { Live } from '#client/app/views.ts'

export type Scheme = 'system' | 'light' | 'dark'

export interface Preferences {
  readonly scheme: Scheme
  /** Single letters as keys. */
  readonly letters: boolean
}

const schemeKey = 'datacrypt.scheme'
const lettersKey = 'datacrypt.letters'

export interface PreferenceStore extends Live<Preferences> {
  change(part: Partial<Preferences>): void
}

/** Reads what is stored; where storage is refused, the choice lasts until the page is closed. */
export function createPreferences(storage: Pick<Storage, 'getItem' | 'setItem'> | null): PreferenceStore {
  let now: Preferences = { scheme: schemeOf(read(storage, schemeKey)), letters: read(storage, lettersKey) !== 'off' }
  const listeners = new Set<() => void>()
  return {
    get: () => now,
    subscribe: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    change: part => {
      now = { ...now, ...part }
      write(storage, schemeKey, now.scheme)
      write(storage, lettersKey, now.letters ? 'on' : 'off')
      for (const listener of listeners) listener()
    },
  }
}

/** Puts the scheme on the page; the tokens do the rest. */
export function applyScheme(scheme: Scheme, root: HTMLElement): void {
  if (scheme === 'system') root.removeAttribute('data-scheme')
  else root.setAttribute('data-scheme', scheme)
}

export const preferences: PreferenceStore = createPreferences(ownStorage())

function ownStorage(): Storage | null {
  try {
    return typeof localStorage === 'undefined' ? null : localStorage
  } catch {
    // A browser that blocks site data throws at the mere name.
    return null
  }
}

function schemeOf(text: string | null): Scheme {
  return text === 'light' || text === 'dark' ? text : 'system'
}

function read(storage: Pick<Storage, 'getItem'> | null, key: string): string | null {
  try {
    return storage?.getItem(key) ?? null
  } catch {
    return null
  }
}

function write(storage: Pick<Storage, 'setItem'> | null, key: string, value: string): void {
  try {
    storage?.setItem(key, value)
  } catch {
    // Full or refused: the choice holds for this page.
  }
}
