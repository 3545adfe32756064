/** `datacrypt fingerprint` */
import { fingerprint, safetyNumber } from '#shared/crypto/cards.ts'
import { readCard } from './cards.ts'
import { print, type Setting } from './setting.ts'
import { readArguments, UsageError } from './usage.ts'

export const help = `Usage: datacrypt fingerprint CARD [CARD]

Prints a card's fingerprint: six groups of five digits. Of two cards it prints
the safety number: twelve groups, the same whichever card comes first. Read it
to each other by voice; where it is the same, nobody stands between you.

Examples:
  datacrypt fingerprint bob.card.json
  datacrypt fingerprint me.card.json bob.card.json`

export async function run(args: readonly string[], setting: Setting): Promise<void> {
  const { positionals } = readArguments(args, {})
  const [first, second] = positionals
  if (first === undefined) throw new UsageError('CARD is missing')
  if (positionals.length > 2) throw new UsageError('One card or two are taken')
  const { sign } = await readCard(setting, first)
  if (second === undefined) return print(setting, await fingerprint(sign))
  await print(setting, await safetyNumber(sign, (await readCard(setting, second)).sign))
}
