import type { Live } from '#client/app/views.ts'

/** A live value that the gallery can change. */
export interface Cell<T> extends Live<T> {
  set(value: T): void
}

export function cell<T>(first: T): Cell<T> {
  let value = first
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    subscribe: listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    set: next => {
      value = next
      for (const listener of listeners) listener()
    },
  }
}

/** 22 characters that parse as an id. */
export function idText(n: number): string {
  return `${String(n).padStart(21, 'x')}A`
}
