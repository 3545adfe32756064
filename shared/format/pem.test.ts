import { describe, expect, test } from 'vitest'
import { encodePem, maxPemBytes, parsePem } from './pem.ts'

const der = Uint8Array.from({ length: 100 }, (_, at) => at * 7)
const good = encodePem({ label: 'PRIVATE KEY', der })
const refused = (reason: string) => expect.objectContaining({ code: 'key-file-refused', data: { reason } })

test.each([1, 2, 3, 47, 48, 49, 96, 1000])('%d bytes come back', length => {
  const bytes = Uint8Array.from({ length }, (_, at) => at * 31)
  const text = encodePem({ label: 'X', der: bytes })
  expect(parsePem(text)).toEqual({ preamble: [], blocks: [{ label: 'X', der: bytes }] })
  expect(text).toBe(
    `-----BEGIN X-----\n${Buffer.from(bytes)
      .toString('base64')
      .replace(/.{1,64}/g, '$&\n')}-----END X-----\n`,
  )
})

test.each([
  ['CRLF', good.replaceAll('\n', '\r\n')],
  ['CR', good.replaceAll('\n', '\r')],
  ['blanks at line ends', good.replaceAll('\n', ' \t\n')],
  ['no newline at the end', good.trimEnd()],
  ['a byte order mark', `\uFEFF${good}`],
  ['one long line', good.replace(/(?<=[A-Za-z0-9+/])\n(?=[A-Za-z0-9+/])/g, '')],
  ['bytes', new TextEncoder().encode(good)],
])('%s is taken', (_, source) => {
  expect(parsePem(source).blocks).toEqual([{ label: 'PRIVATE KEY', der }])
})

test('text before the first block is kept line by line, other text is passed over', () => {
  const { preamble, blocks } = parsePem(`a\n\n b \n${good}c\n${good}d\n`)
  expect(preamble).toEqual(['a', '', ' b'])
  expect(blocks).toHaveLength(2)
})

describe('refused', () => {
  test.each([
    ['nothing', 'not-pem', ''],
    ['text alone', 'not-pem', 'datacrypt-card: {}\n'],
    ['bytes that are not UTF-8', 'not-pem', Uint8Array.of(0x30, 0x81, 0xb6)],
    ['more than 1 MiB', 'too-large', good + ' '.repeat(maxPemBytes)],
    ['more than 1 MiB of bytes', 'too-large', new Uint8Array(maxPemBytes + 1)],
    ['Proc-Type', 'old-encryption', good.replace('\n', '\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n')],
    ['another header', 'damaged', good.replace('\n', '\nComment: x\n')],
    ['no end', 'damaged', good.slice(0, good.indexOf('-----END'))],
    ['another end', 'damaged', good.replace('END PRIVATE', 'END PUBLIC')],
    ['an end first', 'damaged', `-----END X-----\n${good}`],
    ['a block in a block', 'damaged', good.replace('\n', '\n-----BEGIN X-----\n')],
    ['four hyphens', 'damaged', good.replace('KEY-----\n', 'KEY----\n')],
    ['an indented line', 'damaged', good.replace('\n', '\n ')],
    ['an empty block', 'damaged', '-----BEGIN X-----\n-----END X-----\n'],
    ['the alphabet of URLs', 'damaged', '-----BEGIN X-----\n_-8=\n-----END X-----\n'],
    ['no padding', 'damaged', '-----BEGIN X-----\n/+8\n-----END X-----\n'],
    ['too much padding', 'damaged', '-----BEGIN X-----\n/+8==\n-----END X-----\n'],
    ['spare bits that are not zero', 'damaged', '-----BEGIN X-----\n/+9=\n-----END X-----\n'],
    ['padding in the middle', 'damaged', '-----BEGIN X-----\n/+8=\n/+8=\n-----END X-----\n'],
  ])('%s', (_, reason, source) => {
    expect(() => parsePem(source)).toThrow(refused(reason))
  })
})

test('a file of 25,000 blocks takes no time worth speaking of', () => {
  const block = '-----BEGIN X-----\nAAAA\n-----END X-----\n'
  expect(parsePem(block.repeat(25_000)).blocks).toHaveLength(25_000)
})
