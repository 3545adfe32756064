/** Arithmetic of an upload's parts. */
import { Problem } from '#shared/contract/problems.ts'
import type { Part } from '#shared/contract/transfer.ts'

interface Sizes {
  readonly length: number
  readonly partSize: number
}

/** How many parts an upload has. */
export function partCount({ length, partSize }: Sizes): number {
  return Math.ceil(length / partSize)
}

/** Bytes of part `n`, counted from 1; the last one may be shorter. 0 where there is no such part. */
export function partLength({ length, partSize }: Sizes, n: number): number {
  return Math.max(0, Math.min(partSize, length - (n - 1) * partSize))
}

/** Throws `part-refused` where a part's number or length is not what the upload's arithmetic says. */
export function checkPart(sizes: Sizes, part: Part): void {
  const length = partLength(sizes, part.n)
  if (part.n < 1 || length === 0 || part.length !== length) throw new Problem('part-refused', { data: { n: part.n } })
}
