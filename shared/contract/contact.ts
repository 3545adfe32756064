/** Other people: what a lookup tells about them. */
import * as z from 'zod/mini'
import { cardJson } from './account.ts'
import { userId } from './ids.ts'

/** Somebody as a list shows them. Name and address are what the server says, never proof. */
export const person = z.object({ userId, name: z.string(), email: z.string() })
export type Person = z.infer<typeof person>

/** A person with the newest card; the client checks its signature and compares it with its pin. */
export const personWithCard = z.object({ ...person.shape, card: cardJson })
export type PersonWithCard = z.infer<typeof personWithCard>

export const cardInput = z.object({ userId })
