/** Other people: looked up, checked, pinned at first use. A pin is never replaced silently by another identity. */
import { ask } from '#client/api/trpc.ts'
import type { PersonWithCard } from '#shared/contract/contact.ts'
import type { UserId } from '#shared/contract/ids.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { Core } from './core.ts'
import { hexOf } from './hex.ts'
import { type OpenPerson, people } from './kinds.ts'
import { changeHeldRow, changeRow, readRow } from './rows.ts'
import type { PersonView } from './views.ts'

export function personView({ row, value }: OpenPerson): PersonView {
  return {
    userId: row.userId,
    name: value.name,
    email: value.email,
    fingerprint: value.fingerprint,
    identityHash: hexOf(value.identityHash),
    trust: row.changed ? 'identity-changed' : 'not-verified',
    firstSeen: row.firstSeen,
  }
}

/** Looks an address up and pins what is found; `unknown-address`, `only-yourself`, `identity-changed`. */
export async function findPerson(core: Core, email: string): Promise<OpenPerson> {
  const found = await ask(core.api.keys.lookUp.query({ email }))
  if (found.userId === core.userId) throw new Problem('only-yourself')
  return pinPerson(core, found)
}

/** Only where the server cannot be asked does the local copy serve: a rotation may not be missed for another reason. */
const outOfReach: ReadonlySet<string> = new Set(['network', 'not-our-server', 'unavailable'])

/** Somebody who sent us something, or whose card may have been rotated; the local copy serves while offline. */
export async function refreshPerson(core: Core, userId: UserId): Promise<OpenPerson> {
  try {
    return await pinPerson(core, await ask(core.api.keys.cardOf.query({ userId })))
  } catch (error) {
    const held = await readRow(core, people, userId)
    const offline = error instanceof Problem && outOfReach.has(error.code)
    if (held === null || !offline) throw error
    return held
  }
}

/**
 * FORMAT.md, Identity: a first card is pinned, a rotation taken, an older one ignored; anything else leaves the pin as
 * it is, marks the person and throws `identity-changed`.
 */
export async function pinPerson(core: Core, found: PersonWithCard): Promise<OpenPerson> {
  const facts = await core.worker.cardFacts(found.card)
  const held = await readRow(core, people, found.userId)
  const verdict = held === null ? 'first' : await core.worker.judgeCard(held.value.card, found.card)
  if (verdict === 'new-identity' || verdict === 'fork') {
    await changeHeldRow(core, people, found.userId, () => ({ row: { changed: true } }))
    throw new Problem('identity-changed', { data: { userId: found.userId } })
  }
  const keep = verdict === 'same' || verdict === 'older'
  await changeRow(core, people, found.userId, current => ({
    row: { userId: found.userId, firstSeen: current?.row.firstSeen ?? core.now(), changed: false },
    value: {
      name: found.name,
      email: found.email,
      card: keep && current !== null ? current.value.card : found.card,
      ...facts,
    },
  }))
  const pinned = await readRow(core, people, found.userId)
  if (pinned === null) throw new Problem('internal')
  return pinned
}
