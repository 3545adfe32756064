/** The chain of a person's cards (FORMAT.md, Identity): a first card, then only the one that follows the last. */
import type { CardJson } from '#shared/contract/account.ts'
import { Problem } from '#shared/contract/problems.ts'
import { judgeCard, verifyCard } from '#shared/crypto/identity.ts'
import { type Card, parseCard } from '#shared/format/card.ts'
import type { UserRecord } from '../store/records.ts'
import { plainHash } from './ground.ts'
import type { Passwords } from './passwords.ts'

/** A card whose schema, keys and signature hold; throws `card-refused`. */
export async function checkCard(json: CardJson): Promise<Card> {
  const card = readCard(json)
  if (card === null || !(await verifyCard(card))) throw new Problem('card-refused')
  return card
}

/**
 * The card that follows `held`: of the same signing key, `seq` + 1, and chained to it. Throws `conflict` where another
 * rotation was faster (there is a card of that number already), `card-refused` for anything else.
 */
export async function checkNextCard(held: CardJson, offered: CardJson): Promise<void> {
  const [pinned, card] = [await checkCard(held), await checkCard(offered)]
  const verdict = await judgeCard({ pinned, offered: card })
  if (verdict === 'rotation' && card.seq === pinned.seq + 1) return
  const late = verdict !== 'new-identity' && card.seq <= pinned.seq
  throw new Problem(late ? 'conflict' : 'card-refused')
}

/** The first card of another identity than the held one; throws `card-refused`. */
export async function checkOtherIdentity(held: CardJson | undefined, offered: CardJson): Promise<void> {
  await checkCard(offered)
  if (held?.sign === offered.sign) throw new Problem('card-refused')
}

/** Whether two cards are one, signature and all. */
export function sameCard(a: CardJson, b: CardJson): boolean {
  const members = ['sign', 'enc', 'seq', 'created', 'prev', 'sig'] as const
  return members.every(member => a[member] === b[member])
}

/**
 * Whether a call that offers the card which stands already was made before. A card is public: only who also has the
 * password that came with it put it there. Throws `card-refused`.
 */
export async function checkRepeated(passwords: Passwords, user: UserRecord, loginSecret: string): Promise<void> {
  if (!(await passwords.verify(user.loginHash, loginSecret))) throw new Problem('card-refused')
}

/** What a record carries until everybody has been told of this card. */
export const newsOf = (card: CardJson) => ({ changeId: `card.${plainHash(card.sig)}` })

function readCard(json: CardJson): Card | null {
  try {
    return parseCard(json)
  } catch {
    // What the format refuses is refused by the caller, with our own code.
    return null
  }
}
