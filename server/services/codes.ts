/** Codes that come by mail: drawn evenly, kept as keyed hashes, counted before they are looked at. */
import { codeLimits } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { AttemptKind, AttemptRecord, Versioned } from '../store/records.ts'
import type { Documents, Store } from '../store/store.ts'
import { changeDocument } from './change.ts'
import { type Ground, keyedHash, sameText } from './ground.ts'

/** Evenly drawn digits: bytes of 250 and more are thrown away, so that no digit is likelier than another. */
export function makeCode(random: (length: number) => Uint8Array): string {
  let code = ''
  while (code.length < codeLimits.digits) {
    for (const byte of random(16)) {
      if (byte < 250 && code.length < codeLimits.digits) code += String(byte % 10)
    }
  }
  return code
}

/** How a code is kept: bound to what it is for, and to the id that the browser holds. */
export const codeHash = (
  ground: Pick<Ground, 'secret'>,
  purpose: 'registration' | AttemptKind,
  id: string,
  code: string,
) => keyedHash(ground, `${purpose}-code`, id, code)

/** A document that waits for a code. */
interface Awaiting extends Versioned {
  readonly codeHash: string | null
  readonly tries: number
  readonly expiresAt: number
}

export interface TakeCode {
  readonly idHash: string
  /** {@link codeHash} of what was typed. */
  readonly offered: string
  /** What becomes of a right code. `spend`: it is used up. `count`: it stays, and costs one of its tries. */
  readonly right: 'spend' | 'count'
}

/**
 * Counts a try before it looks, atomically, so that parallel guesses share one allowance; a right code is spent by the
 * same swap, so that of a hundred parallel uses one succeeds (THREATS T12). Throws `wrong-code` (data `triesLeft`), or
 * `code-spent` where it is used up, old or none.
 */
export async function takeCode<Doc extends Awaiting>(
  ground: Ground,
  documents: Documents<string, Doc>,
  { idHash, offered, right }: TakeCode,
): Promise<Doc> {
  let outcome: 'right' | 'wrong' | 'spent' = 'spent'
  const after = await changeDocument(documents, idHash, doc => {
    outcome = judge(doc, offered, ground.now())
    if (outcome === 'spent') return null
    return { ...doc, tries: outcome === 'right' && right === 'spend' ? codeLimits.tries : doc.tries + 1 }
  })
  if (after === null || outcome === 'spent') throw new Problem('code-spent')
  if (outcome === 'wrong') throw new Problem('wrong-code', { data: { triesLeft: codeLimits.tries - after.tries } })
  return after
}

function judge(doc: Awaiting, offered: string, now: number): 'right' | 'wrong' | 'spent' {
  if (doc.expiresAt <= now || doc.tries >= codeLimits.tries) return 'spent'
  return doc.codeHash !== null && sameText(doc.codeHash, offered) ? 'right' : 'wrong'
}

/** Counts a try at something that is not a mailed code; throws `code-spent` where there are none left. */
export async function takeTry<Doc extends Awaiting>(
  ground: Ground,
  documents: Documents<string, Doc>,
  idHash: string,
): Promise<Doc> {
  let counted = false
  const after = await changeDocument(documents, idHash, doc => {
    counted = doc.expiresAt > ground.now() && doc.tries < codeLimits.tries
    return counted ? { ...doc, tries: doc.tries + 1 } : null
  })
  if (after === null || !counted) throw new Problem('code-spent')
  return after
}

export type AttemptOf<Kind extends AttemptKind> = Extract<AttemptRecord, { kind: Kind }>

/** Attempts of one kind: one of another kind is not there. */
export function attemptsOf<Kind extends AttemptKind>(store: Store, kind: Kind): Documents<string, AttemptOf<Kind>> {
  const isOne = (doc: AttemptRecord | null): doc is AttemptOf<Kind> => doc?.kind === kind
  return {
    async get(key) {
      const doc = await store.attempts.get(key)
      return isOne(doc) ? doc : null
    },
    insert: doc => store.attempts.insert(doc),
    swap: doc => store.attempts.swap(doc),
    delete: key => store.attempts.delete(key),
  }
}

/** An attempt that may be answered by a passkey, too. */
export type ChallengedKind = 'login' | 'reset'
