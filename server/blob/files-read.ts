/** Reads a blob from its part files as if they were one. */
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { Problem } from '#shared/contract/problems.ts'
import type { AskedRange } from './blob.ts'
import { onDisk } from './files-disk.ts'
import { type Manifest, partName } from './files-layout.ts'
import { partLength } from './part-sizes.ts'

/** Bytes that one read asks the disk for; with the stream's own one of this size, two are in memory. */
const step = 512 * 1024

/** `to` is not included in either. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** A stream of `span` of the blob whose parts lie in `folder`. Files are opened one at a time, when their turn comes. */
export function readSpan(folder: string, manifest: Manifest, span: Span): Readable {
  return Readable.from(bytesOf(folder, manifest, span), { objectMode: false, highWaterMark: step })
}

async function* bytesOf(folder: string, manifest: Manifest, { from, to }: Span): AsyncGenerator<Buffer> {
  for (let at = from; at < to; ) {
    const index = Math.floor(at / manifest.partSize)
    const start = index * manifest.partSize
    const end = Math.min(start + manifest.partSize, to)
    yield* bytesOfPart(join(folder, nameOf(manifest, index)), { from: at - start, to: end - start })
    at = end
  }
}

async function* bytesOfPart(path: string, { from, to }: Span): AsyncGenerator<Buffer> {
  const file = await onDisk(() => open(path, 'r'))
  try {
    for (let at = from; at < to; ) {
      const room = Buffer.allocUnsafeSlow(Math.min(step, to - at))
      const { bytesRead } = await onDisk(() => file.read(room, 0, room.length, at))
      // The file was whole when the blob was completed: the disk has lost bytes.
      if (bytesRead === 0) throw new Problem('unavailable')
      yield room.subarray(0, bytesRead)
      at += bytesRead
    }
  } finally {
    await file.close()
  }
}

function nameOf(manifest: Manifest, index: number): string {
  const n = index + 1
  return partName({ n, length: partLength(manifest, n), crc32: manifest.crcs[index] ?? 0 })
}

/** Throws `bad-request` where no byte of `span` exists. */
export function clampSpan({ from, to }: Span, total: number): Span {
  if (from < 0 || from >= total || to <= from) throw new Problem('range-refused', { data: { total } })
  return { from, to: Math.min(to, total) }
}

/** What RFC 9110 §14.1.2's first, last and suffix mean for a blob of `total` bytes. */
export function spanOf(range: AskedRange | null, total: number): Span {
  if (range === null) return { from: 0, to: total }
  if (range.suffix !== undefined) return clampSpan({ from: Math.max(0, total - range.suffix), to: total }, total)
  return clampSpan({ from: range.from ?? 0, to: range.to === undefined ? total : range.to + 1 }, total)
}
