/** `datacrypt card` */
import { realpath } from 'node:fs/promises'
import { Problem } from '#shared/contract/problems.ts'
import { identityFromSigningKey } from '#shared/crypto/identity.ts'
import { cardForSecrets } from '#shared/crypto/identity-file.ts'
import { encodeCardFile } from '#shared/format/card.ts'
import { about } from './failures.ts'
import { describeKeyFile, type OpenFile, openKeyFile, writeKeyFile } from './identity.ts'
import { targetsOf } from './outputs.ts'
import { print, type Setting } from './setting.ts'
import { onlyPath, readArguments, UsageError } from './usage.ts'

export const help = `Usage: datacrypt card [--new-card] FILE.pem

Prints the card that belongs to a file of private keys. "-" is standard input.

  --new-card  the file has no card, because another tool wrote it: make its
              first one, and write it into the file and beside it. Only where
              these keys never had a card: contacts take a second first card
              for an attack

Examples:
  datacrypt card me.pem > me.card.json
  datacrypt card --new-card from-openssl.pem`

export async function run(args: readonly string[], setting: Setting): Promise<void> {
  const { values, positionals } = readArguments(args, { 'new-card': { type: 'boolean' } })
  const path = onlyPath(positionals, 'FILE.pem')
  if (values['new-card']) return addCard(setting, path)
  const { card } = await describeKeyFile(setting, path)
  if (card === null) throw new Problem('keys-missing', { data: { path } })
  await print(setting, encodeCardFile(card))
}

async function addCard(setting: Setting, given: string): Promise<void> {
  if (given === '-') throw new UsageError('--new-card needs a file, not "-"')
  const path = await about(given, realpath(given))
  const opened = await openKeyFile(setting, path)
  if (opened.file.card !== null) {
    throw new Problem('conflict', { data: { sentence: `"${given}" has a card already` } })
  }
  const { card, secrets } = await withCard(setting, opened)
  const targets = targetsOf({ force: true })
  await writeKeyFile({ path, cardFile: { card }, secrets, passphrase: opened.passphrase, targets })
  await print(setting, encodeCardFile({ card }))
}

async function withCard(setting: Setting, { unlocked }: OpenFile) {
  const now = setting.now()
  if (unlocked.kind === 'identity') {
    const { secrets } = unlocked
    return { secrets, card: await cardForSecrets({ secrets, now }) }
  }
  const { identity, secrets } = await identityFromSigningKey({ sign: unlocked.sign, now })
  return { secrets, card: identity.card }
}
