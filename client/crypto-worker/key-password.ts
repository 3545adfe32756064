/** What a password gives: a login secret for the server to see, and a key that opens the account key. */
import type { KdfParams } from '#shared/contract/account.ts'
import { argon2Ceiling } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import { hkdf } from '#shared/crypto/hash.ts'
import { decodeBase64, encodeBase64 } from '#shared/format/base64.ts'
import { type Bytes, utf8 } from '#shared/format/bytes.ts'
import type { StretchPassword } from './argon2.ts'
import type { Stretch } from './argon2-orders.ts'
import { wrapKeyFrom } from './wraps.ts'

/** The least of Argon2id that a worker takes from a server. */
export interface KdfFloor {
  readonly m: number
  readonly t: number
  readonly p: number
}

export interface PasswordKeys {
  readonly kdf: KdfParams
  /** Base64url of 32 bytes. */
  readonly loginSecret: string
  readonly wrapKey: CryptoKey
}

/** Stretches a password under the server's parameters; throws `kdf-refused` for less than the floor, or absurdly much. */
export type PasswordKeysOf = (input: { password: string; kdf: KdfParams }) => Promise<PasswordKeys>

export function makePasswordKeys({ stretch, floor }: { stretch: StretchPassword; floor: KdfFloor }): PasswordKeysOf {
  return async ({ password, kdf }) => {
    const order = stretchOf(password, kdf, floor)
    const stretched = await stretch(order)
    order.password.fill(0)
    const keys = await splitStretched(stretched)
    stretched.fill(0)
    return { kdf, ...keys }
  }
}

function stretchOf(password: string, kdf: KdfParams, floor: KdfFloor): Stretch {
  const { m, t, p } = kdf
  const salt = decodeBase64(kdf.salt)
  // Asked for what is enough, so that a value which is no number is refused too.
  const enough = m >= floor.m && t >= floor.t && p >= floor.p
  const bearable = m <= argon2Ceiling.m && t <= argon2Ceiling.t && p <= argon2Ceiling.p
  if (!enough || !bearable || salt?.length !== 16) throw new Problem('kdf-refused')
  return { password: utf8(password.normalize('NFKC')), salt, m, t, p }
}

/** Two keys that tell nothing of each other. */
async function splitStretched(ikm: Bytes): Promise<Omit<PasswordKeys, 'kdf'>> {
  const loginSecret = await hkdf({ ikm, salt: new Uint8Array(0), info: utf8('datacrypt/1 login') })
  return { loginSecret: encodeBase64(loginSecret), wrapKey: await wrapKeyFrom(ikm, 'password') }
}
