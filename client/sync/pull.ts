/** Changes down: pages since the cursor, applied in order; the cursor moves once a page is applied. */
import type { CursorRow } from '#client/db/schema.ts'
import type { Change, ChangePage } from '#shared/contract/feed.ts'

export interface PullParts {
  /** Where this device stands. */
  readonly cursor: {
    get(id: 'me'): Promise<CursorRow | undefined>
    put(row: CursorRow): Promise<unknown>
  }
  readonly fetchPage: (seq: number) => Promise<ChangePage>
  /** Writes one change into the local rows; may be called again with the same change. */
  readonly apply: (change: Change) => Promise<void>
  readonly now: () => number
}

const nowhere: CursorRow = { id: 'me', epoch: null, seq: 0, levelAt: 0, wentBack: false }

/**
 * Pulls until this device is level with the server. A store of another epoch, or one that knows less than it had
 * confirmed, has gone back: that is kept and shown, and the list is read from its beginning (THREATS A14).
 */
export async function pull({ cursor: cursors, fetchPage, apply, now }: PullParts): Promise<void> {
  for (;;) {
    const cursor = (await cursors.get('me')) ?? nowhere
    const page = await fetchPage(cursor.seq)
    const known = cursor.epoch === null || cursor.epoch === page.epoch
    if (!known || page.head < cursor.seq) {
      await cursors.put({ ...cursor, epoch: page.epoch, seq: 0, wentBack: true })
      continue
    }
    for (const change of page.changes) await apply(change)
    const seq = page.changes.at(-1)?.seq ?? cursor.seq
    await cursors.put({ ...cursor, epoch: page.epoch, seq, levelAt: now() })
    if (seq >= page.head) return
  }
}
