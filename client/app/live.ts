/** Values that screens watch. */
import type { Live } from './views.ts'

/** A live value that its owner sets. Setting what it holds already tells nobody. */
export interface Source<T> extends Live<T> {
  set(value: T): void
}

export function makeLive<T>(initial: T): Source<T> {
  let held = initial
  const listeners = new Set<() => void>()
  return {
    get: () => held,
    set(value) {
      if (Object.is(held, value)) return
      held = value
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

/** A live value made from others; computed when one of them has changed. */
export function derive<T>(sources: readonly Live<unknown>[], compute: () => T): Live<T> {
  const derived = makeLive(compute())
  const update = () => derived.set(compute())
  for (const source of sources) source.subscribe(update)
  return derived
}
