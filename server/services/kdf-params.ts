/** Argon2id's parameters: the salt belongs to an address, whoever has an account there, and when. */
import type { KdfParams } from '#shared/contract/account.ts'
import { argon2Floor } from '#shared/contract/limits.ts'
import { findEvenly } from './evenly.ts'
import { type Ground, keyedHash } from './ground.ts'

/** What is announced for an address: of the same shape, and the same each time, for an unknown one. */
export async function kdfParamsFor(ground: Ground, email: string): Promise<KdfParams> {
  const user = await findEvenly(ground, email)
  const salt = Buffer.from(keyedHash(ground, 'kdf-salt', email), 'base64url')
    .subarray(0, 16)
    .toString('base64url')
  return user?.kdf ?? { salt, m: ground.rules.kdfMemory, t: argon2Floor.t, p: argon2Floor.p }
}

export const sameParams = (a: KdfParams, b: KdfParams) => a.salt === b.salt && a.m === b.m && a.t === b.t && a.p === b.p
