/** The account of this device, put together: its doors, its keys over time, and how it is left. */
import { liveQuery } from 'dexie'
import { ask } from '#client/api/trpc.ts'
import type { AccountRow } from '#client/db/schema.ts'
import { makeAccountChanges } from './account-changes.ts'
import { clearDevice } from './clear-device.ts'
import { makeDoors } from './doors.ts'
import { type HolderParts, makeHolder } from './holder.ts'
import { deviceStore, makeIdleChoice, watchIdle } from './idle-lock.ts'
import { makeKeyring } from './keyring.ts'
import { makeLive } from './live.ts'
import { makeLoginRoom } from './login.ts'
import { offerFile } from './offer-file.ts'
import type { KeyNeed } from './older-keys.ts'
import { makeRecovery } from './recovery.ts'
import { makeKit } from './recovery-kit.ts'
import { checkPassword } from './registration.ts'
import { renewEverything } from './renewal.ts'
import { safetyOf, unlockWaysOf } from './safety.ts'
import type { Safety, SafetyActions, UnlockWays } from './safety-views.ts'
import { makeSecurity } from './security.ts'
import { openTabs } from './tabs.ts'
import { makeUnlocking } from './unlock.ts'
import type { App } from './views.ts'

export interface AccountParts extends Omit<HolderParts, 'onReplaced'> {
  /** Whether something is being sealed, sent or saved. */
  readonly isBusy: () => boolean
  /** Transfers of this device that can still be opened. */
  readonly needs: () => readonly KeyNeed[]
}

type AccountActions = Pick<
  App,
  'session' | 'register' | 'verify' | 'resendCode' | 'abandonRegistration' | 'logIn' | 'logOut' | 'lock' | 'unlock'
> &
  SafetyActions

export interface AccountRoom extends AccountActions {
  /** Finds out where the person stands with this device. */
  start(): Promise<void>
  /** The server does not know this session any more: keys stay open, the lists stand still. */
  noteLoggedOut(): void
  /** One's own card is another one at the server. */
  checkOwn(): Promise<void>
  /** The lists are level with the server: older keys that nothing needs may go. */
  noteLevel(): Promise<void>
  /** What needs which key has changed. */
  noteNeeds(): void
}

export function makeAccountRoom(parts: AccountParts): AccountRoom {
  const holder = makeHolder({
    ...parts,
    onOpen: opened => onOpen(opened),
    onLock: () => onLock(),
    onReplaced: () => tabs.tell('closed'),
  })
  const { db, api, session } = holder
  const store = deviceStore()
  const idle = makeIdleChoice(store)
  const safety = makeLive<Safety | null>(null)
  const unlockWays = makeLive<UnlockWays>({ passkey: false, kit: false })
  const ownAlarm = makeLive(false)
  let stopIdle = () => {}

  const tabs = openTabs(db.name, word => void hear(word).catch(() => {}))
  const tellBundle = () => tabs.tell('bundle')
  const lockHere = () => {
    holder.close()
    void holder.showStored()
  }
  const keyring = makeKeyring({ holder, onChanged: tellBundle, onRenewed: lockHere })
  const login = makeLoginRoom(holder)
  const kit = makeKit(holder, tellBundle)
  const checkOwn = () => keyring.checkOwn()

  async function hear(word: 'bundle' | 'closed'): Promise<void> {
    if (session.get().state !== 'open') return
    if (word === 'closed') lockHere()
    else await keyring.adoptStored()
  }
  async function onOpen(opened: Parameters<HolderParts['onOpen']>[0]): Promise<void> {
    await parts.onOpen(opened)
    stopIdle()
    stopIdle = watchIdle({
      choice: idle.live,
      isBusy: parts.isBusy,
      lock: lockHere,
      page: globalThis,
      sight: document,
      store,
    })
    void showSafety()
    // Out of reach, or logged out: the next opening asks again, and the change list tells of what happens meanwhile.
    void checkOwn().catch(() => {})
  }
  function onLock(): void {
    stopIdle()
    stopIdle = () => {}
    safety.set(null)
    parts.onLock()
  }
  const showSafety = latest(async isLatest => {
    const [row, worker] = [await db.account.get('me'), holder.openWorker()]
    const shown = row && worker ? await safetyOf(row, worker, { needs: parts.needs(), now: holder.now() }) : null
    if (isLatest() && holder.openWorker() === worker) safety.set(shown)
  })
  const showRow = (row: AccountRow | undefined) => {
    const ways = unlockWaysOf(row)
    const shown = unlockWays.get()
    if (ways.passkey !== shown.passkey || ways.kit !== shown.kit) unlockWays.set(ways)
    ownAlarm.set(row?.alarm === true)
    void showSafety()
  }
  const leave = async () => {
    await clearDevice(db, holder.openWorker() ?? holder.candidate())
    holder.close()
    holder.onReplaced()
  }

  return {
    ...makeDoors({ holder, login, leave, lockHere }),
    ...makeUnlocking(holder, login),
    ...makeRecovery(holder),
    ...makeAccountChanges(holder, tellBundle),
    ...makeSecurity(holder, tellBundle),
    ...kit,
    loginStep: login.loginStep,
    logIn: login.logIn,
    sendLoginCode: login.sendLoginCode,
    finishLogIn: login.finishLogIn,
    cancelLogIn: login.cancelLogIn,
    safety,
    unlockWays,
    ownAlarm,
    idleAfter: idle.live,
    setIdleAfter: idle.set,
    rotateKey: keyring.rotateKey,
    setDeleteOlder: keyring.setDeleteOlder,
    renewEverything: password => renewEverything({ holder, keyring }, password),
    checkOwn,
    noteNeeds: () => void showSafety(),
    noteLevel: () => keyring.tidy(),

    async start() {
      liveQuery(() => db.account.get('me')).subscribe(showRow)
      await holder.showStored()
    },
    noteLoggedOut() {
      const now = session.get()
      if (now.state === 'open') session.set({ ...now, online: 'logged-out' })
    },

    async saveKeyFile(typed) {
      const { name, email } = await holder.row()
      const passphrase = await checkPassword(typed, email)
      const pem = await holder.worker().exportKeyFile({ passphrase, name, address: email })
      offerFile(new Blob([pem], { type: 'application/x-pem-file' }), 'datacrypt-private-keys.pem')
    },
    async saveCard() {
      const { bundle, name, email } = await holder.row()
      const { cardFile } = await leaving()
      offerFile(new Blob([cardFile(bundle.card, { name, email })], { type: 'application/json' }), 'datacrypt-card.json')
    },
    exportEverything: async () => offerFile(await (await leaving()).exportZip(holder), 'datacrypt-account.zip'),
    async deleteAccount() {
      await ask(api.account.remove.mutate())
      await leave()
      session.set({ state: 'visitor', after: 'deleted' })
    },
  }
}

/** Loaded when somebody wants their files. */
const leaving = () => import('./leaving.ts')

/** Runs one at a time of what shows a value: an answer that another run has overtaken knows it. */
function latest(work: (isLatest: () => boolean) => Promise<void>): () => Promise<void> {
  let turn = 0
  return async () => {
    turn += 1
    const mine = turn
    await work(() => mine === turn).catch(() => {})
  }
}
