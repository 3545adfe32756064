/** What the server itself has to read again, and nobody who reads its tables: AES-256-GCM under a key for each purpose. */
import { createCipheriv, createDecipheriv } from 'node:crypto'
import { type Ground, keyedHash } from './ground.ts'

/** What a sealed value is for, and whose it is; another purpose or owner does not open it. */
export interface AtRest {
  readonly purpose: string
  readonly owner: string
}

const nonceLength = 12
const tagLength = 16

const keyOf = (ground: Pick<Ground, 'secret'>, purpose: string) =>
  Buffer.from(keyedHash(ground, `${purpose}-key`), 'base64url')

/** As base64url of nonce ‖ ciphertext ‖ tag. */
export function sealAtRest(
  ground: Pick<Ground, 'secret' | 'random'>,
  { purpose, owner }: AtRest,
  plain: Uint8Array,
): string {
  const nonce = ground.random(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', keyOf(ground, purpose), nonce).setAAD(Buffer.from(owner))
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64url')
}

/** Throws where it was sealed for another purpose or owner, is damaged, or is of a server with another secret. */
export function openAtRest(ground: Pick<Ground, 'secret'>, { purpose, owner }: AtRest, sealed: string): Uint8Array {
  const bytes = Buffer.from(sealed, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', keyOf(ground, purpose), bytes.subarray(0, nonceLength), {
    authTagLength: tagLength,
  })
  decipher.setAAD(Buffer.from(owner)).setAuthTag(bytes.subarray(-tagLength))
  return Buffer.concat([decipher.update(bytes.subarray(nonceLength, -tagLength)), decipher.final()])
}
