/** What a transfer is opened with. */
import type { Identity } from '#shared/crypto/identity.ts'
import { type OpenedEnvelope, openEnvelope } from '#shared/crypto/open.ts'
import { parseEnvelope } from '#shared/format/envelope.ts'
import type { Bundle } from './bundle.ts'
import { pinnedHash } from './cards.ts'
import { loadIdentity } from './identity.ts'
import { passphraseToOpen, variables } from './passphrases.ts'
import type { Setting } from './setting.ts'

interface ByIdentity {
  /** A file of keys. */
  readonly identity: string
  /** A file with the card of whom it must be from. */
  readonly from: string | undefined
}

/**
 * Opens a bundle's envelope with somebody's keys. Throws what `openEnvelope` throws, and what reading keys and cards
 * throws.
 */
export async function openByIdentity(setting: Setting, bundle: Bundle, { identity, from }: ByIdentity) {
  // Nobody is asked for a passphrase over something that is not even an envelope.
  parseEnvelope(bundle.envelope)
  const sender = await pinnedHash(setting, from)
  const keys: Identity = await loadIdentity(setting, identity)
  return { keys, opened: await openEnvelope(bundle.envelope, { keys, sender }) }
}

/** {@link openByIdentity}, with the passphrase of the transfer instead. */
export async function openByPassphrase(
  setting: Setting,
  bundle: Bundle,
  { from }: Pick<ByIdentity, 'from'>,
): Promise<OpenedEnvelope> {
  parseEnvelope(bundle.envelope)
  const sender = await pinnedHash(setting, from)
  const { argon2id } = await import('./argon2.ts')
  const passphrase = await passphraseToOpen(setting, { variable: variables.bundle, what: 'the transfer' })
  return openEnvelope(bundle.envelope, { passphrase, argon2id, sender })
}
