/** How often somebody may do something (THREATS 8). `From` budgets count by network address. */
import { Problem } from '#shared/contract/problems.ts'
import type { Budget, Ladder } from '../limits/limits.ts'

const minute = 60
const hour = 60 * minute
const day = 24 * hour

export const budgets = {
  /** Any call at all. */
  calls: { name: 'calls', points: 1200, seconds: minute },
  params: { name: 'params', points: 120, seconds: hour },
  register: { name: 'register', points: 60, seconds: hour },
  /** Letters with codes to one address, whoever asks. */
  codesToAddress: { name: 'codes-to-address', points: 5, seconds: hour },
  verify: { name: 'verify', points: 120, seconds: hour },
  /** Passwords typed at the door, by network or by known device: each is a hash that costs (THREATS T19). */
  loginFrom: { name: 'login-from', points: 300, seconds: hour },
  /** Passwords typed once more in one session, and new passwords of one account: hashes, too. */
  confirms: { name: 'confirms', points: 60, seconds: hour },
  newPasswords: { name: 'new-passwords', points: 20, seconds: hour },
  /** Letters with codes for logins whose password was right: strangers cannot spend it. */
  loginCodes: { name: 'login-codes', points: 5, seconds: hour },
  /** Failed logins of one address from anywhere: the hundredth of a day tells the owner. */
  failedLogins: { name: 'failed-logins', points: 99, seconds: day },
  failedLoginLetters: { name: 'failed-login-letters', points: 1, seconds: day },
  /** Resets that one network begins, and letters about them to one address, whoever asks. */
  resets: { name: 'resets', points: 60, seconds: hour },
  resetsOfAddress: { name: 'resets-of-address', points: 5, seconds: hour },
  /** Changes of address that one account begins: each is a letter to somewhere. */
  addressChanges: { name: 'address-changes', points: 5, seconds: hour },
  /** Letters of one kind that tell an owner what happened: after as many it is told. */
  notices: { name: 'notices', points: 30, seconds: hour },
  exports: { name: 'exports', points: 20, seconds: hour },
  lookups: { name: 'lookups', points: 60, seconds: hour },
  /** Different addresses that one account may look up. */
  lookupsADay: { name: 'lookups-a-day', points: 300, seconds: day },
  /** Requests of any kind by network address, before anything looks at them: parts of a fast line are most of it. */
  requests: { name: 'requests', points: 60_000, seconds: minute },
  /** Frames of one feed; its browser says two, then a word each twenty seconds. */
  frames: { name: 'frames', points: 120, seconds: minute },
  /** Cards of people already met; a transfer to a hundred asks a hundred times. */
  cards: { name: 'cards', points: 3000, seconds: hour },
  /** Letters about new transfers; the transfer itself is there in any case (THREATS A28). */
  lettersFromPair: { name: 'letters-from-pair', points: 20, seconds: day },
  lettersToAddress: { name: 'letters-to-address', points: 100, seconds: day },
  creates: { name: 'creates', points: 600, seconds: hour },
  tickets: { name: 'tickets', points: 600, seconds: hour },
} as const satisfies Record<string, Budget>

/** Waits that grow with failures in a row (THREATS 8; NIST 800-63B §5.2.2: a hundred at most). */
const growing = { free: 5, first: 1, most: 15 * minute, stop: 100, rest: day }

export const ladders = {
  /** By address and network together, or by known device: a stranger locks nobody out. */
  login: { name: 'login', ...growing },
  /** By account and known device, or account alone: who comes here knows the password. */
  factor: { name: 'factor', ...growing },
  /** First codes of an app that is being set up, by session. */
  setUp: { name: 'set-up', ...growing },
  /** The password once more, by session; its name stays when its id is renewed. */
  confirm: { name: 'confirm', ...growing },
} as const satisfies Record<string, Ladder>

/** Whether a budget had what was asked of it, for what is left out where it had not. */
export async function within(spending: Promise<void>): Promise<boolean> {
  try {
    await spending
    return true
  } catch (error) {
    if (error instanceof Problem && error.code === 'too-many-tries') return false
    throw error
  }
}
