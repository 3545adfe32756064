/** Bytes in memory that nothing compresses: a random block again and again. */
const block = 65_536

export function memorySample(bytes: number): Uint8Array<ArrayBuffer> {
  const pattern = crypto.getRandomValues(new Uint8Array(block))
  const sample = new Uint8Array(bytes)
  for (let at = 0; at < bytes; at += block) sample.set(pattern.subarray(0, bytes - at), at)
  return sample
}
