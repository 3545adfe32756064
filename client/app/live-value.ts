/** A value that changes: React reads it with `useSyncExternalStore`. `get` returns the same object until it changes. */
export interface Live<T> {
  subscribe(listener: () => void): () => void
  get(): T
}
