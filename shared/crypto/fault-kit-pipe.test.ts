/** What a reader that cannot seek says of single faults, and what the key commitment is for. */
import { describe, expect, test } from 'vitest'
import { aesKey, commitHeader, isCommitted } from './content-key.ts'
import { resultOf } from './fault-kit.testing.ts'
import { kitNames, kitPeople, readVector } from './fault-kit-files.testing.ts'
import { accessOf } from './fault-kit-people.testing.ts'
import { fromHex, inPieces, pattern } from './forge.testing.ts'
import { openEnvelope, openStream } from './open.ts'
import { collect } from './seal.ts'

const people = await kitPeople()

/** Where one thing is wrong alone, a pipe's class is that of the table, but for what is met before the end. */
const faults: readonly (readonly [name: string, result: string])[] = [
  ['enc-another-magic', 'not-a-bundle'],
  ['enc-short-and-no-beginning-of-the-magic', 'not-a-bundle'],
  ['enc-another-salt', 'parts-differ'],
  ['cut-to-nothing', 'truncated'],
  ['cut-in-the-magic', 'truncated'],
  ['cut-behind-the-header', 'truncated'],
  ['cut-in-the-first-chunk', 'truncated'],
  ['cut-before-the-digests', 'truncated'],
  ['cut-by-a-byte', 'truncated'],
  ['one-byte-after-the-end', 'trailing-data'],
  ['bit-in-the-digest-of-the-last-chunk', 'root-mismatch'],
  ['bit-in-the-body-of-the-middle-chunk', 'damaged-at-chunk 1'],
  ['no-final-chunk', 'damaged-at-chunk 2'],
  ['a-chunk-forged-by-a-recipient', 'damaged-at-chunk 1'],
  ['a-chunk-forged-by-a-recipient-with-its-digest', 'root-mismatch'],
]

describe.each(['gcm', 'cbc'] as const)('through a pipe, %s', suite => {
  test.each(faults)('%s: %s', async (title, result) => {
    const name = kitNames(suite).find(file => file.slice(4) === title)
    if (name === undefined) throw new Error('no such vector')
    const vector = readVector(suite, name)
    const opened = await openEnvelope(vector.key, await accessOf(vector, people))
    for (const size of [7, 4097]) {
      const ended = collect(openStream(opened, inPieces(vector.enc, size))).then(() => 'ok', resultOf)
      expect(await ended).toBe(result)
    }
  })
})

test('a ciphertext that opens under two keys is refused by the commitment', async () => {
  const cipher = fromHex(
    '7f04199ad52b28689face8ca96b97cc81abaa0f365ae7f12cc874341025afd805c4e4aa9a281b2ec983fe84b107c3fa0bcb2a67bea714eed81041fedfdb87a779f60a0674b8c2004170f1531b1bcfaf2',
  )
  const first = fromHex('a2014f4ac9ebde46f9231a86fb780a59a3950b9b6c8ca108f296663fe2ca21c3')
  const second = fromHex('af5cb93a981f5cd12b72e2bc5b0324c0724c031b08ee65cdce29629bc39524d4')
  const open = async (raw: typeof first) =>
    crypto.subtle.decrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, await aesKey(raw, 'AES-GCM'), cipher)
  expect(new Uint8Array(await open(first))).not.toEqual(new Uint8Array(await open(second)))
  const committed = await commitHeader(first, { suite: 'gcm', exponent: 12, salt: pattern(32) })
  expect(await isCommitted(first, committed)).toBe(true)
  expect(await isCommitted(second, committed)).toBe(false)
})
