/** Faults that take the content key, or the sender: forged chunks, two keys, bad padding. */
import type { Bytes } from '#shared/format/bytes.ts'
import { contentKeys } from './content-key.ts'
import { type Kit, type Made, put, type Row, threeChunks, toolsOf } from './fault-kit-rows.testing.ts'
import { sealSalamander, wrongPadding } from './fault-kit-salamander.testing.ts'
import { chunkSize, flip, pattern, resign } from './forge.testing.ts'
import { sha256 } from './hash.ts'
import { sealChunk } from './suites.ts'

/** What somebody who holds the content key can write. */
export function insiderRows(kit: Kit): readonly Row[] {
  const { forged, chunkAt, digestsAt } = toolsOf(kit)
  const { three, people } = kit
  const insider = { insider: true }
  const forgedChunk = async (index: number, plain: Bytes) => {
    const keys = await contentKeys(three.contentKey, three.envelope.header)
    return sealChunk(keys, { index, final: index === 2, plain })
  }
  const replaced = async (index: number, length: number) =>
    put(three.enc, chunkAt(index), await forgedChunk(index, new Uint8Array(length)))
  const withDigest = async (index: number, length: number) => {
    const cipher = await forgedChunk(index, new Uint8Array(length))
    const all = put(three.enc, chunkAt(index), cipher)
    return put(all, digestsAt + 32 * index, await sha256(cipher))
  }
  const rows: Row[] = [
    [
      'a chunk forged by a recipient',
      'damaged-at-chunk 1',
      async () => ({
        key: three.key,
        enc: await replaced(1, chunkSize),
      }),
      { ...insider, damaged: [1] },
    ],
    [
      'a chunk forged by a recipient, with its digest',
      'root-mismatch',
      async () => ({
        key: three.key,
        enc: await withDigest(1, chunkSize),
      }),
      insider,
    ],
    [
      'the last chunk forged by a recipient',
      'damaged-at-chunk 2',
      async () => ({
        key: three.key,
        enc: await replaced(2, 1),
      }),
      { ...insider, damaged: [2] },
    ],
    [
      'the last chunk forged by a recipient, with its digest',
      'root-mismatch',
      async () => ({
        key: three.key,
        enc: await withDigest(2, 1),
      }),
      insider,
    ],
    [
      'a forged chunk, its digest and the root, under an old signature',
      'sender-unproven',
      () => forgedRoot(kit),
      insider,
    ],
    [
      'a bit changed under its own digest by the sender',
      'damaged-at-chunk 1',
      () =>
        forged({ chunks: threeChunks(), tamper: ciphers => ciphers.splice(1, 1, flip(ciphers[1] ?? pattern(1), 20)) }),
      { damaged: [1] },
    ],
    [
      'chunks swapped by the sender, digests and all',
      'damaged-at-chunk 0',
      () => forged({ chunks: threeChunks(), tamper: swapFirst }),
      { damaged: [0, 1] },
    ],
  ]
  return [...rows, ...(kit.suite === 'gcm' ? salamanderRows(people) : paddingRows(kit))]
}

function swapFirst(ciphers: Bytes[]): void {
  ciphers.splice(0, 2, ...ciphers.slice(0, 2).reverse())
}

async function forgedRoot(kit: Kit): Promise<Made> {
  const { chunkAt, digestsAt } = toolsOf(kit)
  const { three, people } = kit
  const keys = await contentKeys(three.contentKey, three.envelope.header)
  const cipher = await sealChunk(keys, { index: 1, final: false, plain: new Uint8Array(chunkSize) })
  const enc = put(put(three.enc, chunkAt(1), cipher), digestsAt + 32, await sha256(cipher))
  const honest: unknown = JSON.parse(three.key).recipients
  const text = await resign(three, people, { root: await sha256(enc.slice(digestsAt)) })
  return { key: JSON.stringify({ ...JSON.parse(text), recipients: honest }), enc }
}

/** One ciphertext that GCM opens under two keys: its commitment is to one of them. */
function salamanderRows(people: Kit['people']): Row[] {
  const make = () => sealSalamander(people)
  return [
    ['one ciphertext under two keys, opened by the one that is committed to', 'ok', make],
    ['one ciphertext under two keys, opened by the other', 'envelope-damaged', make, { access: 'carol' }],
  ]
}

/** The MAC is right and the padding is not: the same problem as any other damage. */
function paddingRows(kit: Kit): Row[] {
  const { forged } = toolsOf(kit)
  return [0, 17, 255].map(filler => [
    `padding of ${filler} under a good MAC`,
    'damaged-at-chunk 1',
    () =>
      forged({
        chunks: threeChunks(),
        sealWith: (keys, chunk) => (chunk.index === 1 ? wrongPadding(keys, chunk, filler) : sealChunk(keys, chunk)),
      }),
    { damaged: [1] },
  ])
}
