/** What ends where a password or an account key is replaced: every other way in that rested on the old one. */
import type { UserId } from '#shared/contract/ids.ts'
import type { Ground } from './ground.ts'
import type { Sessions } from './sessions.ts'

/**
 * Ends logins and resets that are under way, API tokens, and sessions (but `except`, a hash) with their feeds. Called
 * before the change as well as after it: a crash in between then leaves no door open that the change was to close.
 */
export async function endAccess(
  ground: Ground,
  sessions: Pick<Sessions, 'endAll'>,
  of: { userId: UserId; except?: string },
): Promise<void> {
  await ground.store.attempts.deleteOfUser(of.userId)
  await ground.store.tokens.deleteOfUser(of.userId)
  await sessions.endAll(of.userId, of.except)
}
