/** `datacrypt rotate` */
import { realpath } from 'node:fs/promises'
import { importIdentity, rotateIdentity } from '#shared/crypto/identity.ts'
import { about } from './failures.ts'
import { complete, openKeyFile, writeKeyFile } from './identity.ts'
import { targetsOf } from './outputs.ts'
import { print, type Setting } from './setting.ts'
import { onlyPath, readArguments, UsageError } from './usage.ts'

export const help = `Usage: datacrypt rotate FILE.pem

Replaces the encryption key. The older keys stay in the file, to open what was
sealed to them; your fingerprint stays the same. Give the new card, which is
written beside the file, to whoever has the old one.

Example:
  datacrypt rotate me.pem`

export async function run(args: readonly string[], setting: Setting): Promise<void> {
  const { positionals } = readArguments(args, {})
  const given = onlyPath(positionals, 'FILE.pem')
  if (given === '-') throw new UsageError('rotate needs a file, not "-"')
  // A link to the file stays one.
  const path = await about(given, realpath(given))
  const { file, unlocked, passphrase } = await openKeyFile(setting, path)
  const before = await about(
    path,
    Promise.resolve().then(() => complete(unlocked)),
  )
  const { identity, enc } = await rotateIdentity(await importIdentity(before), { now: setting.now() })
  const secrets = { sign: before.sign, enc, older: [before.enc, ...before.older] }
  const cardFile = { ...file.card, card: identity.card }
  const cardPath = await writeKeyFile({ path, cardFile, secrets, passphrase, targets: targetsOf({ force: true }) })
  await print(setting, `Card ${identity.card.seq}: ${cardPath}`)
}
