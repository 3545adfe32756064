/** Sizes and times that both sides keep: one number, one reason. Sizes are bytes, times milliseconds. */

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

export const times = { second, minute, hour, day } as const

/** Bounds of the person's own words. */
export const textLimits = {
  name: 100,
  /** RFC 5321 §4.5.3.1.3: a path is 256 octets with its brackets. */
  email: 254,
  /** NIST 800-63B: length is what counts; 15 where a password stands alone. */
  passwordMin: 15,
  passwordMax: 256,
  title: 200,
} as const

export const transferLimits = {
  /** A longer list of recipients belongs to a group, and every stanza costs a signature. */
  recipients: 100,
  /** S3's own bound on parts of one upload. */
  parts: 10_000,
  /** S3 asks for 5 MiB at least; 8 MiB is the smallest buffer at which uploads reach their full rate. */
  partSize: 8 * 1024 * 1024,
  /** Grants are asked for in pages. */
  grantsPerCall: 64,
  expiryMin: 5 * minute,
  expiryDefault: 7 * day,
  expiryMax: 31 * day,
  /** An upload that nobody went on with is swept after this. */
  unfinishedLife: 48 * hour,
  envelope: 4 * 1024 * 1024,
} as const

export const leaseLimits = {
  /** The holder of a lease may resume for this long. */
  life: 24 * hour,
  /** A lease without bytes served ends after this. */
  idleLife: 10 * minute,
  /** A URL handed out lives this long at most. */
  urlLife: 5 * minute,
} as const

export const codeLimits = {
  digits: 8,
  life: 10 * minute,
  tries: 5,
} as const

export const sessionLimits = {
  life: 30 * day,
  /** How long the password, once typed, stands for what asks for it again. */
  confirmed: 10 * minute,
  /** A session from a reset does one thing. */
  recoveryLife: 30 * minute,
  /** Between two writes of when a session was last used. */
  useStep: 5 * minute,
} as const

/** RFC 6238's usual size: most apps show no other. */
export const appCodeDigits = 6
export const recoveryCodes = 10
export const recoveryCodeLength = 10
/** 31 possible characters each: 158 bits. */
export const recoveryKeyLength = 32

export const tokenLimits = {
  /** A JWT of the REST face. */
  accessLife: 15 * minute,
  lifeMin: hour,
  lifeMax: 365 * day,
  perPerson: 50,
} as const

export const passkeyLimits = { perPerson: 20, challengeLife: 5 * minute } as const

/** Argon2id's parameters: what a client writes, and the least it accepts from a server. RFC 9106 §4. */
export const argon2Floor = { m: 65_536, t: 3, p: 1 } as const
export const argon2Ceiling = { m: 262_144, t: 16, p: 4 } as const

export const idempotencyLife = 60 * day
/** How many changes one pull hands out. */
export const changePage = 200
/** A feed's ticket is used once, at once. */
export const ticketLife = 30 * second
