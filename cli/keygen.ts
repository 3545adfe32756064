/** `datacrypt keygen` */
import { fingerprint, generateIdentity } from '#shared/crypto/identity.ts'
import { writeKeyFile } from './identity.ts'
import { refuseTaken, targetsOf } from './outputs.ts'
import { passphraseToSeal, variables } from './passphrases.ts'
import { print, type Setting } from './setting.ts'
import { readArguments, required, UsageError } from './usage.ts'

export const help = `Usage: datacrypt keygen --out FILE.pem [--no-passphrase] [--force]

Makes an identity: FILE.pem with your private keys, encrypted, and
FILE.card.json, your card, which you give to whoever wants to send you things.

  --out FILE.pem   where to; only you can read it
  --no-passphrase  leave the private keys unencrypted
  --force          replace files that are there: the old keys are lost

The passphrase is asked for, or taken from DATACRYPT_KEY_PASSPHRASE.

Examples:
  datacrypt keygen --out me.pem
  datacrypt keygen --out ci.pem --no-passphrase`

const options = {
  out: { type: 'string' },
  'no-passphrase': { type: 'boolean' },
  force: { type: 'boolean' },
} as const

export async function run(args: readonly string[], setting: Setting): Promise<void> {
  const { values, positionals } = readArguments(args, options)
  if (positionals.length > 0) throw new UsageError('keygen takes no path beside --out')
  const path = required(values.out, 'out')
  if (path === '-') throw new UsageError('--out is a file')
  const targets = targetsOf(values)
  await refuseTaken(path, values.force === true)
  const what = { variable: variables.key, what: path }
  const passphrase = values['no-passphrase'] ? undefined : await passphraseToSeal(setting, what)
  const { identity, secrets } = await generateIdentity({ now: setting.now() })
  const cardPath = await writeKeyFile({ path, cardFile: { card: identity.card }, secrets, passphrase, targets })
  await print(setting, `Private keys: ${path}`)
  await print(setting, `Card:         ${cardPath}`)
  await print(setting, `Fingerprint:  ${await fingerprint(identity.card.sign)}`)
}
