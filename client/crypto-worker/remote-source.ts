/** A stored `.enc` behind a grant, as something that can be read anywhere. */

import { getRange } from '#client/api/download.ts'
import { readBytes } from '#client/shelf/byte-reader.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { DownloadGrant } from '#shared/contract/transfer.ts'
import type { Source } from '#shared/crypto/open.ts'
import type { Bytes } from '#shared/format/bytes.ts'
import { headerLength } from '#shared/format/sizes.ts'

/** Opens it with its first bytes, which also tell its length. Throws what `getRange` throws. */
export async function openRemote(grant: DownloadGrant, signal: AbortSignal): Promise<Source> {
  const { body, total } = await getRange({ grant, offset: 0, length: headerLength, signal })
  const beginning = await readExactly(body, Math.min(headerLength, total))
  return {
    length: total,
    async read(offset, length) {
      if (offset + length <= beginning.length) return beginning.subarray(offset, offset + length)
      const answer = await getRange({ grant, offset, length, signal })
      return readExactly(answer.body, length)
    },
  }
}

async function readExactly(body: ReadableStream<Bytes>, length: number): Promise<Bytes> {
  const reader = readBytes(body)
  try {
    const { buffer, filled } = await reader.fill({ buffer: new ArrayBuffer(length), offset: 0, length })
    if (filled < length) throw new Problem('network')
    return new Uint8Array(buffer)
  } catch (cause) {
    throw cause instanceof Problem ? cause : new Problem('network', { cause })
  } finally {
    await reader.cancel()
  }
}
