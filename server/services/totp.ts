/** Codes of authenticator apps: RFC 6238 with SHA-1, 30 seconds and 6 digits, which is what apps know. */
import { encodeBase32NoPadding } from '@oslojs/encoding'
import { generateHOTP } from '@oslojs/otp'
import type { UserId } from '#shared/contract/ids.ts'
import { appCodeDigits } from '#shared/contract/limits.ts'
import { openAtRest, sealAtRest } from './at-rest.ts'
import { type Ground, sameText } from './ground.ts'

/** RFC 4226 §4: the length of the HMAC's output. */
const secretLength = 20
const step = 30_000
/** One step to each side (RFC 6238 §5.2): clocks differ, and people type slowly. */
const skew = 1

export interface Totp {
  /** A new secret, sealed for one person under the server's own key, and as the app takes it. */
  make(userId: UserId, email: string): { sealed: string; secret: string; uri: string }
  /**
   * The counter whose code this is, of those that are near now and after `lastCounter`; null where there is none. A code
   * that was taken, or one before it, is not taken again.
   */
  counterOf(input: TotpInput): number | null
}

export interface TotpInput {
  readonly userId: UserId
  readonly sealed: string
  readonly code: string
  readonly lastCounter: number
}

export function makeTotp(ground: Pick<Ground, 'secret' | 'now' | 'random'>): Totp {
  return {
    make(userId, email) {
      const secret = ground.random(secretLength)
      const text = encodeBase32NoPadding(secret)
      return { sealed: sealAtRest(ground, atRest(userId), secret), secret: text, uri: uriOf(email, text) }
    },
    counterOf({ userId, sealed, code, lastCounter }) {
      const secret = openAtRest(ground, atRest(userId), sealed)
      const middle = Math.floor(ground.now() / step)
      const near = Array.from({ length: 2 * skew + 1 }, (_, index) => middle - skew + index)
      // Every one is looked at, so that the time does not tell which was near.
      const fitting = near.filter(counter => sameText(generateHOTP(secret, BigInt(counter), appCodeDigits), code))
      return fitting.find(counter => counter > lastCounter) ?? null
    },
  }
}

/** The Key URI that apps read from a QR code. */
function uriOf(email: string, secret: string): string {
  const facts = `secret=${secret}&issuer=DataCrypt&algorithm=SHA1&digits=${appCodeDigits}&period=${step / 1000}`
  return `otpauth://totp/DataCrypt:${encodeURIComponent(email)}?${facts}`
}

const atRest = (userId: UserId) => ({ purpose: 'totp', owner: userId })
