/** PEM (RFC 7468), read strictly: what stands in a block is base64 alone. */
import { decodeBase64, encodeBase64 } from './base64.ts'
import { type Bytes, utf8Text } from './bytes.ts'
import { keyFileRefused } from './pem-refused.ts'

/** Bytes of the largest PEM file that is read. */
export const maxPemBytes = 2 ** 20

/** One `BEGIN label` to `END label`. */
export interface PemBlock {
  readonly label: string
  readonly der: Bytes
}

/** A PEM file. Text between and after the blocks is passed over (RFC 7468 section 2). */
export interface Pem {
  /** The lines before the first block, without the white space at their ends. */
  readonly preamble: readonly string[]
  /** At least one. */
  readonly blocks: readonly PemBlock[]
}

const boundary = /^-----(BEGIN|END) ([A-Z0-9]+(?: [A-Z0-9]+)*)-----$/
const column = 64

/**
 * Reads a PEM file of 1 MiB at most, with line ends of any kind. Throws `key-file-refused`: `not-pem` where there is
 * no block or no text, `too-large`, `old-encryption` where a block has RFC 1421's `Proc-Type`, `damaged` where a block
 * has no end, another end, or holds anything else than base64 in its one spelling.
 */
export function parsePem(source: Uint8Array | string): Pem {
  const lines = linesOf(source)
  const preamble: string[] = []
  const blocks: PemBlock[] = []
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? ''
    if (line.startsWith('-----')) {
      const end = endOfBlock(lines, at)
      blocks.push({ label: labelOf(line, 'BEGIN'), der: decodeBody(lines.slice(at + 1, end)) })
      at = end
    } else if (blocks.length === 0) preamble.push(line)
  }
  if (blocks.length === 0) throw keyFileRefused('not-pem')
  return { preamble, blocks }
}

function linesOf(source: Uint8Array | string): string[] {
  if (source.length > maxPemBytes) throw keyFileRefused('too-large')
  const text = typeof source === 'string' ? source : utf8Text(source)
  if (text === null) throw keyFileRefused('not-pem')
  // Editors of one platform put a byte order mark before whatever they save.
  return text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\r|\n/)
    .map(line => line.trimEnd())
}

function labelOf(line: string, kind: 'BEGIN' | 'END'): string {
  const [, found, label] = boundary.exec(line) ?? []
  if (found !== kind || label === undefined) throw keyFileRefused('damaged')
  return label
}

function endOfBlock(lines: readonly string[], begin: number): number {
  const label = labelOf(lines[begin] ?? '', 'BEGIN')
  let end = begin + 1
  while (end < lines.length && !lines[end]?.startsWith('-----')) end++
  if (labelOf(lines[end] ?? '', 'END') !== label) throw keyFileRefused('damaged')
  return end
}

function decodeBody(lines: readonly string[]): Bytes {
  if (lines[0]?.startsWith('Proc-Type:')) throw keyFileRefused('old-encryption')
  const text = lines.join('')
  const isBase64 = text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
  const bytes = isBase64 ? decodeBase64(urlSpelling(text)) : null
  if (bytes === null || bytes.length === 0) throw keyFileRefused('damaged')
  return bytes
}

function urlSpelling(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** One block, 64 characters a line (RFC 7468 section 2), with a newline at its end. */
export function encodePem({ label, der }: PemBlock): string {
  const url = encodeBase64(der).replaceAll('-', '+').replaceAll('_', '/')
  const text = url.padEnd(Math.ceil(url.length / 4) * 4, '=')
  const lines: string[] = []
  for (let at = 0; at < text.length; at += column) lines.push(text.slice(at, at + column))
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
