/** The app as screens know it: everything that a person can do, and what there is to see. */

import { liveQuery } from 'dexie'
import { ask, makeApi } from '#client/api/trpc.ts'
import { type Database, openDatabase } from '#client/db/schema.ts'
import { email as emailSchema } from '#shared/contract/account.ts'
import { Problem } from '#shared/contract/problems.ts'
import { makeAccountRoom } from './account.ts'
import { findPerson, personView } from './contacts.ts'
import { received } from './kinds.ts'
import { makeLive } from './live.ts'
import type { KeyNeed } from './older-keys.ts'
import { suggestPassphrase } from './passphrase.ts'
import { askPlatform, askToPersist, pageAbilities } from './platform.ts'
import type { Rooms } from './rooms.ts'
import { changeHeldRow } from './rows.ts'
import { clearSaved } from './saved-files.ts'
import { watchUpdates } from './updates.ts'
import type { App, Connection, InboxRow, OutboxRow, PersonView, SentRow } from './views.ts'

export interface AppOptions {
  /** Origin of the API; '' is this page's own. */
  readonly origin: string
  readonly db?: Database
  readonly now?: () => number
}

/** Makes the app and finds out where its person stands. Resolves at once; what takes time shows in `session`. */
export async function createApp({ origin, db = openDatabase(), now = Date.now }: AppOptions): Promise<App> {
  const api = makeApi(origin)
  let abilities = pageAbilities()
  const update = watchUpdates()
  const inbox = makeLive<readonly InboxRow[] | undefined>(undefined)
  const sent = makeLive<readonly SentRow[] | undefined>(undefined)
  const outbox = makeLive<readonly OutboxRow[]>([])
  const people = makeLive<readonly PersonView[]>([])
  const connection = makeLive<Connection>({ online: navigator.onLine, upToDateAt: null, serverWentBack: false })
  let rooms: Rooms | null = null
  let needs: readonly KeyNeed[] = []

  const open = (): Rooms => {
    if (rooms === null) throw new Problem('locked')
    return rooms
  }
  const closeRooms = () => {
    rooms?.close()
    rooms = null
    inbox.set(undefined)
    sent.set(undefined)
    outbox.set([])
    people.set([])
  }
  const account = makeAccountRoom({
    db,
    api,
    now,
    onLock: closeRooms,
    isBusy: () => rooms?.isBusy() ?? false,
    needs: () => needs,
    async onOpen(opened) {
      closeRooms()
      const [platform, { openRooms }] = await Promise.all([askPlatform(() => opened.worker.probe()), roomsFile()])
      abilities = platform
      // Locked again meanwhile: rooms would stand on keys that are gone.
      if (opened.locked.aborted) return
      rooms = openRooms({
        db,
        api,
        origin,
        now,
        opened,
        platform,
        onOnline: online => connection.set({ ...connection.get(), online }),
        onLoggedOut: () => account.noteLoggedOut(),
        onOwnCard: () => account.checkOwn(),
        onLevel: () => void account.noteLevel().catch(() => {}),
        onLists(lists) {
          inbox.set(lists.inbox)
          sent.set(lists.sent)
          outbox.set(lists.outbox)
          needs = lists.needs
          account.noteNeeds()
          people.set([...lists.people.values()].map(personView))
        },
      })
    },
  })
  watchConnection(db, connection)

  void clearSaved()
  askToPersist()
  await account.start()
  if (account.session.get().state === 'locked') void roomsFile().catch(() => {})
  return {
    ...account,
    get abilities() {
      return abilities
    },
    connection,
    inbox,
    sent,
    outbox,
    people,
    update: update.waiting,
    applyUpdate: update.apply,
    facts: () => ask(api.account.facts.query()),
    suggestPassphrase: () => suggestPassphrase(),

    async findPerson(email) {
      const parsed = emailSchema.safeParse(email)
      if (!parsed.success) throw new Problem('unknown-address')
      return personView(await findPerson(open().core, parsed.data))
    },
    send: order => open().sender.send(order),
    pause: id => void open().sender.pause(id),
    resume: id => void open().sender.resume(id),
    cancel: id => open().sender.cancel(id),

    markSeen: slotId =>
      changeHeldRow(open().core, received, slotId, ({ row }) => (row.seen ? null : { row: { seen: true } })),
    save: order => open().receiver.save(order),
    pauseSaving: slotId => open().receiver.pause(slotId),
    resumeSaving: slotId => open().receiver.resume(slotId),
    cancelSaving: slotId => open().receiver.cancel(slotId),

    async removeReceived(slotId) {
      await ask(api.transfers.removeReceived.mutate({ slotId }))
      await db.received.delete(slotId)
    },
    async revoke(transferId, slotId) {
      await ask(api.transfers.revoke.mutate(slotId === undefined ? { transferId } : { transferId, slotId }))
      open().refresh()
    },
    async removeSent(transferId) {
      await ask(api.transfers.removeSent.mutate({ transferId }))
      await db.sent.delete(transferId)
    },
  }
}

/** What only open keys need: fetched while the password is being stretched, and not by somebody new. */
const roomsFile = () => import('./rooms.ts')

/** The browser's word counts for being offline; only an answer of the server counts for being online. */
function watchConnection(db: Database, connection: ReturnType<typeof makeLive<Connection>>): void {
  addEventListener('offline', () => connection.set({ ...connection.get(), online: false }))
  liveQuery(() => db.cursor.get('me')).subscribe(row => {
    connection.set({
      ...connection.get(),
      upToDateAt: row?.levelAt ?? null,
      serverWentBack: row?.wentBack ?? false,
    })
  })
}
