import type { OutboxRow } from '#client/app/views.ts'
import { format } from './format.ts'

/**
 * The line for what was begun before `openedAt` and stands still now: paused, or failed with a way on. Null where there
 * is nothing of the kind; what goes on by itself needs no line.
 */
export function unfinishedWords(rows: readonly OutboxRow[], openedAt: number): string | null {
  const left = rows.filter(row => row.since < openedAt && standsStill(row))
  const [first] = left
  if (first === undefined) return null
  if (left.length > 1) return `${format.count(left.length)} transfers are unfinished: go on with them, or discard them.`
  return `1 transfer is unfinished: ${wayOn(first)}, or discard it.`
}

function standsStill({ state }: OutboxRow): boolean {
  return state.kind === 'paused' || (state.kind === 'failed' && state.wayOn !== 'discard')
}

function wayOn({ state }: OutboxRow): string {
  if (state.kind === 'paused') return `go on from ${format.percent(state.progress.done, state.progress.total)}`
  return state.kind === 'failed' && state.wayOn === 'pick-again' ? 'pick its files again' : 'try again'
}
