/** Faults of the header, in the envelope and in `.enc`. */
import { encodeBase64 } from '#shared/format/base64.ts'
import { concat, utf8 } from '#shared/format/bytes.ts'
import { changed, headerByte, type Kit, type Made, type Row, toolsOf } from './fault-kit-rows.testing.ts'
import { flip, type Json, pattern, withJson } from './forge.testing.ts'

export function headerRows(kit: Kit): readonly Row[] {
  const { edit, forged, enc } = toolsOf(kit)
  const { suite } = kit
  const set = (title: string, expect: Row[1], at: number, value: number): Row => [
    `header: ${title}`,
    expect,
    edit(headerByte(at, value)),
  ]
  const flipped = (title: string, at: number, expect: Row[1]): Row => [
    `.enc: ${title}`,
    expect,
    enc(bytes => flip(bytes, at)),
  ]
  return [
    set('another magic', 'not-a-bundle', 7, 0x32),
    set('the magic in small letters', 'not-a-bundle', 0, 0x64),
    set('suite 0', 'unsupported', 8, 0),
    set('suite 3', 'unsupported', 8, 3),
    set('suite 255', 'unsupported', 8, 255),
    ['header: the suite swapped', 'sender-unproven', () => swapped(kit)],
    set('exponent 0', 'envelope-damaged', 9, 0),
    set('exponent 11', 'envelope-damaged', 9, 11),
    set('exponent 25', 'envelope-damaged', 9, 25),
    set('exponent 13 under an old signature', 'sender-unproven', 9, 13),
    set('reserved byte 10', 'envelope-damaged', 10, 1),
    set('reserved byte 11', 'envelope-damaged', 11, 128),
    ['header: salt changed under an old signature', 'sender-unproven', edit(json => turn(json, 12))],
    ['header: commitment changed under an old signature', 'sender-unproven', edit(json => turn(json, 44))],
    ['header: commitment flipped in its last bit', 'sender-unproven', edit(json => turn(json, 75))],
    ['header: commitment of another transfer', 'sender-unproven', edit(json => takeCommitment(json, kit))],
    [
      'header: commitment of another transfer, signed',
      'envelope-damaged',
      () => forged({ commitment: kit.other.envelope.header.commitment }),
    ],
    ['header: commitment of zeros, signed', 'envelope-damaged', () => forged({ commitment: new Uint8Array(32) })],
    ['header: of another transfer', 'sender-unproven', edit(json => takeHeader(json, kit))],
    flipped('another magic', 0, 'not-a-bundle'),
    flipped('the last byte of the magic', 7, 'not-a-bundle'),
    flipped('another suite', 8, 'parts-differ'),
    flipped('another exponent', 9, 'parts-differ'),
    flipped('a reserved byte', 11, 'parts-differ'),
    flipped('another salt', 12, 'parts-differ'),
    flipped('another commitment', 75, 'parts-differ'),
    ['.enc: of another transfer', 'parts-differ', enc(() => kit.other.enc)],
    [
      '.enc: of a transfer in the other suite',
      'parts-differ',
      async () => ({
        key: kit.three.key,
        enc: (await forged({ suite: suite === 'gcm' ? 'cbc' : 'gcm' })).enc,
      }),
    ],
    ['.enc: short, and no beginning of the magic', 'not-a-bundle', enc(() => utf8('DCRX'))],
    ['.enc: another magic, and cut', 'not-a-bundle', enc(bytes => flip(bytes, 3).slice(0, 60))],
    ['.enc: another salt, and cut', 'parts-differ', enc(bytes => flip(bytes, 20).slice(0, 40))],
    ['.enc: another salt, and longer', 'parts-differ', enc(bytes => concat(flip(bytes, 20), pattern(9)))],
    ['.enc: the envelope again', 'not-a-bundle', () => ({ key: kit.small.key, enc: utf8(kit.small.key) })],
  ]
}

/** 48 bytes in one suite are as long as 32 to 47 in the other, so that the length can occur in both. */
async function swapped(kit: Kit): Promise<Made> {
  const made = await toolsOf(kit).forged({ chunks: [pattern(kit.suite === 'gcm' ? 48 : 20)] })
  return { key: withJson(made.key, headerByte(8, kit.suite === 'gcm' ? 2 : 1)), enc: made.enc }
}

function turn(json: Json, at: number): void {
  json.header = changed(json.header, bytes => bytes.set(flip(bytes, at)))
}

function takeCommitment(json: Json, { other }: Kit): void {
  json.header = changed(json.header, bytes => bytes.set(other.envelope.header.commitment, 44))
}

function takeHeader(json: Json, { other }: Kit): void {
  json.header = encodeBase64(other.envelope.header.bytes)
}
