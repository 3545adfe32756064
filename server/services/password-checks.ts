/** Judging passwords that are typed: at the door, and once more in a session. Wrong ones make the next try wait. */
import { Problem } from '#shared/contract/problems.ts'
import type { UserRecord } from '../store/records.ts'
import { budgets, ladders, within } from './budgets.ts'
import type { Ground } from './ground.ts'
import type { Notices } from './notices.ts'
import type { Passwords } from './passwords.ts'
import type { Sessions, Who } from './sessions.ts'

export interface AtDoor {
  readonly email: string
  readonly loginSecret: string
  /** Who has this address; null where nobody does. */
  readonly user: UserRecord | null
  /** The caller's network. */
  readonly from: string
  /** Hash of the known device, which has a ladder of its own: nobody else can make its owner wait. */
  readonly device: string | null
}

export interface PasswordChecks {
  /** The person whose password it is. Throws `wrong-login`, the same for nobody's address, and `too-many-tries`. */
  atDoor(input: AtDoor): Promise<UserRecord>
  /** Throws `wrong-login`, `too-many-tries`, `logged-out`. */
  inSession(who: Who, loginSecret: string): Promise<void>
}

export interface PasswordCheckParts {
  readonly passwords: Passwords
  readonly sessions: Pick<Sessions, 'nameOf'>
  readonly notices: Notices
}

export function makePasswordChecks(ground: Ground, parts: PasswordCheckParts): PasswordChecks {
  const { limits } = ground
  return {
    async atDoor({ email, loginSecret, user, from, device }) {
      const place = device ?? from
      await limits.spend(budgets.loginFrom, place)
      const key = `${email} ${place}`
      await limits.climb(ladders.login, key)
      const good = await parts.passwords.verify(user?.loginHash ?? null, loginSecret)
      if (user !== null && good) {
        await limits.forgive(ladders.login, key)
        return user
      }
      if (user !== null) await countFailure(ground, parts.notices, user)
      throw new Problem('wrong-login')
    },

    async inSession(who, loginSecret) {
      // By its name: an id that is renewed would begin another ladder each time.
      const name = await parts.sessions.nameOf(who)
      await limits.spend(budgets.confirms, name)
      await limits.climb(ladders.confirm, name)
      const user = await ground.store.users.get(who.userId)
      if (!(await parts.passwords.verify(user?.loginHash ?? null, loginSecret))) throw new Problem('wrong-login')
      await limits.forgive(ladders.confirm, name)
    },
  }
}

/** The hundredth failure of a day, wherever they come from, is told to the owner, once. */
async function countFailure(ground: Ground, notices: Notices, { userId }: UserRecord): Promise<void> {
  if (await within(ground.limits.spend(budgets.failedLogins, userId))) return
  if (!(await within(ground.limits.spend(budgets.failedLoginLetters, userId)))) return
  await notices.tell(userId, 'many-failed-logins', String(ground.now()))
}
