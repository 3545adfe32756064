import { argon2id } from 'hash-wasm'
import type { Stretch } from './argon2-orders.ts'

/** Argon2id (RFC 9106, version 0x13) in this very worker: 32 bytes. Needs leave to run WebAssembly. */
export async function stretchHere({ password, salt, m, t, p }: Stretch): Promise<Uint8Array<ArrayBuffer>> {
  const cost = { memorySize: m, iterations: t, parallelism: p, hashLength: 32 }
  return new Uint8Array(await argon2id({ password, salt, ...cost, outputType: 'binary' }))
}
