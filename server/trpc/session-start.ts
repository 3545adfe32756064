/** Where a session begins, as far as the request tells. */
import type { SessionStart } from '../services/sessions.ts'
import type { Context } from './base.ts'

export function startOf(ctx: Pick<Context, 'from' | 'browser'>): SessionStart {
  return { from: ctx.from, agent: ctx.browser?.agent ?? null }
}
