/** What stands in the sealed cells. Parsed when opened: an older version of the app may have written them. */
import * as z from 'zod/mini'
import { cardJson } from '#shared/contract/account.ts'
import { person } from '#shared/contract/contact.ts'
import { isProblemCode, type ProblemCode } from '#shared/contract/problems.ts'
import { sentSlot } from '#shared/contract/transfer.ts'

const time = z.number()
const file = z.object({ name: z.string(), size: z.number(), type: z.string(), modified: time })

const fault = z.object({
  code: z.custom<ProblemCode>(isProblemCode),
  data: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
})

/** Somebody else: name and address as the server said, the pinned card, and since when. */
export const personCell = z.object({
  name: z.string(),
  email: z.string(),
  card: cardJson,
  identityHash: z.string(),
  fingerprint: z.string(),
})
export type PersonCell = z.infer<typeof personCell>

const content = z.object({
  transfer: z.string(),
  root: z.string(),
  suite: z.enum(['gcm', 'cbc']),
  chunkSize: z.number(),
  chunks: z.number(),
  sealedAt: time,
  /** Of the encryption key that its own stanza names, base64url; older rows do not know. */
  kid: z.optional(z.string()),
  title: z.optional(z.string()),
  note: z.optional(z.string()),
  files: z.array(file),
})

export const receivedCell = z.object({
  from: person,
  content: z.nullable(content),
  fault: z.nullable(fault),
  saved: z.nullable(
    z.object({
      at: time,
      where: z.string(),
      into: z.enum(['folder', 'download']),
      files: z.record(z.string(), z.string()),
      whole: z.boolean(),
    }),
  ),
  receiptAt: z.nullable(time),
})
export type ReceivedCell = z.infer<typeof receivedCell>

export const sentCell = z.object({
  content: z.nullable(
    z.object({
      title: z.optional(z.string()),
      note: z.optional(z.string()),
      kid: z.optional(z.string()),
      files: z.array(file),
    }),
  ),
  slots: z.array(sentSlot),
  /** By slot: whether its receipt was signed by the recipient's pinned identity for this transfer. */
  receipts: z.record(z.string(), z.enum(['checked', 'refused'])),
})
export type SentCell = z.infer<typeof sentCell>

export const outboxCell = z.object({
  title: z.optional(z.string()),
  note: z.optional(z.string()),
  files: z.array(file),
  recipients: z.array(z.object({ ...person.shape, identityHash: z.string() })),
  life: z.number(),
  downloads: z.optional(z.number()),
  /** Why it is not sent; may name a file, so it is not in clear. */
  fault: z.nullable(fault),
  /** Set once it is sealed. */
  sealed: z.nullable(
    z.object({ envelope: z.string(), transfer: z.string(), stanzas: z.record(z.string(), z.number()) }),
  ),
})
export type OutboxCell = z.infer<typeof outboxCell>
