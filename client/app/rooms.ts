/** What is open while the keys are: lists, sending, receiving, and the link to the server. */
import { openFeed } from '#client/api/feed.ts'
import { type Api, ask } from '#client/api/trpc.ts'
import type { Database } from '#client/db/schema.ts'
import { startEngine } from '#client/sync/engine.ts'
import { pull } from '#client/sync/pull.ts'
import type { Core } from './core.ts'
import { applyChange } from './history.ts'
import type { OpenedAccount } from './holder.ts'
import { outbox, people, received, sent } from './kinds.ts'
import { inboxView, type ListContext, sentView } from './list-views.ts'
import { needsOf } from './needs.ts'
import type { KeyNeed } from './older-keys.ts'
import { outboxView } from './outbox-view.ts'
import type { Platform } from './platform.ts'
import { makeReceiver, type Receiver } from './receive-file.ts'
import { watchRows } from './rows.ts'
import { makeRunning, type Running } from './running.ts'
import { makeSender, type Sender } from './send-file.ts'
import type { InboxRow, Live, OutboxRow, SentRow } from './views.ts'

export interface Lists {
  readonly inbox: readonly InboxRow[] | undefined
  readonly sent: readonly SentRow[] | undefined
  readonly outbox: readonly OutboxRow[]
  readonly people: ListContext['people']
  /** What of them can still be opened, and with which key. */
  readonly needs: readonly KeyNeed[]
}

export interface RoomParts {
  readonly db: Database
  readonly api: Api
  readonly origin: string
  readonly now: () => number
  readonly opened: OpenedAccount
  readonly platform: Pick<Platform, 'shelf' | 'fileLinks'>
  /** Told whenever a list, or a progress in it, has changed. */
  readonly onLists: (lists: Lists) => void
  readonly onOnline: (online: boolean) => void
  readonly onLoggedOut: () => void
  readonly onOwnCard: () => Promise<void>
  /** The lists are level with the server. */
  readonly onLevel: () => void
}

export interface Rooms {
  readonly core: Core
  readonly sender: Sender
  readonly receiver: Receiver
  /** Asks the server for news. */
  refresh(): void
  /** Whether something is being sealed, sent or saved. */
  isBusy(): boolean
  close(): void
}

export function openRooms(parts: RoomParts): Rooms {
  const { db, api, opened, now } = parts
  const core: Core = {
    db,
    api,
    worker: opened.worker,
    cells: () => opened.worker,
    userId: opened.me.userId,
    now,
    locked: opened.locked,
    onOwnCard: parts.onOwnCard,
  }
  const running = makeRunning(now)
  const lists = watchLists(core, running, parts.onLists)
  const bell = new EventTarget()
  const engine = startEngine({
    pull: () =>
      pull({
        cursor: db.cursor,
        now,
        fetchPage: seq => ask(api.changes.pull.query({ seq })),
        apply: c => applyChange(core, c),
      }),
    onOnline(online) {
      parts.onOnline(online)
      if (online) parts.onLevel()
      if (online) bell.dispatchEvent(new Event('wake'))
    },
    onLoggedOut: parts.onLoggedOut,
  })
  const feed = openFeed(
    { origin: parts.origin, ticket: async () => (await ask(api.changes.ticket.mutate())).ticket },
    { onKnock: engine.nudge, onStanding: standing => standing && engine.nudge() },
  )
  const sender = makeSender({
    core,
    running,
    bell,
    myHash: opened.myHash,
    shelf: parts.platform.shelf ? 'opfs' : 'memory',
    onSent: engine.nudge,
  })
  void sender.goOn()
  return {
    core,
    sender,
    receiver: makeReceiver({ core, running, fileLinks: parts.platform.fileLinks }),
    refresh: engine.nudge,
    isBusy: () => running.live.get().size > 0,
    close() {
      feed.close()
      engine.stop()
      lists.stop()
    },
  }
}

function watchLists(core: Core, running: Running, onLists: (lists: Lists) => void): { stop(): void } {
  const watched = {
    inbox: watchRows(core, received, table => table.orderBy('createdAt').reverse().toArray()),
    sent: watchRows(core, sent, table => table.orderBy('createdAt').reverse().toArray()),
    outbox: watchRows(core, outbox, table => table.orderBy('createdAt').reverse().toArray()),
    people: watchRows(core, people, table => table.toArray()),
  }
  const tell = () => {
    const known = new Map((watched.people.live.get() ?? []).map(person => [person.row.userId as string, person]))
    const context: ListContext = { people: known, running: running.live.get(), now: core.now() }
    onLists({
      inbox: watched.inbox.live.get()?.map(item => inboxView(item, context)),
      sent: watched.sent.live.get()?.map(item => sentView(item, context)),
      outbox: (watched.outbox.live.get() ?? []).map(item => outboxView(item, context.running.get(item.row.id))),
      people: known,
      needs: needsOf([...(watched.inbox.live.get() ?? []), ...(watched.sent.live.get() ?? [])]),
    })
  }
  const sources: Live<unknown>[] = [...Object.values(watched).map(({ live }) => live), running.live]
  const stops = sources.map(source => source.subscribe(tell))
  return {
    stop() {
      for (const stop of stops) stop()
      for (const { stop } of Object.values(watched)) stop()
    },
  }
}
