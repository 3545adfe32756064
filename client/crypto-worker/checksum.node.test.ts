import { buf as crc32 } from 'crc-32'
import { expect, test } from 'vitest'
import { checksumOf } from './checksum.ts'

test('CRC-32 of the check value', async () => {
  expect(await checksumOf(new Blob(['123456789']))).toBe(0xcbf43926)
})

test.each([0, 1, 512 * 1024 - 1, 512 * 1024, 512 * 1024 + 1, 1_700_000])('%i bytes, as all at once', async length => {
  const bytes = Uint8Array.from({ length }, (_, at) => (at * 31) % 251)
  const blob = new Blob([bytes.subarray(0, 1000), bytes.subarray(1000)])
  expect(await checksumOf(blob)).toBe(crc32(bytes) >>> 0)
})
