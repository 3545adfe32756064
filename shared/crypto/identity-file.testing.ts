/** People with older keys, and key files taken apart. */
import { concat } from '#shared/format/bytes.ts'
import { spkiOfPoint } from '#shared/format/der.ts'
import { pointOfPkcs8 } from '#shared/format/der-private-key.ts'
import { encodePublicKeyPem } from '#shared/format/pem-public-key.ts'
import { generateIdentity, type IdentitySecrets } from './identity.ts'
import { readIdentityFile, type UnlockedFile } from './identity-file.ts'
import { makeKey } from './private-key.ts'

export async function somebody({ older = 2 } = {}) {
  const { identity, secrets } = await generateIdentity({ now: 1_790_000_000_000 })
  const more = await Promise.all(Array.from({ length: older }, () => makeKey('ECDH')))
  return { card: identity.card, secrets: { ...secrets, older: more.map(key => key.pkcs8) } }
}

export const allOf = ({ sign, enc, older }: IdentitySecrets) => [sign, enc, ...older]
export const refused = (reason: string) => ({ code: 'key-file-refused', data: { reason } })
export const read = async (text: string | Uint8Array, words?: string) => (await readIdentityFile(text)).unlock(words)

export function secretsOf(unlocked: UnlockedFile): IdentitySecrets {
  if (unlocked.kind === 'signing-key') throw new Error('one key alone')
  return unlocked.secrets
}

/** Each private block of a file as a file of its own. */
export function blocksOf(text: string): string[] {
  return text.match(/-----BEGIN [\s\S]*?-----END .*-----\n/g) ?? []
}

export const publicPemOfPkcs8 = (pkcs8: Uint8Array) => encodePublicKeyPem(spkiOfPoint(pointOfPkcs8(concat(pkcs8))))
