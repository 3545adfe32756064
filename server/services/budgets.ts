/** How often somebody may do something (THREATS 8). `From` budgets count by network address. */
import type { Budget } from '../limits/limits.ts'

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
  loginFrom: { name: 'login-from', points: 300, seconds: hour },
  /** By address and network together: a stranger elsewhere cannot lock anybody out. */
  loginPair: { name: 'login-pair', points: 10, seconds: 10 * minute },
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
