/** Faults of `.enc` behind its header: bits, order, ends. Longer than other files: it is a table. */
import { type Bytes, concat } from '#shared/format/bytes.ts'
import { digestLength, headerLength } from '#shared/format/sizes.ts'
import { type Kit, type Made, put, type Row, threeChunks, toolsOf } from './fault-kit-rows.testing.ts'
import { chunkSize, flip, pattern, resign } from './forge.testing.ts'
import { sha256 } from './hash.ts'

const places = ['first', 'middle', 'last'] as const

export function payloadRows(kit: Kit): readonly Row[] {
  return [...bitRows(kit), ...moveRows(kit), ...cutRows(kit), ...endRows(kit), ...lengthRows(kit)]
}

function bitRows(kit: Kit): Row[] {
  const { enc, chunkAt, digestsAt } = toolsOf(kit)
  const { suite } = kit
  return places.flatMap((place, index): Row[] => {
    const end = index === 2 ? digestsAt : chunkAt(index + 1)
    const body = chunkAt(index) + (suite === 'gcm' ? 0 : 16)
    const damaged = { damaged: [index] }
    const bit = (title: string, at: number): Row => [
      `bit in ${title} of the ${place} chunk`,
      `damaged-at-chunk ${index}`,
      enc(bytes => flip(bytes, at)),
      damaged,
    ]
    const tag = suite === 'gcm' ? 16 : 32
    return [
      bit('the body', body),
      bit('the last byte of the body', end - tag - 1),
      bit('the tag', end - tag),
      bit('the last byte of the tag', end - 1),
      ...(suite === 'gcm' ? [] : [bit('the IV', chunkAt(index)), bit('the last byte of the IV', body - 1)]),
      [`bit in the digest of the ${place} chunk`, 'root-mismatch', enc(bytes => flip(bytes, digestsAt + 32 * index))],
    ]
  })
}

/** What a server can do with chunks and digests. */
function moveRows(kit: Kit): Row[] {
  const { enc, chunkAt, digestsAt } = toolsOf(kit)
  const { other } = kit
  const chunk = (bytes: Bytes, index: number) =>
    bytes.slice(chunkAt(index), index === 2 ? digestsAt : chunkAt(index + 1))
  const digest = (bytes: Bytes, index: number) => bytes.slice(digestsAt + 32 * index, digestsAt + 32 * index + 32)
  const swapped = (bytes: Bytes) => put(put(bytes, chunkAt(0), chunk(bytes, 1)), chunkAt(1), chunk(bytes, 0))
  const swappedDigests = (bytes: Bytes) =>
    put(put(bytes, digestsAt, digest(bytes, 1)), digestsAt + 32, digest(bytes, 0))
  const both = { damaged: [0, 1] }
  return [
    ['chunks swapped', 'damaged-at-chunk 0', enc(swapped), both],
    ['chunks swapped with their digests', 'root-mismatch', enc(bytes => swappedDigests(swapped(bytes)))],
    ['digests swapped', 'root-mismatch', enc(swappedDigests)],
    ['a chunk twice', 'damaged-at-chunk 1', enc(bytes => put(bytes, chunkAt(1), chunk(bytes, 0))), { damaged: [1] }],
    [
      'a chunk twice with its digest',
      'root-mismatch',
      enc(bytes => put(put(bytes, chunkAt(1), chunk(bytes, 0)), digestsAt + 32, digest(bytes, 0))),
    ],
    ['the first chunk dropped', 'truncated', enc(bytes => concat(bytes.slice(0, chunkAt(0)), bytes.slice(chunkAt(1))))],
    [
      'the middle chunk dropped',
      'truncated',
      enc(bytes => concat(bytes.slice(0, chunkAt(1)), bytes.slice(chunkAt(2)))),
    ],
    ['the last chunk dropped', 'truncated', enc(bytes => concat(bytes.slice(0, chunkAt(2)), bytes.slice(digestsAt)))],
    [
      'the last chunk dropped with its digest',
      'truncated',
      enc(bytes => concat(bytes.slice(0, chunkAt(2)), bytes.slice(digestsAt, -32))),
    ],
    [
      'a chunk inserted',
      'trailing-data',
      enc(bytes => concat(bytes.slice(0, chunkAt(1)), chunk(bytes, 1), bytes.slice(chunkAt(1)))),
    ],
    [
      'the middle chunk of another transfer',
      'damaged-at-chunk 1',
      enc(bytes => put(bytes, chunkAt(1), chunk(other.enc, 1))),
      { damaged: [1] },
    ],
    [
      'the last chunk of another transfer',
      'damaged-at-chunk 2',
      enc(bytes => put(bytes, chunkAt(2), chunk(other.enc, 2))),
      { damaged: [2] },
    ],
    [
      'a chunk of another transfer with its digest',
      'root-mismatch',
      enc(bytes => put(put(bytes, chunkAt(1), chunk(other.enc, 1)), digestsAt + 32, digest(other.enc, 1))),
    ],
    [
      'all chunks of another transfer',
      'damaged-at-chunk 0',
      enc(bytes =>
        concat(bytes.slice(0, headerLength), other.enc.slice(headerLength, digestsAt), bytes.slice(digestsAt)),
      ),
      { damaged: [0, 1, 2] },
    ],
    [
      'all digests of another transfer',
      'root-mismatch',
      enc(bytes => put(bytes, digestsAt, other.enc.slice(digestsAt))),
    ],
    [
      'chunks and digests of another transfer',
      'root-mismatch',
      enc(bytes => concat(bytes.slice(0, headerLength), other.enc.slice(headerLength))),
    ],
    [
      'a chunk of zeros',
      'damaged-at-chunk 0',
      enc(bytes => put(bytes, chunkAt(0), new Uint8Array(chunkAt(1) - chunkAt(0)))),
      { damaged: [0] },
    ],
    ['digests of zeros', 'root-mismatch', enc(bytes => put(bytes, digestsAt, new Uint8Array(96)))],
  ]
}

function cutRows(kit: Kit): Row[] {
  const { enc, chunkAt, digestsAt } = toolsOf(kit)
  const cut = (title: string, end: number): Row => [`cut ${title}`, 'truncated', enc(bytes => bytes.slice(0, end))]
  return [
    ['every truncation of .enc', 'truncated', () => kit.small, { recipe: 'cut-enc' }],
    cut('to nothing', 0),
    cut('in the magic', 5),
    cut('in the header', 40),
    cut('behind the header', headerLength),
    cut('in the first chunk', headerLength + 100),
    cut('in the tag of the first chunk', chunkAt(1) - 3),
    cut("at the first chunk's edge", chunkAt(1)),
    cut('a byte behind that edge', chunkAt(1) + 1),
    ...(kit.suite === 'gcm' ? [] : [cut('in the IV of the middle chunk', chunkAt(1) + 9)]),
    cut("at the middle chunk's edge", chunkAt(2)),
    cut('in the tag of the last chunk', digestsAt - 3),
    cut('before the digests', digestsAt),
    cut('in the first digest', digestsAt + 5),
    cut('before the last digest', -digestLength),
    cut('by a byte', -1),
    ['cut and damaged', 'truncated', enc(bytes => flip(bytes, chunkAt(1)).slice(0, -8))],
    ['one byte after the end', 'trailing-data', enc(bytes => concat(bytes, new Uint8Array(1)))],
    ['16 bytes after the end', 'trailing-data', enc(bytes => concat(bytes, pattern(16)))],
    ['a newline after the end', 'trailing-data', enc(bytes => concat(bytes, Uint8Array.of(10)))],
    ['a chunk size of bytes after the end', 'trailing-data', enc(bytes => concat(bytes, pattern(chunkSize)))],
    ['the transfer after itself', 'trailing-data', enc(bytes => concat(bytes, bytes))],
    ['a byte after the end, and damaged', 'trailing-data', enc(bytes => flip(concat(bytes, pattern(1)), chunkAt(0)))],
  ]
}

/** Which chunk is called the last: made so by the sender, digests and all. */
function endRows(kit: Kit): Row[] {
  const { forged } = toolsOf(kit)
  const gcm = kit.suite === 'gcm'
  const finals = (title: string, finals: readonly boolean[], damaged: readonly number[]): Row => [
    title,
    `damaged-at-chunk ${damaged[0] ?? 0}`,
    () => forged({ chunks: threeChunks().slice(0, finals.length), finals }),
    { damaged },
  ]
  const [first, second, last] = threeChunks()
  const full = [first ?? pattern(0), second ?? pattern(0)] as const
  const byte = last ?? pattern(0)
  return [
    finals('no final chunk', [false, false, false], [2]),
    finals('one chunk and not final', [false], [0]),
    finals('two final chunks, the first and the last', [true, false, true], [0]),
    finals('two final chunks, the last two', [false, true, true], [1]),
    finals('every chunk final', [true, true, true], [0, 1]),
    finals('the middle chunk final and the last not', [false, true, false], [1, 2]),
    [
      'a full final chunk where a short one follows',
      'damaged-at-chunk 0',
      () => forged({ chunks: [full[0], second?.slice(0, 1) ?? byte], finals: [true, true] }),
      { damaged: [0] },
    ],
    [
      'an empty final chunk after a full one',
      gcm ? 'envelope-damaged' : 'damaged-at-chunk 1',
      () => forged({ chunks: [full[0], pattern(0)] }),
      gcm ? {} : { damaged: [1] },
    ],
    [
      'an empty final chunk after two full ones',
      gcm ? 'envelope-damaged' : 'damaged-at-chunk 2',
      () => forged({ chunks: [...full, pattern(0)] }),
      gcm ? {} : { damaged: [2] },
    ],
    [
      'a short chunk before the last',
      'damaged-at-chunk 0',
      () => forged({ chunks: [full[0].slice(1), full[1].slice(0, gcm ? 2 : 16)] }),
      { damaged: [0, 1] },
    ],
    [
      'a chunk that is one longer than full',
      'damaged-at-chunk 1',
      () =>
        forged({
          chunks: [full[0], concat(full[1], byte), pattern(2 * chunkSize + 5).slice(2 * chunkSize)],
          size: 2 * chunkSize + 5,
        }),
      { damaged: gcm ? [1, 2] : [1] },
    ],
    [
      'a last chunk that is one longer than full',
      gcm ? 'envelope-damaged' : 'damaged-at-chunk 1',
      () => forged({ chunks: [full[0], concat(full[1], byte)], size: 2 * chunkSize }),
      gcm ? {} : { damaged: [1] },
    ],
    [
      'a single chunk that is one longer than full',
      gcm ? 'envelope-damaged' : 'damaged-at-chunk 0',
      () => forged({ chunks: [pattern(chunkSize + 1)], size: chunkSize }),
      gcm ? {} : { damaged: [0] },
    ],
  ]
}

/** The sender's envelope and `.enc` disagree about the length. */
function lengthRows(kit: Kit): Row[] {
  const { chunkAt, digestsAt } = toolsOf(kit)
  const { three, people } = kit
  const said = (title: string, expect: Row[1], length: number): Row => [
    `the envelope says ${title}`,
    expect,
    async () => ({ key: await resign(three, people, { length }), enc: three.enc }),
  ]
  const step = kit.suite === 'gcm' ? 1 : 16
  return [
    said('one step more', 'truncated', three.enc.length + step),
    said('many bytes more', 'truncated', three.enc.length + 48),
    said('a chunk more', 'truncated', three.enc.length + chunkAt(1) - chunkAt(0) + digestLength),
    [
      'the root of the envelope is that of other digests',
      'root-mismatch',
      async () => ({
        key: await resign(three, people, { root: await sha256(kit.other.enc.slice(digestsAt)) }),
        enc: three.enc,
      }),
    ],
    [
      'the root of the envelope is zero',
      'root-mismatch',
      async () => ({
        key: await resign(three, people, { root: new Uint8Array(32) }),
        enc: three.enc,
      }),
    ],
    ['the envelope says a chunk less, of padding', 'trailing-data', () => lessPadding(kit)],
  ]
}

async function lessPadding(kit: Kit): Promise<Made> {
  const { chunkAt, digestsAt, forged } = toolsOf(kit)
  const made = await forged({ chunks: threeChunks(), size: 5 })
  const length = digestsAt - (chunkAt(1) - chunkAt(0)) + 2 * digestLength
  return { key: await resign(made, kit.people, { length }), enc: made.enc }
}
