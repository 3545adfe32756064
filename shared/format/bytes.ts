/** Bytes over a plain ArrayBuffer: what WebCrypto takes and what can be transferred. */
export type Bytes = Uint8Array<ArrayBuffer>

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** The parts one after another, in a new buffer. */
export function concat(...parts: readonly Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    joined.set(part, at)
    at += part.length
  }
  return joined
}

/** The same bytes as {@link Bytes}; copies only where they lie in shared memory. */
export function asBytes(bytes: Uint8Array): Bytes {
  return isPlain(bytes) ? bytes : new Uint8Array(bytes)
}

function isPlain(bytes: Uint8Array): bytes is Bytes {
  return bytes.buffer instanceof ArrayBuffer
}

/** Whether both hold the same bytes. Not constant-time: for public values only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** Negative, zero or positive as `a` sorts before, with or after `b`, byte by byte. */
export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length)
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return a.length - b.length
}

/** UTF-8 of `text`; lone surrogates become U+FFFD, so refuse them before where they matter. */
export function utf8(text: string): Bytes {
  return encoder.encode(text)
}

/** Text of strict UTF-8 (a byte order mark stays in it), or `null` where it is not UTF-8. */
export function utf8Text(bytes: Uint8Array): string | null {
  try {
    return decoder.decode(bytes)
  } catch {
    return null
  }
}

/** `text` in ASCII, then one zero byte: how FORMAT's labels are set apart from what follows them. */
export function label(text: string): Bytes {
  return concat(utf8(text), new Uint8Array(1))
}

/** Four bytes, big-endian. */
export function uint32(value: number): Bytes {
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setUint32(0, value)
  return bytes
}

/** Eight bytes, big-endian, of an integer up to 2^53 - 1. */
export function uint64(value: number): Bytes {
  const bytes = new Uint8Array(8)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(value))
  return bytes
}

/** A chunk's counter: its index in eleven bytes, big-endian, then 1 on the last chunk and 0 on the others. */
export function chunkCounter(index: number, final: boolean): Bytes {
  const bytes = new Uint8Array(12)
  new DataView(bytes.buffer).setBigUint64(3, BigInt(index))
  bytes[11] = final ? 1 : 0
  return bytes
}
