/**
 * What a suite computes for a chunk, and nothing else: its ciphers and the SHA-256 of the ciphertext, by WebCrypto
 * alone. No counters, no copies, no buffers that wait for the collector: nothing of the product's can be faster.
 */
import { makeDrain } from '#client/crypto-worker/release.ts'
import type { Suite } from './measures.ts'

const release = makeDrain()
/** What suite 2 signs beside the ciphertext: counter and IV. */
const signedBeside = 12 + 16
const macLength = 32

export interface Arithmetic {
  seal(): Promise<void>
  open(): Promise<void>
}

/** The arithmetic of chunks of `chunkSize` plaintext bytes; their content is nobody's. */
export function makeArithmetic(suite: Suite, chunkSize: number): Promise<Arithmetic> {
  return suite === 'gcm' ? gcmArithmetic(chunkSize) : cbcArithmetic(chunkSize)
}

async function gcmArithmetic(chunkSize: number): Promise<Arithmetic> {
  const algorithm = { name: 'AES-GCM', iv: new Uint8Array(12) }
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
  const plain = new Uint8Array(chunkSize)
  const cipher = await crypto.subtle.encrypt(algorithm, key, plain)
  return {
    async seal() {
      const sealed = await crypto.subtle.encrypt(algorithm, key, plain)
      await crypto.subtle.digest('SHA-256', sealed)
      release(sealed)
    },
    async open() {
      await crypto.subtle.digest('SHA-256', cipher)
      release(await crypto.subtle.decrypt(algorithm, key, cipher))
    },
  }
}

async function cbcArithmetic(chunkSize: number): Promise<Arithmetic> {
  const algorithm = { name: 'AES-CBC', iv: new Uint8Array(16) }
  const key = await crypto.subtle.generateKey({ name: 'AES-CBC', length: 256 }, false, ['encrypt', 'decrypt'])
  const hmac = { name: 'HMAC', hash: 'SHA-256', length: 256 } as const
  const mac = await crypto.subtle.generateKey(hmac, false, ['sign', 'verify'])
  const plain = new Uint8Array(chunkSize)
  const cipher = await crypto.subtle.encrypt(algorithm, key, plain)
  const signed = new Uint8Array(signedBeside + cipher.byteLength)
  const tag = await crypto.subtle.sign('HMAC', mac, signed)
  const hashed = new Uint8Array(16 + cipher.byteLength + macLength)
  return {
    async seal() {
      const sealed = await crypto.subtle.encrypt(algorithm, key, plain)
      await crypto.subtle.sign('HMAC', mac, signed)
      await crypto.subtle.digest('SHA-256', hashed)
      release(sealed)
    },
    async open() {
      await crypto.subtle.digest('SHA-256', hashed)
      await crypto.subtle.verify('HMAC', mac, tag, signed)
      release(await crypto.subtle.decrypt(algorithm, key, cipher))
    },
  }
}
