/** Writes DER (X.690) elements of up to 65,535 bytes of content. */
import { type Bytes, concat, uint64 } from './bytes.ts'
import { bytesOfHex } from './der-oid.ts'
import { tags } from './der-reader.ts'

/** One element with its contents one after another. */
export function derOf(tag: number, ...contents: readonly Uint8Array[]): Bytes {
  const content = concat(...contents)
  return concat(Uint8Array.of(tag, ...lengthOctets(content.length)), content)
}

export function derSequence(...contents: readonly Uint8Array[]): Bytes {
  return derOf(tags.sequence, ...contents)
}

/** From the hexadecimal of its content. */
export function derOid(hex: string): Bytes {
  return derOf(tags.oid, bytesOfHex(hex))
}

/** Of a number from 0 to 2^53 - 1. */
export function derInteger(value: number): Bytes {
  const octets = uint64(value)
  const first = octets.findIndex(octet => octet !== 0)
  const shortest = octets.subarray(first < 0 ? octets.length - 1 : first)
  const signed = (shortest[0] ?? 0) < 0x80 ? shortest : concat(new Uint8Array(1), shortest)
  return derOf(tags.integer, signed)
}

function lengthOctets(length: number): number[] {
  if (length < 0x80) return [length]
  return length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
}
