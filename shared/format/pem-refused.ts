import { type KeyFileReason, Problem } from '#shared/contract/problems.ts'

/** `key-file-refused` with its reason; the person has to take another file, or write this one in another way. */
export function keyFileRefused(reason: KeyFileReason): Problem {
  return new Problem('key-file-refused', { data: { reason } })
}
