/** Argon2id (RFC 9106) for transfers that a passphrase opens. Imported where it is used: most commands never load it. */
import { argon2id as stretch } from 'hash-wasm'
import type { Argon2id } from '#shared/crypto/passphrase.ts'

export const argon2id: Argon2id = ({ password, salt, m, t, p }) =>
  stretch({ password, salt, memorySize: m, iterations: t, parallelism: p, hashLength: 32, outputType: 'binary' })
