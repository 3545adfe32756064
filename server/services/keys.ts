/** Identities: publishing one, getting one's own sealed keys back, and other people's cards. */
import type { CardJson, KeyBundle } from '#shared/contract/account.ts'
import type { PersonWithCard } from '#shared/contract/contact.ts'
import type { IdempotencyKey, UserId } from '#shared/contract/ids.ts'
import { Problem } from '#shared/contract/problems.ts'
import { verifyCard } from '#shared/crypto/identity.ts'
import { parseCard } from '#shared/format/card.ts'
import type { UserRecord } from '../store/records.ts'
import { budgets } from './budgets.ts'
import { changeDocument } from './change.ts'
import type { Ground } from './ground.ts'
import { once } from './once.ts'
import type { Who } from './sessions.ts'

export interface Keys {
  /** Publishes a first card with its sealed keys. Throws `card-refused`, `keys-exist`. */
  publish(who: Who, input: { idempotencyKey: IdempotencyKey; bundle: KeyBundle }): Promise<void>
  /** One's own sealed keys and wraps; throws `keys-missing` before they were published. */
  own(who: Who): Promise<KeyBundle>
  /** A registered person by address; throws `unknown-address`, the same for one without keys. */
  lookUp(who: Who, email: string): Promise<PersonWithCard>
  /** The newest card of a person already met. */
  cardOf(who: Who, userId: UserId): Promise<PersonWithCard>
}

export function makeKeys(ground: Ground): Keys {
  const { store, limits } = ground
  return {
    publish: (who, input) =>
      once(ground, { userId: who.userId, key: input.idempotencyKey, call: 'keys.publish', input: input.bundle }, () =>
        publish(ground, who, input.bundle),
      ),

    async own(who) {
      const user = await store.users.get(who.userId)
      if (user?.keys === undefined) throw new Problem('keys-missing')
      return { card: user.keys.card, keys: user.keys.sealed, wraps: [...user.keys.wraps] }
    },

    async lookUp(who, email) {
      await limits.spend(budgets.lookups, who.userId)
      await limits.spend(budgets.lookupsADay, who.userId)
      const known = personWithCard(await store.users.byEmail(email))
      if (known === null) throw new Problem('unknown-address')
      return known
    },

    async cardOf(who, userId) {
      await limits.spend(budgets.cards, who.userId)
      const known = personWithCard(await store.users.get(userId))
      if (known === null) throw new Problem('not-found')
      return known
    },
  }
}

function personWithCard(user: UserRecord | null): PersonWithCard | null {
  if (user?.keys === undefined) return null
  return { userId: user.userId, name: user.name, email: user.email, card: user.keys.card }
}

/** A person's first card may have any `seq` (FORMAT.md, Identity). The card's row is unique, so of two only one stands. */
async function publish(ground: Ground, who: Who, bundle: KeyBundle): Promise<void> {
  await checkCard(bundle.card)
  const keys = { card: bundle.card, sealed: bundle.keys, wraps: bundle.wraps }
  const stored = await changeDocument(ground.store.users, who.userId, user =>
    user.keys === undefined ? { ...user, keys } : null,
  )
  if (stored === null) throw new Problem('logged-out')
  if (stored.keys?.card.sig !== bundle.card.sig) throw new Problem('keys-exist')
  await ground.store.cards.insert(who.userId, bundle.card, stored.chain ?? 0)
}

async function checkCard(json: CardJson): Promise<void> {
  try {
    if (await verifyCard(parseCard(json))) return
  } catch {
    // What the format refuses is refused below, with our own code.
  }
  throw new Problem('card-refused')
}
