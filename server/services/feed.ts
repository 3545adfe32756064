/** What a person's devices hear: pages of the change list, and knocks when it has grown. */
import type { Change, ChangePage, Knock } from '#shared/contract/feed.ts'
import { changePage } from '#shared/contract/limits.ts'
import type { ChangeRecord } from '../store/records.ts'
import { changesTopic } from './changes.ts'
import type { Ground } from './ground.ts'
import type { Who } from './sessions.ts'
import { inboxView, readPeople, sentView } from './views.ts'

export interface Feed {
  /** Changes after `seq`, each with its subject as it stands now; a subject that is gone reads `deleted`. */
  pull(who: Who, seq: number): Promise<ChangePage>
  /** A knock at once, and one whenever the list has grown, until `signal` ends it. */
  knocks(who: Who, signal: AbortSignal): AsyncGenerator<Knock, void>
}

export function makeFeed(ground: Ground): Feed {
  const { store } = ground
  return {
    async pull(who, seq) {
      const epoch = await store.epoch()
      const records = await store.changes.after(who.userId, seq, changePage)
      const head = Math.max(await store.changes.head(who.userId), records.at(-1)?.seq ?? 0)
      const changes = await Promise.all(records.map(record => readChange(ground, record)))
      return { epoch, head, changes }
    },

    async *knocks(who, signal) {
      const epoch = await store.epoch()
      let wake = () => {}
      let knocked = true
      // Listening begins before the first look, so that nothing falls between.
      const stop = await ground.bus.subscribe(changesTopic(who.userId), () => {
        knocked = true
        wake()
      })
      const onAbort = () => wake()
      signal.addEventListener('abort', onAbort)
      try {
        while (!signal.aborted) {
          if (!knocked) {
            await new Promise<void>(resolve => {
              wake = resolve
              if (knocked || signal.aborted) resolve()
            })
            continue
          }
          knocked = false
          yield { epoch, head: await store.changes.head(who.userId) }
        }
      } finally {
        signal.removeEventListener('abort', onAbort)
        stop()
      }
    },
  }
}

async function readChange(ground: Ground, record: ChangeRecord): Promise<Change> {
  const { seq, subject } = record
  switch (subject.kind) {
    case 'inbox':
      return { kind: 'inbox', seq, item: await readInbox(ground, subject) }
    case 'sent':
      return { kind: 'sent', seq, item: await readSent(ground, subject) }
    case 'card':
      return { kind: 'card', seq, item: { state: 'card', userId: subject.of } }
  }
}

async function readInbox(ground: Ground, subject: ChangeRecord['subject'] & { kind: 'inbox' }) {
  const slot = await ground.store.slots.get(subject.slotId)
  const transfer = slot === null ? null : await ground.store.transfers.get(slot.transferId)
  const people = await readPeople(ground.store, slot === null ? [] : [slot.sender])
  const item = slot === null ? null : inboxView(slot, transfer, { people, now: ground.now() })
  return item ?? ({ state: 'deleted', slotId: subject.slotId } as const)
}

async function readSent(ground: Ground, subject: ChangeRecord['subject'] & { kind: 'sent' }) {
  const transfer = await ground.store.transfers.get(subject.transferId)
  const slots = await ground.store.slots.ofTransfer(subject.transferId)
  const people = await readPeople(
    ground.store,
    slots.map(slot => slot.owner),
  )
  const item = transfer === null ? null : sentView(transfer, slots, { people, now: ground.now() })
  return item ?? ({ state: 'deleted', transferId: subject.transferId } as const)
}
