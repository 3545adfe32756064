import { describe, expect, test } from 'vitest'
import { pattern } from '#shared/crypto/forge.testing.ts'
import { sha256 } from '#shared/crypto/hash.ts'
import { startSealing } from '#shared/crypto/seal.ts'
import { openChunk, sealChunk } from '#shared/crypto/suites.ts'
import { cipherLength } from '#shared/format/sizes.ts'
import { openInto, sealInto } from './node-chunks.ts'

const sizes = [0, 1, 15, 16, 17, 4096, 65_535, 65_536, 65_537, 524_288]

describe.each(['gcm', 'cbc'] as const)('suite %s', suite => {
  test.each(sizes)('what is sealed here opens there, and the other way: %i bytes', async size => {
    const { keys } = await startSealing({ suite })
    const plain = pattern(size)
    for (const place of [
      { index: 7, final: true },
      { index: 8, final: false },
    ]) {
      const output = new Uint8Array(cipherLength(suite, size))
      const made = sealInto(keys, { ...place, input: plain, output })
      expect(made.length).toBe(output.length)
      expect(Buffer.from(made.digest).equals(await sha256(output))).toBe(true)
      expect(Buffer.from(await openChunk(keys, { ...place, cipher: output })).equals(plain)).toBe(true)

      const cipher = await sealChunk(keys, { ...place, plain })
      const opened = new Uint8Array(size + 16)
      const digest = await sha256(cipher)
      expect(openInto(keys, { ...place, input: cipher, output: opened, digest })).toBe(size)
      expect(Buffer.from(opened.subarray(0, size)).equals(plain)).toBe(true)
    }
  })

  test('both seal to the same bytes where nothing is drawn', async () => {
    if (suite === 'cbc') return
    const { keys } = await startSealing({ suite })
    const output = new Uint8Array(cipherLength(suite, 1000))
    sealInto(keys, { index: 3, final: false, input: pattern(1000), output })
    expect(Buffer.from(output).equals(await sealChunk(keys, { index: 3, final: false, plain: pattern(1000) }))).toBe(
      true,
    )
  })

  test('a wrong digest, place, end or byte does not open', async () => {
    const { keys } = await startSealing({ suite })
    const cipher = await sealChunk(keys, { index: 1, final: false, plain: pattern(5000) })
    const digest = await sha256(cipher)
    const output = new Uint8Array(6000)
    const good = { index: 1, final: false, input: cipher, output, digest }
    expect(openInto(keys, good)).toBe(5000)
    expect(openInto(keys, { ...good, digest: new Uint8Array(32) })).toBe(null)
    expect(openInto(keys, { ...good, index: 2 })).toBe(null)
    expect(openInto(keys, { ...good, final: true })).toBe(null)
    for (const place of [0, 20, cipher.length - 20, cipher.length - 1]) {
      const input = Uint8Array.from(cipher)
      input[place] = (input[place] ?? 0) ^ 1
      expect(openInto(keys, { ...good, input, digest: await sha256(input) })).toBe(null)
    }
    const short = cipher.slice(0, 10)
    expect(openInto(keys, { ...good, input: short, digest: await sha256(short) })).toBe(null)
  })
})
