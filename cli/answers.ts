import { Problem } from '#shared/contract/problems.ts'
import type { Answer } from './chunk-orders.ts'

/**
 * What a worker did, or the problem that it met. A file that ends too early was changed where it is sealed, and was
 * cut where it is opened.
 */
export function doneBy(answer: Answer, { index, short }: { index: number; short: 'file-changed' | 'truncated' }) {
  if (!('failed' in answer)) return answer
  const { failed } = answer
  if (failed === 'damaged') throw new Problem('damaged-at-chunk', { data: { chunk: index } })
  if (failed === 'short') throw new Problem(short)
  throw Object.assign(new Error(failed.code), failed)
}
