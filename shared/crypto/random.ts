import type { Bytes } from '#shared/format/bytes.ts'

/** A source of random bytes; an argument, so that known answers can be made again. */
export type Random = (length: number) => Bytes

/** The platform's generator. */
export const platformRandom: Random = length => crypto.getRandomValues(new Uint8Array(length))
