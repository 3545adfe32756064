/** Cards that are read from files. */
import { Problem } from '#shared/contract/problems.ts'
import { identityHash, verifyCard } from '#shared/crypto/cards.ts'
import type { Bytes } from '#shared/format/bytes.ts'
import { type Card, parseCardFile } from '#shared/format/card.ts'
import { about } from './failures.ts'
import type { Setting } from './setting.ts'
import { readSmall } from './small-file.ts'

/** The signed card in a file, or on standard input (`-`). Throws `card-refused`, and what reading throws. */
export async function readCard(setting: Setting, path: string): Promise<Card> {
  const bytes = await readSmall(setting, path, 'card-refused')
  return about(path, signedCard(bytes))
}

async function signedCard(bytes: Uint8Array): Promise<Card> {
  const { card } = parseCardFile(bytes)
  if (!(await verifyCard(card))) throw new Problem('card-refused')
  return card
}

/** The identity hash of the card in a file, where one is named. */
export async function pinnedHash(setting: Setting, path: string | undefined): Promise<Bytes | undefined> {
  return path === undefined ? undefined : identityHash(await readCard(setting, path))
}
