/** Wraps as another implementation makes them: the derivations and bindings cannot change unnoticed. */
import { createCipheriv, hkdfSync } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Wrap } from '#shared/contract/account.ts'
import { encodeBase64 } from '#shared/format/base64.ts'
import { utf8 } from '#shared/format/bytes.ts'
import { credentialId, kdf, salt, userId } from './keyring.testing.ts'
import { typedRecoveryKey } from './recovery-key.ts'
import { openWrap, passkeyKey, wrapKeyFrom } from './wraps.ts'

const accountKey = Uint8Array.from({ length: 32 }, (_, index) => index)
const recoveryKey = '23456789ABCDEFGHJKMNPQRSTUVWXYZ2'
const secret = new Uint8Array(32).fill(9)

/** nonce ‖ AES-256-GCM under HKDF-SHA-256(ikm, empty salt, info), bound to words that each end in a zero byte. */
function sealed(ikm: Uint8Array, info: string, words: readonly string[]): string {
  const key = new Uint8Array(hkdfSync('sha256', ikm, new Uint8Array(0), info, 32))
  const nonce = new Uint8Array(12).fill(1)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  cipher.setAAD(Buffer.from(words.map(word => `${word}\0`).join('')))
  const body = Buffer.concat([cipher.update(accountKey), cipher.final()])
  return encodeBase64(Buffer.concat([nonce, body, cipher.getAuthTag()]))
}

const words = (...rest: readonly string[]) => ['datacrypt/1 wrap', userId, ...rest]

test.each<[Wrap['kind'], () => Promise<CryptoKey>, Wrap]>([
  [
    'password',
    () => wrapKeyFrom(secret.slice(), 'password'),
    { kind: 'password', version: 1, kdf, sealed: sealed(secret, 'datacrypt/1 wrap', words('password', '1')) },
  ],
  [
    'recovery',
    () => typedRecoveryKey(recoveryKey),
    {
      kind: 'recovery',
      version: 1,
      madeAt: 1,
      provenAt: null,
      sealed: sealed(utf8(recoveryKey), 'datacrypt/1 recovery wrap', words('recovery', '1')),
    },
  ],
  [
    'passkey',
    () => passkeyKey(secret.slice()),
    {
      kind: 'passkey',
      version: 1,
      credentialId,
      salt,
      sealed: sealed(secret, 'datacrypt/1 passkey wrap', words('passkey', '1', credentialId)),
    },
  ],
])('a wrap of the kind %s that Node made is opened', async (_, wrapKey, wrap) => {
  expect(await openWrap(await wrapKey(), userId, wrap)).toEqual(accountKey)
  expect(await openWrap(await wrapKey(), `${userId}x`, wrap)).toBeNull()
})
