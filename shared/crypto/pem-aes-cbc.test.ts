import { createCipheriv, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { aesCbcDecrypt } from './pem-aes-cbc.ts'

const { subtle } = crypto
const refusing = {
  importKey: () => Promise.reject(new DOMException('192-bit AES keys are not supported', 'OperationError')),
  decrypt: subtle.decrypt.bind(subtle),
}

function sealed(keyLength: number, length: number) {
  const [key, iv, plain] = [keyLength, 16, length].map(size => new Uint8Array(randomBytes(size)))
  if (key === undefined || iv === undefined || plain === undefined) throw new Error('three sizes')
  const cipher = createCipheriv(`aes-${keyLength * 8}-cbc`, key, iv)
  const ciphertext = new Uint8Array(Buffer.concat([cipher.update(plain), cipher.final()]))
  return { key, iv, plain, ciphertext }
}

describe.each([
  ['the platform', subtle],
  ['a platform without 192 bits', refusing],
])('%s', (_, platform) => {
  test.each([0, 1, 15, 16, 185])('AES-192 over %d bytes', async length => {
    const { plain, ...input } = sealed(24, length)
    expect(await aesCbcDecrypt(input, platform)).toEqual(plain)
  })

  test('another key is null, or other bytes where its padding happens to be good', async () => {
    const { plain, ...input } = sealed(24, 185)
    for (let run = 0; run < 50; run++) {
      const found = await aesCbcDecrypt({ ...input, key: new Uint8Array(randomBytes(24)) }, platform)
      if (found !== null) expect(found).not.toEqual(plain)
    }
  })
})

test.each([16, 32])('AES with %d bytes of key, which every platform has', async keyLength => {
  const { plain, ...input } = sealed(keyLength, 185)
  expect(await aesCbcDecrypt(input)).toEqual(plain)
  await expect(aesCbcDecrypt(input, refusing)).rejects.toThrow('not supported')
})
