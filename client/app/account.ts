/** Registering, logging in, locking and unlocking: how an account's keys come to be open on this device. */
import { type Api, ask } from '#client/api/trpc.ts'
import type { CryptoWorker, IdentityFacts } from '#client/crypto-worker/orders.ts'
import { type CryptoWorkerHandle, openCryptoWorker } from '#client/crypto-worker/pool.ts'
import type { AccountRow, Database } from '#client/db/schema.ts'
import { type Account, email as emailSchema } from '#shared/contract/account.ts'
import { Problem } from '#shared/contract/problems.ts'
import { isPassing, newKey } from './core.ts'
import { hexOf } from './hex.ts'
import { makeLive } from './live.ts'
import { checkRegistration, parseOr } from './registration.ts'
import type { App, Me, Session } from './views.ts'

export interface AccountParts {
  readonly db: Database
  readonly api: Api
  readonly now: () => number
  /** The keys are open: rooms that need them may be opened. Awaited before the screen changes. */
  readonly onOpen: (opened: OpenedAccount) => Promise<void>
  /** The keys are gone from memory. */
  readonly onLock: () => void
}

export interface OpenedAccount {
  readonly worker: CryptoWorker
  readonly me: Me
  /** Own identity hash, base64url, as envelopes name it. */
  readonly myHash: string
  readonly locked: AbortSignal
}

type AccountActions = Pick<
  App,
  'session' | 'register' | 'verify' | 'resendCode' | 'abandonRegistration' | 'logIn' | 'logOut' | 'lock' | 'unlock'
>

export interface AccountRoom extends AccountActions {
  /** Finds out where the person stands with this device. */
  start(): Promise<void>
  /** The server does not know this session any more: keys stay open, the lists stand still. */
  noteLoggedOut(): void
}

export function makeAccountRoom(parts: AccountParts): AccountRoom {
  const { db, api } = parts
  const session = makeLive<Session>({ state: 'starting' })
  let handle: CryptoWorkerHandle | null = null
  let unlocked: AbortController | null = null

  /** A new worker, so that nothing of an earlier password is left. */
  const freshWorker = (): CryptoWorker => {
    handle?.terminate()
    handle = openCryptoWorker()
    return handle.remote
  }
  const close = (): void => {
    unlocked?.abort()
    unlocked = null
    handle?.terminate()
    handle = null
    parts.onLock()
  }
  const open = async (worker: CryptoWorker, row: AccountRow, facts: IdentityFacts): Promise<void> => {
    unlocked?.abort()
    unlocked = new AbortController()
    const { userId, name, email } = row
    const me: Me = { userId, name, email, ...facts, identityHash: hexOf(facts.identityHash) }
    await parts.onOpen({ worker, me, myHash: facts.identityHash, locked: unlocked.signal })
    session.set({ state: 'open', me, online: 'logged-in' })
  }
  /** Keys are made and kept here before the server hears of them: a card that is published has an owner. */
  const makeIdentity = async (worker: CryptoWorker, account: Account): Promise<void> => {
    const held = await db.account.get('me')
    if (held?.userId === account.userId) return openHeld(worker, held, account)
    const bundle = await worker.createKeys({ userId: account.userId, now: parts.now() })
    const { fingerprint } = await worker.cardFacts(bundle.card)
    const row: AccountRow = { ...clearAccount(account), fingerprint, bundle, published: false, publishKey: newKey() }
    await db.account.put(row)
    await publish(row)
    await open(worker, row, await factsOf(worker, row))
  }
  const openHeld = async (worker: CryptoWorker, row: AccountRow, account: Account): Promise<void> => {
    const facts = await worker.openKeys({ userId: row.userId, bundle: row.bundle })
    const named = { ...row, ...clearAccount(account) }
    await db.account.put(named)
    await publish(named)
    await open(worker, named, facts)
  }
  const publish = async (row: AccountRow): Promise<void> => {
    if (row.published) return
    await ask(api.keys.publish.mutate({ idempotencyKey: row.publishKey, bundle: row.bundle }))
    await db.account.update('me', { published: true })
  }
  const fetchIdentity = async (worker: CryptoWorker, account: Account): Promise<void> => {
    const bundle = await ask(api.keys.own.query())
    const facts = await worker.openKeys({ userId: account.userId, bundle })
    const { fingerprint } = facts
    const row: AccountRow = { ...clearAccount(account), fingerprint, bundle, published: true, publishKey: newKey() }
    await db.account.put(row)
    await open(worker, row, facts)
  }
  const stretch = async (worker: CryptoWorker, input: { email: string; password: string }): Promise<string> => {
    const kdf = await ask(api.account.params.query({ email: input.email }))
    return worker.prepareLogin({ password: input.password, kdf })
  }
  /** On return to the network with an ended session: the password is at hand, so nobody is asked twice. */
  const logInAgain = async (worker: CryptoWorker, row: AccountRow, password: string): Promise<void> => {
    try {
      await ask(api.account.me.query())
      await publish(row)
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'logged-out') return
      const loginSecret = await stretch(worker, { email: row.email, password })
      await ask(api.account.logIn.mutate({ email: row.email, loginSecret }))
      await publish(row)
    }
  }

  return {
    session,

    async start() {
      const [account, registration] = await Promise.all([db.account.get('me'), db.registration.get('me')])
      if (account !== undefined) session.set(lockedSession(account))
      else if (registration !== undefined) session.set({ state: 'verifying', email: registration.email })
      else session.set({ state: 'visitor' })
    },

    async register(input) {
      const { name, email, password } = checkRegistration(input)
      const worker = freshWorker()
      const kdf = await ask(api.account.params.query({ email }))
      const loginSecret = await worker.prepareLogin({ password, kdf })
      const invitation = input.invitation === undefined ? {} : { invitation: input.invitation }
      const { registrationId } = await ask(
        api.account.register.mutate({ name, email, loginSecret, kdf, ...invitation }),
      )
      await db.registration.put({ id: 'me', registrationId, email })
      session.set({ state: 'verifying', email })
    },

    async verify(code) {
      const registration = await db.registration.get('me')
      if (registration === undefined) throw new Problem('code-spent')
      const { registrationId } = registration
      const account = await ask(api.account.verify.mutate({ registrationId, code }))
      await db.registration.delete('me')
      // After a reload the password is gone from memory, and has to be typed once more.
      if (handle === null) session.set({ state: 'visitor', verified: true })
      else await makeIdentity(handle.remote, account)
    },

    async resendCode() {
      const registration = await db.registration.get('me')
      if (registration === undefined) return
      await ask(api.account.resend.mutate({ registrationId: registration.registrationId }))
    },

    async abandonRegistration() {
      await db.registration.delete('me')
      close()
      session.set({ state: 'visitor' })
    },

    async logIn(input) {
      const worker = freshWorker()
      const email = parseOr('wrong-login', emailSchema, input.email)
      const loginSecret = await stretch(worker, { email, password: input.password })
      const account = await ask(api.account.logIn.mutate({ email, loginSecret }))
      const held = await db.account.get('me')
      if (held !== undefined && held.userId !== account.userId) await clearDevice(db, worker)
      if (account.keys) await fetchIdentity(worker, account)
      else await makeIdentity(worker, account)
    },

    async logOut() {
      const worker = handle?.remote ?? freshWorker()
      await ask(api.account.logOut.mutate()).catch(error => {
        const known = error instanceof Problem && (isPassing(error) || error.code === 'logged-out')
        if (!known) throw error
      })
      await clearDevice(db, worker)
      close()
      session.set({ state: 'visitor', verified: true })
    },

    lock() {
      const now = session.get()
      if (now.state !== 'open') return
      close()
      void db.account.get('me').then(row => row && session.set(lockedSession(row)))
    },

    async unlock(password) {
      const row = await db.account.get('me')
      if (row === undefined) throw new Problem('keys-gone')
      const worker = freshWorker()
      const facts = await worker.unlock({ userId: row.userId, bundle: row.bundle, password })
      await logInAgain(worker, row, password).catch(() => {})
      await open(worker, row, facts)
    },

    noteLoggedOut() {
      const now = session.get()
      if (now.state === 'open') session.set({ ...now, online: 'logged-out' })
    },
  }
}

const lockedSession = ({ name, email, fingerprint }: AccountRow): Session => ({
  state: 'locked',
  name,
  email,
  fingerprint,
})

const clearAccount = ({ userId, name, email }: Account) => ({ id: 'me', userId, name, email }) as const

async function factsOf(worker: CryptoWorker, { bundle }: AccountRow): Promise<IdentityFacts> {
  const facts = await worker.cardFacts(bundle.card)
  return { ...facts, keyNumber: bundle.card.seq, keySince: bundle.card.created }
}

/** Sealed bytes and rows of the person who leaves; their keys stay on the server, sealed. */
async function clearDevice(db: Database, worker: CryptoWorker): Promise<void> {
  const jobs = await db.outbox.toCollection().primaryKeys()
  for (const id of jobs) await worker.clearShelf(id)
  await db.transaction('rw', db.tables, () => Promise.all(db.tables.map(table => table.clear())))
}
