/** Identities: publishing one, its next cards, getting one's own sealed keys back, and other people's cards. */
import type {
  CardJson,
  KeyBundle,
  RecoveryWrap,
  RenewInput,
  ResealInput,
  RotateInput,
} from '#shared/contract/account.ts'
import type { PersonWithCard } from '#shared/contract/contact.ts'
import type { IdempotencyKey, UserId } from '#shared/contract/ids.ts'
import { Problem } from '#shared/contract/problems.ts'
import { verifyReseal } from '#shared/crypto/identity.ts'
import { parseCard } from '#shared/format/card.ts'
import type { UserRecord } from '../store/records.ts'
import { budgets } from './budgets.ts'
import { changeDocument } from './change.ts'
import type { Changes } from './changes.ts'
import type { Ground } from './ground.ts'
import { checkCard, checkNextCard, newsOf, sameCard } from './keys-chain.ts'
import { makeRenewal, type RenewalParts } from './keys-renewal.ts'
import { type HeldKeys, keysOf, proveRecoveryWrap, setRecoveryWrap } from './keys-wraps.ts'
import { once } from './once.ts'
import type { NewSession, SessionStart, Who } from './sessions.ts'

export interface Keys {
  /** Publishes a first card with its sealed keys. Throws `card-refused`, `keys-exist`. */
  publish(who: Who, input: { idempotencyKey: IdempotencyKey; bundle: KeyBundle }): Promise<void>
  /** One's own sealed keys and wraps; throws `keys-missing` before they were published. */
  own(who: Who): Promise<KeyBundle>
  /** Every card that one ever published, by chain and number. */
  cards(who: Who): Promise<readonly CardJson[]>
  /**
   * The next card. People who know the person are told. Throws `keys-missing`, `conflict` where another device was faster,
   * `card-refused` where the card does not follow the last one.
   */
  rotate(who: Who, input: RotateInput): Promise<void>
  /**
   * Puts private keys sealed anew in the place of those of the same card. Throws `keys-missing`, `conflict`, and
   * `card-refused` where the identity did not sign for them.
   */
  reseal(who: Who, input: ResealInput): Promise<void>
  /**
   * A new account key, password and card at once. Every session, token, known device and passkey ends; gives a new session.
   * Throws as {@link rotate}, and `bad-request` for wraps that do not fit the new password.
   */
  renew(who: Who, input: RenewInput, start: SessionStart): Promise<NewSession>
  /** Throws `keys-missing`. */
  setRecoveryWrap(who: Who, wrap: RecoveryWrap): Promise<void>
  /** The recovery key was typed and opened this wrap. Throws `not-found` where another wrap took its place. */
  proveRecovery(who: Who, sealed: string): Promise<void>
  /** A registered person by address; throws `unknown-address`, the same for one without keys. */
  lookUp(who: Who, email: string): Promise<PersonWithCard>
  /** The newest card of a person already met. */
  cardOf(who: Who, userId: UserId): Promise<PersonWithCard>
}

export type KeyParts = RenewalParts & { readonly changes: Changes }

export function makeKeys(ground: Ground, parts: KeyParts): Keys {
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

    cards: who => store.cards.ofUser(who.userId),

    rotate: (who, input) =>
      once(ground, { userId: who.userId, key: input.idempotencyKey, call: 'keys.rotate', input }, async () => {
        await rotate(ground, who, input)
        await parts.changes.flushCard(who.userId)
        return null
      }).then(() => undefined),

    reseal: (who, input) =>
      once(ground, { userId: who.userId, key: input.idempotencyKey, call: 'keys.reseal', input }, async () => {
        await reseal(ground, who, input)
        return null
      }).then(() => undefined),

    renew: makeRenewal(ground, parts),
    setRecoveryWrap: (who, wrap) => setRecoveryWrap(ground, who.userId, wrap),
    proveRecovery: (who, sealed) => proveRecoveryWrap(ground, who.userId, sealed),

    async lookUp(who, email) {
      await limits.spend(budgets.lookups, who.userId)
      await limits.spendOn(budgets.lookupsADay, who.userId, email)
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
  const stored = await changeDocument(ground.store.users, who.userId, user =>
    user.keys === undefined && user.leaving === undefined ? { ...user, keys: keysOf(bundle) } : null,
  )
  if (stored === null || stored.leaving !== undefined) throw new Problem('logged-out')
  if (stored.keys?.card.sig !== bundle.card.sig) throw new Problem('keys-exist')
  await ground.store.cards.insert(who.userId, bundle.card, stored.chain ?? 0)
}

/** Of a hundred at once one wins: the swap takes the card only where it follows the one that it was checked against. */
async function rotate(ground: Ground, who: Who, input: RotateInput): Promise<void> {
  const { card, keys: sealed } = input
  const user = await ground.store.users.get(who.userId)
  if (user?.keys === undefined) throw new Problem('keys-missing')
  if (sameCard(user.keys.card, card)) return
  await checkNextCard(user.keys.card, card)
  // What a crash kept from being kept: from here on the record names another card.
  await ground.store.cards.insert(who.userId, user.keys.card, user.chain ?? 0)
  await swapKeys(ground, who, { held: user.keys.card.sig, next: keys => ({ ...keys, card, sealed }), card })
}

/** Nobody but the identity's owner says which keys lie here: a session could be stolen. */
async function reseal(ground: Ground, who: Who, input: ResealInput): Promise<void> {
  const user = await ground.store.users.get(who.userId)
  if (user?.keys === undefined) throw new Problem('keys-missing')
  // A signature over another card is no forgery: that card was rotated meanwhile.
  if (user.keys.card.sig !== input.cardSig) throw new Problem('conflict')
  const bytes = (text: string) => Buffer.from(text, 'base64url')
  const claim = { cardSig: bytes(input.cardSig), sealed: bytes(input.keys.sealed) }
  const signed = await verifyReseal(parseCard(user.keys.card).sign, bytes(input.signature), claim)
  if (!signed) throw new Problem('card-refused')
  await swapKeys(ground, who, { held: input.cardSig, next: keys => ({ ...keys, sealed: input.keys }) })
}

interface KeySwap {
  /** Signature of the card that the change was made for. */
  readonly held: string
  readonly next: (keys: HeldKeys) => HeldKeys
  /** The new card, where there is one. */
  readonly card?: CardJson
}

/** Throws `keys-missing`, and `conflict` where the person's card is another one by now. */
async function swapKeys(ground: Ground, who: Who, { held, next, card }: KeySwap): Promise<void> {
  const news = card === undefined ? {} : { news: newsOf(card) }
  await changeDocument(ground.store.users, who.userId, user => {
    if (user.keys === undefined) throw new Problem('keys-missing')
    if (card !== undefined && user.keys.card.sig === card.sig) return null
    if (user.keys.card.sig !== held) throw new Problem('conflict')
    return { ...user, ...news, keys: next(user.keys) }
  })
}
