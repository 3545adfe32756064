/** What the open keys are given out as: further wraps of the account key, a signature, a file under a passphrase. */
import { Problem } from '#shared/contract/problems.ts'
import { signRecovery } from '#shared/crypto/identity.ts'
import type { Random } from '#shared/crypto/random.ts'
import { decodeBase64, encodeBase64 } from '#shared/format/base64.ts'
import { type Bytes, equalBytes } from '#shared/format/bytes.ts'
import { withAccountKey, withOpenSecrets } from './key-open.ts'
import type { PasswordKeysOf } from './key-password.ts'
import type { KeyRing } from './key-ring.ts'
import type { CryptoWorker } from './orders.ts'
import { drawRecoveryKey, typedRecoveryKey } from './recovery-key.ts'
import { openWrap, passkeyKey, sealPasskeyWrap, sealPasswordWrap, sealRecoveryWrap } from './wraps.ts'

export type WaysDoor = Pick<
  CryptoWorker,
  | 'loginSecretOf'
  | 'wrapUnderPassword'
  | 'makeRecoveryKit'
  | 'tryRecoveryKey'
  | 'wrapUnderPasskey'
  | 'signRecovery'
  | 'exportKeyFile'
>

export function waysDoor(ring: KeyRing, use: { passwordKeysOf: PasswordKeysOf; random: Random }): WaysDoor {
  const { passwordKeysOf, random } = use
  return {
    loginSecretOf: async input => (await passwordKeysOf(input)).loginSecret,
    async wrapUnderPassword(input) {
      const open = ring.current()
      const { loginSecret, wrapKey, kdf } = await passwordKeysOf(input)
      const sealing = { userId: open.userId, wrapKey, random }
      return { loginSecret, wrap: await withAccountKey(open, raw => sealPasswordWrap({ ...sealing, raw }, kdf)) }
    },
    async makeRecoveryKit({ now }) {
      const open = ring.current()
      const { text, wrapKey } = await drawRecoveryKey(random)
      const sealing = { userId: open.userId, wrapKey, random }
      return { recoveryKey: text, wrap: await withAccountKey(open, raw => sealRecoveryWrap({ ...sealing, raw }, now)) }
    },
    async tryRecoveryKey({ recoveryKey, wrap }) {
      const open = ring.current()
      const found = await openWrap(await typedRecoveryKey(recoveryKey), open.userId, wrap)
      const fits = found !== null && (await withAccountKey(open, async raw => equalBytes(raw, found)))
      found?.fill(0)
      if (!fits) throw new Problem('wrong-recovery-key')
    },
    async wrapUnderPasskey({ prf, credentialId, salt }) {
      const wrapKey = await passkeyKey(prf)
      const open = ring.current()
      const sealing = { userId: open.userId, wrapKey, random }
      return withAccountKey(open, raw => sealPasskeyWrap({ ...sealing, raw }, { credentialId, salt }))
    },
    async signRecovery({ challenge, loginSecret }) {
      const { signKey } = ring.current().identity
      const claim = { challenge: decoded(challenge), loginSecret: decoded(loginSecret) }
      return encodeBase64(await signRecovery(signKey, claim))
    },
    async exportKeyFile({ passphrase, name, address }) {
      const open = ring.current()
      // Seldom asked for: the worker starts without it.
      const { encodeIdentityFile } = await import('#shared/crypto/identity-file-encode.ts')
      return withOpenSecrets(open, ({ sign, enc, older }) =>
        encodeIdentityFile({
          card: open.identity.card,
          secrets: { sign, enc, older: older.map(({ key }) => key) },
          passphrase,
          name,
          address,
        }),
      )
    },
  }
}

function decoded(text: string): Bytes {
  const bytes = decodeBase64(text)
  if (bytes === null) throw new Problem('bad-request')
  return bytes
}
