/** What a letter of the house can be about. The store keeps it while it waits, and server/mail/letters.ts writes it out. */
import * as z from 'zod/mini'
import type { SlotId } from './ids.ts'

/** What a letter says. No text that a stranger could choose but verified addresses. */
export type Letter =
  | { readonly kind: 'code'; readonly to: string; readonly code: string; readonly minutes: number }
  | { readonly kind: 'known-address'; readonly to: string }
  | { readonly kind: 'login-code'; readonly to: string; readonly code: string; readonly minutes: number }
  | { readonly kind: 'reset-code'; readonly to: string; readonly code: string; readonly minutes: number }
  /** To an address without an account that somebody asked to reset: the same work, and an answer for who mistook it. */
  | { readonly kind: 'unknown-address'; readonly to: string }
  | { readonly kind: 'address-code'; readonly to: string; readonly code: string; readonly minutes: number }
  /** To the old address, once another one took its place. */
  | { readonly kind: 'address-changed'; readonly to: string; readonly next: string }
  /** Something that only the owner should have done; `what` picks the sentence. */
  | { readonly kind: 'account-notice'; readonly to: string; readonly what: AccountNotice }
  | { readonly kind: 'new-transfer'; readonly to: string; readonly from: string; readonly slotId: SlotId }

/** What an owner is told of by letter, so that somebody else's doing is noticed. */
export const accountNotice = z.enum([
  'new-device',
  'password-changed',
  'factors-changed',
  'identity-reset',
  'keys-renewed',
  'token-made',
  'many-failed-logins',
  'account-deleted',
])
export type AccountNotice = z.infer<typeof accountNotice>
