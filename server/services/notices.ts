/** Letters that tell an owner what only they should have done. */
import type { UserId } from '#shared/contract/ids.ts'
import type { AccountNotice } from '#shared/contract/letter.ts'
import { budgets, within } from './budgets.ts'
import { type Ground, plainHash } from './ground.ts'
import type { Mailouts } from './mailouts.ts'

export interface Notices {
  /** Posts a letter to the person's own address; `event` names what happened, so that it is told once while it waits. */
  tell(userId: UserId, what: AccountNotice, event: string): Promise<void>
}

export function makeNotices(ground: Ground, parts: { mailouts: Mailouts }): Notices {
  return {
    async tell(userId, what, event) {
      const user = await ground.store.users.get(userId)
      if (user === null || !(await within(ground.limits.spend(budgets.notices, `${userId} ${what}`)))) return
      const mailId = `notice-${plainHash(`${userId} ${what} ${event}`)}`
      await parts.mailouts.post(mailId, { kind: 'account-notice', to: user.email, what })
    },
  }
}
