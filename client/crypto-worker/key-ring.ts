/** What one worker remembers of a person's keys: what is open, what is prepared, what waits to be taken up. */
import { Problem } from '#shared/contract/problems.ts'
import type { OpenKeys } from './key-open.ts'
import type { PasswordKeys } from './key-password.ts'

export interface KeyRing {
  /** What is open; throws `locked`. */
  current(): OpenKeys
  /** Opens keys, whatever was open before. */
  open(keys: OpenKeys): void
  /** Puts `next` in the place of `before`; throws `conflict` where something else has been opened meanwhile. */
  replace(before: OpenKeys, next: OpenKeys): void
  /** Keeps what a password gave, for one {@link takePrepared}. */
  prepare(keys: PasswordKeys): void
  /** Throws `wrong-password` where nothing is prepared. */
  takePrepared(): PasswordKeys
  /** Keys that follow `before`, kept until they are taken up. */
  keepRenewed(before: OpenKeys, next: OpenKeys): void
  /** Throws `keys-missing` where nothing was renewed since the keys were opened. */
  renewed(): { readonly before: OpenKeys; readonly next: OpenKeys }
}

export function makeKeyRing(): KeyRing {
  let opened: OpenKeys | null = null
  let prepared: PasswordKeys | null = null
  let waiting: { before: OpenKeys; next: OpenKeys } | null = null

  function open(keys: OpenKeys): void {
    opened = keys
    waiting = null
  }

  return {
    current() {
      if (opened === null) throw new Problem('locked')
      return opened
    },
    open,
    replace(before, next) {
      if (opened !== before) throw new Problem('conflict')
      open(next)
    },
    prepare(keys) {
      prepared = keys
    },
    takePrepared() {
      const taken = prepared
      prepared = null
      if (taken === null) throw new Problem('wrong-password')
      return taken
    },
    keepRenewed(before, next) {
      waiting = { before, next }
    },
    renewed() {
      if (waiting === null) throw new Problem('keys-missing')
      return waiting
    },
  }
}
