/** For whom a transfer is sealed. */
import type { Recipient } from '#shared/crypto/wrap.ts'
import { equalBytes } from '#shared/format/bytes.ts'
import type { Card } from '#shared/format/card.ts'
import { readCard } from './cards.ts'
import type { Arguments } from './encrypt-arguments.ts'
import { passphraseToSeal, variables } from './passphrases.ts'
import type { Setting } from './setting.ts'

/** The sender first, then everybody once: a card that is given twice is one recipient. */
export async function recipientsOf(
  setting: Setting,
  { to, withPassphrase }: Arguments,
  own: Card,
): Promise<readonly Recipient[]> {
  const cards = [own]
  for (const path of to) {
    const card = await readCard(setting, path)
    if (!cards.some(({ enc }) => equalBytes(enc, card.enc))) cards.push(card)
  }
  const people = cards.map(card => ({ type: 'p384', card }) as const)
  if (!withPassphrase) return people
  const { argon2id } = await import('./argon2.ts')
  const passphrase = await passphraseToSeal(setting, { variable: variables.bundle, what: 'the transfer' })
  return [...people, { type: 'passphrase', passphrase, argon2id }]
}
