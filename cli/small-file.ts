/** Reads what is small: cards, receipts, files of keys. */
import { open } from 'node:fs/promises'
import { Problem, type ProblemCode } from '#shared/contract/problems.ts'
import { type Bytes, concat } from '#shared/format/bytes.ts'
import { about } from './failures.ts'
import type { Setting } from './setting.ts'

/** No small file of ours is larger. */
const mostBytes = 2 ** 20

/**
 * The bytes of a file, or of standard input where `path` is `-`. Throws `refusal` for a folder and for more than 1 MiB,
 * `not-found` and `unavailable`.
 */
export function readSmall(setting: Setting, path: string, refusal: ProblemCode): Promise<Bytes> {
  return about(path, path === '-' ? gather(setting.input, refusal) : readFile(path, refusal))
}

async function readFile(path: string, refusal: ProblemCode): Promise<Bytes> {
  const handle = await open(path)
  try {
    if ((await handle.stat()).isDirectory()) throw new Problem(refusal)
    return await gather(handle.createReadStream({ autoClose: false, end: mostBytes }), refusal)
  } finally {
    await handle.close()
  }
}

async function gather(stream: AsyncIterable<Uint8Array>, refusal: ProblemCode): Promise<Bytes> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of stream) {
    length += piece.length
    if (length > mostBytes) throw new Problem(refusal)
    pieces.push(piece)
  }
  return concat(...pieces)
}
