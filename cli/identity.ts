/** Files of private keys: opened, and written beside their cards. */

import { Problem } from '#shared/contract/problems.ts'
import { type Identity, type IdentitySecrets, importIdentity } from '#shared/crypto/identity.ts'
import { type IdentityFile, readIdentityFile, type UnlockedFile } from '#shared/crypto/identity-file.ts'
import { encodeIdentityFile } from '#shared/crypto/identity-file-encode.ts'
import { type CardFile, encodeCardFile } from '#shared/format/card.ts'
import { about } from './failures.ts'
import { putInPlace, type Targets } from './outputs.ts'
import { passphraseToOpen, variables } from './passphrases.ts'
import type { Setting } from './setting.ts'
import { readSmall } from './small-file.ts'

/** A file of keys that is open, and what locks it. */
export interface OpenFile {
  readonly file: IdentityFile
  readonly unlocked: UnlockedFile
  readonly passphrase: string | undefined
}

/** What a file of keys says without its passphrase. Throws `key-file-refused`. */
export async function describeKeyFile(setting: Setting, path: string): Promise<IdentityFile> {
  const bytes = await readSmall(setting, path, 'key-file-refused')
  return about(path, readIdentityFile(bytes))
}

/** Opens a file of keys; asks for its passphrase where it has one. Throws `wrong-passphrase`, `key-file-refused`. */
export async function openKeyFile(setting: Setting, path: string): Promise<OpenFile> {
  const file = await describeKeyFile(setting, path)
  const what = { variable: variables.key, what: path }
  const passphrase = file.encrypted ? await passphraseToOpen(setting, what) : undefined
  return { file, passphrase, unlocked: await about(path, file.unlock(passphrase)) }
}

/** An identity with its card, for use. Throws `keys-missing` where the file has no card, and as {@link openKeyFile}. */
export async function loadIdentity(setting: Setting, path: string): Promise<Identity> {
  const { unlocked } = await openKeyFile(setting, path)
  return about(path, importIdentity(complete(unlocked)))
}

/** The keys and the card of an open file. Throws `keys-missing` where one is not there. */
export function complete(unlocked: UnlockedFile) {
  if (unlocked.kind === 'signing-key' || unlocked.card === null) throw new Problem('keys-missing')
  return { card: unlocked.card, ...unlocked.secrets }
}

export interface KeyFileToWrite {
  readonly path: string
  readonly cardFile: CardFile
  readonly secrets: IdentitySecrets
  readonly passphrase: string | undefined
  readonly targets: Targets
}

/** Writes the keys (readable by their owner alone), then the card beside them: a card that is known has its keys. */
export async function writeKeyFile({ path, cardFile, secrets, passphrase, targets }: KeyFileToWrite): Promise<string> {
  const { card, ...hints } = cardFile
  const text = await encodeIdentityFile({ card, secrets, ...hints, ...(passphrase !== undefined && { passphrase }) })
  const cardPath = cardPathOf(path)
  const keys = await targets.create(path, { mode: 0o600 })
  await keys.handle.writeFile(text)
  const cards = await targets.create(cardPath)
  await cards.handle.writeFile(`${encodeCardFile(cardFile)}\n`)
  await putInPlace([keys, cards])
  return cardPath
}

/** `me.card.json` for `me.pem`. */
export function cardPathOf(path: string): string {
  return `${path.replace(/\.pem$/i, '')}.card.json`
}
