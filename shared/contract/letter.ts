/** What a letter of the house can be about. The store keeps it while it waits, and server/mail/letters.ts writes it out. */
import type { SlotId } from './ids.ts'

/** What a letter says. No text that a stranger could choose but verified addresses. */
export type Letter =
  | { readonly kind: 'code'; readonly to: string; readonly code: string; readonly minutes: number }
  | { readonly kind: 'known-address'; readonly to: string }
  | { readonly kind: 'new-transfer'; readonly to: string; readonly from: string; readonly slotId: SlotId }
