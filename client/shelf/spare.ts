/** `length` bytes of `spare`, or of new memory where there is none that is large enough. */
export function bytesIn(spare: ArrayBuffer | undefined, length: number): Uint8Array<ArrayBuffer> {
  return spare !== undefined && spare.byteLength >= length ? new Uint8Array(spare, 0, length) : new Uint8Array(length)
}
