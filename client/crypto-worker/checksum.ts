/** CRC-32 of what lies somewhere else, read piece by piece: it need not all be in memory. */
import { buf as crc32 } from 'crc-32'
import { readBytes } from '#client/shelf/byte-reader.ts'
import { storageProblem } from '#client/shelf/faults.ts'

const step = 512 * 1024

/** The checksum of a blob's bytes, as the upload names it. Throws `internal` where they cannot be read any more. */
export async function checksumOf(blob: Blob): Promise<number> {
  const reader = readBytes(blob.stream())
  let buffer = new ArrayBuffer(Math.min(step, blob.size))
  let sum = 0
  try {
    for (let left = blob.size; left > 0; ) {
      const length = Math.min(step, left)
      const read = await reader.fill({ buffer, offset: 0, length })
      if (read.filled < length) throw new DOMException('short read', 'NotReadableError')
      buffer = read.buffer
      sum = crc32(new Uint8Array(buffer, 0, length), sum)
      left -= length
    }
    return sum >>> 0
  } catch (cause) {
    throw storageProblem(cause)
  } finally {
    await reader.cancel()
  }
}
