/** The change list and the feed: the list since a cursor is the truth, the feed only knocks. */
import * as z from 'zod/mini'
import { storeEpoch, userId } from './ids.ts'
import { inboxItem, sentItem } from './transfer.ts'

const sequence = z.number().check(z.int(), z.minimum(0), z.maximum(Number.MAX_SAFE_INTEGER))

/** Where a client stands in its list. `epoch` names the store's life that `seq` belongs to. */
export const cursor = z.object({ epoch: z.nullable(storeEpoch), seq: sequence })
export type Cursor = z.infer<typeof cursor>

/** One change: what it is about, as it stands now. */
export const change = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('inbox'), seq: sequence, item: inboxItem }),
  z.object({ kind: z.literal('sent'), seq: sequence, item: sentItem }),
  /** Somebody's card is another one now: their identity, or one's own on another device. Fetch and judge it. */
  z.object({ kind: z.literal('card'), seq: sequence, item: z.object({ state: z.literal('card'), userId }) }),
])
export type Change = z.infer<typeof change>

/**
 * A page of changes after a cursor, numbered without gaps. `head` is the newest number. Where `epoch` is not the
 * cursor's, the store has been restored: raise an alarm, pull from 0 and push again what is held here.
 */
export const changePageSchema = z.object({ epoch: storeEpoch, head: sequence, changes: z.array(change) })
export type ChangePage = z.infer<typeof changePageSchema>

/** A knock: there is something up to `head`. */
export const knock = z.object({ epoch: storeEpoch, head: sequence })
export type Knock = z.infer<typeof knock>

/** First message of a feed connection; the ticket is used once, then gone. */
export const feedParams = z.object({ ticket: z.string().check(z.regex(/^[A-Za-z0-9_-]{43}$/)) })

export const pullInput = z.object({ seq: sequence })
