import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { Problem } from '#shared/contract/problems.ts'
import { type Bytes, utf8 } from '#shared/format/bytes.ts'
import { encodePbes2, maxIterations, type Pbes2, parsePbes2 } from '#shared/format/der-pbes2.ts'
import { parsePkcs8, parseSec1 } from '#shared/format/der-private-key.ts'
import { encodePem, parsePem } from '#shared/format/pem.ts'
import { parsePublicKeyPem } from '#shared/format/pem-public-key.ts'
import { allOf, secretsOf, somebody } from './identity-file.testing.ts'
import { readIdentityFile, type UnlockedFile } from './identity-file.ts'
import { encodeIdentityFile } from './identity-file-encode.ts'

/** Printed, so that a failing run can be made again. */
const seed = Date.now() & 0x7fffffff
const passphrase = 'correct horse'

let person: Awaited<ReturnType<typeof somebody>>
let plain: string
let locked: string
beforeAll(async () => {
  person = await somebody({ older: 1 })
  plain = await encodeIdentityFile(person)
  locked = await encodeIdentityFile({ ...person, passphrase, iterations: 10 })
})

/** What comes of a file; anything else than a Problem fails the test that asked. */
async function outcome(source: Bytes | string): Promise<UnlockedFile | Problem> {
  try {
    return await (await readIdentityFile(source)).unlock(passphrase)
  } catch (problem) {
    if (problem instanceof Problem) return problem
    throw problem
  }
}

/** Whether reading ends well or in a Problem, and never in another way. */
function endsWell(read: () => unknown): boolean {
  try {
    read()
    return true
  } catch (problem) {
    return problem instanceof Problem
  }
}

/** Copies of `good` with single bits turned over or a tail cut off. */
const changed = (good: Uint8Array) =>
  fc
    .record({
      flips: fc.array(fc.nat(good.length * 8 - 1), { maxLength: 4 }),
      end: fc.integer({ min: 0, max: good.length }),
    })
    .map(({ flips, end }) => {
      const copy = new Uint8Array(good)
      for (const bit of flips) copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      return end % 3 === 0 ? copy.subarray(0, end) : copy
    })

describe(`seed ${seed}`, () => {
  test('random bytes and text end in a Problem', async () => {
    const label = fc.constantFrom('PRIVATE KEY', 'EC PRIVATE KEY', 'ENCRYPTED PRIVATE KEY', 'EC PARAMETERS', 'X')
    const block = fc
      .record({ label, der: fc.uint8Array({ minLength: 1, maxLength: 300 }) })
      .map(({ label, der }) => utf8(encodePem({ label, der: new Uint8Array(der) })))
    const source = fc.oneof(fc.uint8Array({ maxLength: 400 }), fc.string({ unit: 'binary' }).map(utf8), block)
    await fc.assert(
      fc.asyncProperty(source, async bytes => {
        expect(await outcome(new Uint8Array(bytes))).toBeInstanceOf(Problem)
      }),
      { seed, numRuns: 1000 },
    )
  })

  test.each(['plain', 'locked'])(
    'a %s file changed in some bits gives the same keys, fewer, or a Problem',
    async which => {
      const good = utf8(which === 'plain' ? plain : locked)
      const real = allOf(person.secrets)
      await fc.assert(
        fc.asyncProperty(changed(good), async bytes => {
          const found = await outcome(new Uint8Array(bytes))
          if (found instanceof Problem) return
          // A cut between two blocks leaves fewer keys; the card sees to the first two.
          const keys = found.kind === 'identity' ? allOf(secretsOf(found)) : [found.sign]
          expect(keys).toEqual(real.slice(0, keys.length))
        }),
        { seed, numRuns: 250 },
      )
    },
  )

  test('the DER of a key, changed: another key or a Problem, from every parser', async () => {
    const blocks = [...parsePem(plain).blocks, ...parsePem(locked).blocks].map(block => block.der)
    const der = fc.constantFrom(...blocks).chain(changed)
    fc.assert(
      fc.property(fc.oneof(der, fc.uint8Array({ maxLength: 200 })), bytes => {
        const copy = new Uint8Array(bytes)
        expect([parsePkcs8, parseSec1, parsePbes2].every(parse => endsWell(() => parse(copy)))).toBe(true)
        expect(endsWell(() => parsePublicKeyPem(encodePem({ label: 'PUBLIC KEY', der: copy })))).toBe(true)
      }),
      { seed, numRuns: 3000 },
    )
  })

  test('what PBES2 can say comes back', () => {
    const bytes = (length: number) =>
      fc.uint8Array({ minLength: length, maxLength: length }).map(from => new Uint8Array(from))
    const box: fc.Arbitrary<Pbes2> = fc.record({
      salt: fc.integer({ min: 1, max: 300 }).chain(bytes),
      iterations: fc.integer({ min: 1, max: maxIterations }),
      hash: fc.constantFrom('SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'),
      keyLength: fc.constantFrom(16, 24, 32),
      iv: bytes(16),
      ciphertext: fc.integer({ min: 1, max: 20 }).chain(blocks => bytes(blocks * 16)),
    })
    fc.assert(
      fc.property(box, value => {
        expect(parsePbes2(encodePbes2(value))).toEqual(value)
      }),
      { seed, numRuns: 300 },
    )
  })
})

describe('work is bounded before any is done', () => {
  const box = { salt: new Uint8Array(8), hash: 'SHA-512', keyLength: 32, iv: new Uint8Array(16) } as const
  const pemOf = (iterations: number) =>
    encodePem({
      label: 'ENCRYPTED PRIVATE KEY',
      der: encodePbes2({ ...box, iterations, ciphertext: new Uint8Array(16) }),
    })
  const tooMany = { code: 'key-file-refused', data: { reason: 'too-many-iterations' } }

  test('10,000,000 iterations a key are taken, one more is refused', async () => {
    await expect(readIdentityFile(pemOf(10_000_000))).resolves.toMatchObject({ encrypted: true, keys: 1, card: null })
    for (const iterations of [10_000_001, 2 ** 31, 2 ** 32, 2 ** 53 - 1]) {
      await expect(readIdentityFile(pemOf(iterations))).rejects.toMatchObject(tooMany)
      await expect(readIdentityFile(pemOf(1) + pemOf(iterations))).rejects.toMatchObject(tooMany)
    }
  })

  test('so are the iterations of all keys together, and the keys', async () => {
    await expect(readIdentityFile(pemOf(10_000_000).repeat(100))).resolves.toMatchObject({ keys: 100 })
    await expect(readIdentityFile(pemOf(10_000_000).repeat(101))).rejects.toMatchObject(tooMany)
    await expect(readIdentityFile(pemOf(1).repeat(1001))).rejects.toMatchObject({ data: { reason: 'too-large' } })
  })

  test('no iterations at all are refused', async () => {
    await expect(readIdentityFile(pemOf(0))).rejects.toMatchObject({ data: { reason: 'damaged' } })
  })
})
