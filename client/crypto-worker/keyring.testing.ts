/** Keyrings for tests in Node: a password is stretched by a hash, everything else is as it is in the worker. */
import type { KdfParams, KeyBundle, Wrap } from '#shared/contract/account.ts'
import { sha256 } from '#shared/crypto/hash.ts'
import { encodeBase64 } from '#shared/format/base64.ts'
import { type Bytes, concat, uint32 } from '#shared/format/bytes.ts'
import type { Stretch } from './argon2-orders.ts'
import { makeKeys } from './keys.ts'

export const userId = 'AAAAAAAAAAAAAAAAAAAAAA'
export const otherId = 'BBBBBBBBBBBBBBBBBBBBBA'
export const password = 'correct horse battery staple'
export const kdf: KdfParams = { salt: encodeBase64(new Uint8Array(16).fill(3)), m: 8, t: 1, p: 1 }
export const credentialId = encodeBase64(new Uint8Array(20).fill(5))
export const salt = encodeBase64(new Uint8Array(32).fill(6))
/** A passkey's answer, new each time: the keyring wipes it. */
export const prf = (fill = 9): Bytes => new Uint8Array(32).fill(fill)

export type Ring = ReturnType<typeof makeRing>

export function makeRing() {
  const stretch = ({ password: bytes, salt: salted, m, t, p }: Stretch) =>
    sha256(concat(bytes, salted, uint32(m), uint32(t), uint32(p)))
  const { door, current } = makeKeys({ stretch, floor: { m: 8, t: 1, p: 1 } })
  return { ...door, current }
}

/** Somebody's open keyring, and a bundle with a wrap of each kind. */
export async function openRing(id = userId) {
  const ring = makeRing()
  await ring.prepareLogin({ password, kdf })
  const first = await ring.createKeys({ userId: id, now: 1 })
  const { recoveryKey, wrap } = await ring.makeRecoveryKit({ now: 2 })
  const passkey = await ring.wrapUnderPasskey({ prf: prf(), credentialId, salt })
  const bundle: KeyBundle = { ...first, wraps: [...first.wraps, wrap, passkey] }
  return { ring, bundle, recoveryKey }
}

export type Way = 'password' | 'recovery' | 'passkey'
export const ways: readonly Way[] = ['password', 'recovery', 'passkey']

/** The bundle's wrap of this kind. */
export function wrapIn<K extends Way>({ wraps }: KeyBundle, kind: K): Extract<Wrap, { kind: K }> {
  const found = wraps.find((wrap): wrap is Extract<Wrap, { kind: K }> => wrap.kind === kind)
  if (found === undefined) throw new Error(`the bundle has no wrap of the kind ${kind}`)
  return found
}

/** Opens a bundle by the right secret of its kind. */
export function openBy(
  way: Way,
  ring: Ring,
  { bundle, recoveryKey, id = userId }: { bundle: KeyBundle; recoveryKey: string; id?: string },
) {
  if (way === 'password') return ring.unlock({ userId: id, bundle, password })
  if (way === 'recovery') return ring.unlockWithRecoveryKey({ userId: id, bundle, recoveryKey })
  return ring.unlockWithPasskey({ userId: id, bundle, credentialId, prf: prf() })
}
