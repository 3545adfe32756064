/** The closed list of everything that can go wrong, and what each edge does about it. */

/**
 * What a caller may do next.
 * - `never`: the same call fails again; the person has to change something.
 * - `later`: the same call may pass after a wait (`data.retryAfter` seconds where known).
 * - `login`: the session is gone or too weak; log in, then call again.
 */
export type RetryAdvice = 'never' | 'later' | 'login'

/** tRPC's names for the statuses that we use. */
export type TrpcCode =
  | 'BAD_REQUEST'
  | 'UNAUTHORIZED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'PAYLOAD_TOO_LARGE'
  | 'PRECONDITION_FAILED'
  | 'TOO_MANY_REQUESTS'
  | 'INTERNAL_SERVER_ERROR'
  | 'SERVICE_UNAVAILABLE'

type Row = readonly [status: number, trpc: TrpcCode, retry: RetryAdvice]

const bad: Row = [400, 'BAD_REQUEST', 'never']
const gone: Row = [404, 'NOT_FOUND', 'never']

/** One row a code. The first group is FORMAT.md's "Opening, in this order"; it never crosses the wire as an answer. */
export const problemTable = {
  'not-a-bundle': bad,
  unsupported: bad,
  'not-for-this-key': bad,
  'envelope-damaged': bad,
  'sender-unproven': bad,
  'parts-differ': bad,
  'damaged-at-chunk': bad,
  truncated: bad,
  'trailing-data': bad,
  'root-mismatch': bad,
  'receipt-invalid': bad,

  'bad-request': bad,
  'too-large': [413, 'PAYLOAD_TOO_LARGE', 'never'],
  'not-found': gone,
  conflict: [409, 'CONFLICT', 'never'],
  'too-many-tries': [429, 'TOO_MANY_REQUESTS', 'later'],
  internal: [500, 'INTERNAL_SERVER_ERROR', 'later'],
  unavailable: [503, 'SERVICE_UNAVAILABLE', 'later'],
  'server-full': [503, 'SERVICE_UNAVAILABLE', 'later'],

  'logged-out': [401, 'UNAUTHORIZED', 'login'],
  'wrong-login': [401, 'UNAUTHORIZED', 'never'],
  'wrong-code': [400, 'BAD_REQUEST', 'never'],
  'code-spent': [400, 'BAD_REQUEST', 'never'],
  'weak-password': bad,
  /** The password has to be typed once more: `account.confirm`, then the same call again. */
  'confirm-needed': [403, 'FORBIDDEN', 'login'],
  /** An API token is not allowed this. */
  'scope-missing': [403, 'FORBIDDEN', 'never'],
  'passkey-refused': bad,
  'passkey-unsupported': bad,
  'registration-closed': [403, 'FORBIDDEN', 'never'],
  'invitation-needed': [403, 'FORBIDDEN', 'never'],
  'origin-refused': [403, 'FORBIDDEN', 'never'],
  'keys-missing': [412, 'PRECONDITION_FAILED', 'never'],
  'keys-exist': [409, 'CONFLICT', 'never'],
  'card-refused': bad,

  'unknown-address': gone,
  'only-yourself': bad,
  'nothing-to-send': bad,
  expired: gone,
  revoked: gone,
  'limit-reached': gone,
  'quota-full': [403, 'FORBIDDEN', 'never'],
  'part-refused': bad,
  'grant-refused': [403, 'FORBIDDEN', 'later'],
  'range-refused': [416, 'BAD_REQUEST', 'never'],
  'parts-missing': [409, 'CONFLICT', 'later'],

  'identity-changed': [409, 'CONFLICT', 'never'],
  'file-changed': bad,
  'name-refused': bad,
  'storage-full': [503, 'SERVICE_UNAVAILABLE', 'later'],
  'wrong-password': bad,
  'kdf-refused': bad,
  'key-file-refused': bad,
  'wrong-passphrase': bad,
  'wrong-recovery-key': bad,
  /** The server names another identity, or another chain, as one's own. */
  'own-identity-changed': [409, 'CONFLICT', 'never'],
  locked: bad,
  'keys-gone': bad,
  network: [503, 'SERVICE_UNAVAILABLE', 'later'],
  'not-our-server': [503, 'SERVICE_UNAVAILABLE', 'later'],
  'no-download-started': bad,
  'server-went-back': [409, 'CONFLICT', 'never'],
  interrupted: bad,
  cancelled: bad,
} as const satisfies Record<string, Row>

/** Every code there is; `ui/words.ts` has a sentence for each, or does not compile. */
export type ProblemCode = keyof typeof problemTable

/** Why a file of keys is refused, as `data.reason` of `key-file-refused`. */
export type KeyFileReason =
  | 'not-pem'
  | 'too-large'
  | 'damaged'
  | 'other-key'
  | 'other-curve'
  | 'explicit-curve'
  | 'old-encryption'
  | 'other-encryption'
  | 'too-many-iterations'
  | 'mixed'
  | 'repeated-key'
  | 'card-unfit'

/** Facts for the sentence: never secrets, never text that a stranger wrote. */
export type ProblemData = Readonly<Record<string, string | number | boolean>>

/**
 * The one error class of the house. `code` is for programs, `message` for logs; what people read is made from `code`
 * and `data` where it is shown. `cause` and logs never carry secrets or query strings.
 */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly data: ProblemData

  constructor(code: ProblemCode, options: { data?: ProblemData; cause?: unknown } = {}) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.data = options.data ?? {}
  }

  /** HTTP status of this problem (RFC 9110). */
  get status(): number {
    return problemTable[this.code][0]
  }

  /** The tRPC code that maps to {@link status}. */
  get trpcCode(): TrpcCode {
    return problemTable[this.code][1]
  }

  /** What the caller may do next. */
  get retry(): RetryAdvice {
    return problemTable[this.code][2]
  }

  /** Plain form for the wire and for `postMessage`; {@link problemFrom} reads it back. */
  toJSON(): { code: ProblemCode; data: ProblemData } {
    return { code: this.code, data: this.data }
  }
}

/** Whether `text` is one of our codes. */
export function isProblemCode(text: unknown): text is ProblemCode {
  return typeof text === 'string' && Object.hasOwn(problemTable, text)
}

/** Reads what {@link Problem.toJSON} wrote; `null` where it is something else. */
export function problemFrom(plain: unknown): Problem | null {
  if (plain instanceof Problem) return plain
  if (typeof plain !== 'object' || plain === null || !('code' in plain) || !isProblemCode(plain.code)) return null
  const data: Record<string, string | number | boolean> = {}
  if ('data' in plain && typeof plain.data === 'object' && plain.data !== null) {
    for (const [name, value] of Object.entries(plain.data)) {
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') data[name] = value
    }
  }
  return new Problem(plain.code, { data })
}
