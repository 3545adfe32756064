/** What is said of the encryption keys that were replaced. */
import type { Safety } from '#client/app/safety-views.ts'
import { format } from '../../format.ts'

const small = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six', 'Seven', 'Eight', 'Nine'] as const

/** "Two older keys are kept, locked, for 5 transfers that still need them."; null where there are none. */
export function olderKeyWords(keys: Safety['olderKeys']): string | null {
  if (keys.length === 0) return null
  const one = keys.length === 1
  const number = small[keys.length] ?? format.count(keys.length)
  const needed = keys.reduce((sum, key) => sum + key.neededBy, 0)
  const head = `${number} older ${one ? 'key is' : 'keys are'} kept, locked,`
  if (needed === 0) return `${head} for what was encrypted before.`
  const transfers = `${format.count(needed)} ${needed === 1 ? 'transfer that still needs' : 'transfers that still need'}`
  return `${head} for ${transfers} ${one ? 'it' : 'them'}.`
}

/** When the next of them is deleted; null where nothing is known to come. */
export function nextDeletion({ olderKeys, deleteOlder }: Safety, now: number): number | null {
  if (!deleteOlder) return null
  const next = Math.min(...olderKeys.map(key => key.until))
  return Number.isFinite(next) && next > now ? next : null
}
