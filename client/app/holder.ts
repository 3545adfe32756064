/** The account of this device: its stored row, and the worker that holds its keys while they are open. */
import type { Api } from '#client/api/trpc.ts'
import type { CryptoWorker, IdentityFacts } from '#client/crypto-worker/orders.ts'
import { type CryptoWorkerHandle, openCryptoWorker } from '#client/crypto-worker/pool.ts'
import type { AccountRow, Database } from '#client/db/schema.ts'
import { Problem } from '#shared/contract/problems.ts'
import { hexOf } from './hex.ts'
import { makeLive, type Source } from './live.ts'
import type { Me, Session } from './views.ts'

export interface HolderParts {
  readonly db: Database
  readonly api: Api
  readonly now: () => number
  /** The keys are open: rooms that need them may be opened. Awaited before the screen changes. */
  readonly onOpen: (opened: OpenedAccount) => Promise<void>
  /** The keys are gone from memory. */
  readonly onLock: () => void
  /** The stored account is another person's, or under another account key: other tabs have to let go of theirs. */
  readonly onReplaced: () => void
  readonly startWorker?: () => CryptoWorkerHandle
}

export interface OpenedAccount {
  readonly worker: CryptoWorker
  readonly me: Me
  /** Own identity hash, base64url, as envelopes name it. */
  readonly myHash: string
  readonly locked: AbortSignal
}

export type Online = 'logged-in' | 'logged-out'

export interface OpenedAs {
  /** As the server knows this device; logged in where it is not said. */
  readonly online?: Online
  /** The keys were made just now. */
  readonly newcomer?: true
}

export interface Holder extends Pick<HolderParts, 'db' | 'api' | 'now' | 'onReplaced'> {
  readonly session: Source<Session>
  /** A new worker beside the one that is open: what fails in it harms nothing. An earlier candidate ends. */
  candidate(): CryptoWorker
  /** The last candidate, with what it was told; null after a reload. */
  waiting(): CryptoWorker | null
  dropCandidate(): void
  /** The worker whose keys are open; throws `locked`. */
  worker(): CryptoWorker
  /** Like {@link worker}, or null. */
  openWorker(): CryptoWorker | null
  /** The stored account; throws `keys-gone`. */
  row(): Promise<AccountRow>
  /** Changes the stored account in one transaction and gives it; throws `keys-gone`. */
  change(next: (row: AccountRow) => AccountRow): Promise<AccountRow>
  /** The candidate, or the worker that is open, holds this row's keys: from now on they are the open ones. */
  open(worker: CryptoWorker, row: AccountRow, facts: IdentityFacts, as?: OpenedAs): Promise<void>
  /** The person's facts have changed while the keys stay open. */
  refresh(row: AccountRow, facts?: IdentityFacts): void
  /** Lists, sending and receiving begin anew with the keys that are open. */
  reopen(): Promise<void>
  /** Lists, sending and receiving stop; the keys stay open. */
  pause(): void
  /** Ends the workers: the keys are gone from memory. */
  close(): void
  /** Shows what is stored: a locked account, or nobody's device. */
  showStored(): Promise<void>
}

export function makeHolder(parts: HolderParts): Holder {
  const { db, startWorker = openCryptoWorker } = parts
  const session = makeLive<Session>({ state: 'starting' })
  let handle: CryptoWorkerHandle | null = null
  let spare: CryptoWorkerHandle | null = null
  let unlocked: AbortController | null = null
  let opened: { myHash: string } | null = null

  const dropCandidate = () => {
    spare?.terminate()
    spare = null
  }
  const promote = (worker: CryptoWorker) => {
    if (worker !== spare?.remote) return
    handle?.terminate()
    handle = spare
    spare = null
  }
  const enter = async (worker: CryptoWorker, me: Me, myHash: string) => {
    unlocked?.abort()
    unlocked = new AbortController()
    promote(worker)
    opened = { myHash }
    await parts.onOpen({ worker, me, myHash, locked: unlocked.signal })
  }
  const stop = () => {
    unlocked?.abort()
    unlocked = null
    parts.onLock()
  }
  const mustRow = async () => {
    const row = await db.account.get('me')
    if (row === undefined) throw new Problem('keys-gone')
    return row
  }
  return {
    ...parts,
    session,
    candidate() {
      dropCandidate()
      spare = startWorker()
      return spare.remote
    },
    waiting: () => spare?.remote ?? null,
    dropCandidate,
    worker() {
      if (handle === null) throw new Problem('locked')
      return handle.remote
    },
    openWorker: () => handle?.remote ?? null,
    row: mustRow,
    change: next =>
      db.transaction('rw', db.account, async () => {
        const row = next(await mustRow())
        await db.account.put(row)
        return row
      }),
    async open(worker, row, facts, { online = 'logged-in', ...newcomer } = {}) {
      const me = meOf(row, facts)
      await enter(worker, me, facts.identityHash)
      session.set({ state: 'open', me, online, ...newcomer })
    },
    refresh(row, facts) {
      const now = session.get()
      if (now.state !== 'open') return
      const { name, email } = row
      session.set({ ...now, me: facts === undefined ? { ...now.me, name, email } : meOf(row, facts) })
    },
    async reopen() {
      const now = session.get()
      if (now.state !== 'open' || handle === null || opened === null) throw new Problem('locked')
      await enter(handle.remote, now.me, opened.myHash)
      session.set({ ...now, online: 'logged-in' })
    },
    pause: stop,
    close() {
      dropCandidate()
      handle?.terminate()
      handle = null
      opened = null
      stop()
    },
    async showStored() {
      const [account, registration] = await Promise.all([db.account.get('me'), db.registration.get('me')])
      if (account !== undefined) session.set(lockedSession(account))
      else if (registration !== undefined) session.set({ state: 'verifying', email: registration.email })
      else session.set({ state: 'visitor' })
    },
  }
}

function meOf({ userId, name, email }: AccountRow, facts: IdentityFacts): Me {
  return { userId, name, email, ...facts, identityHash: hexOf(facts.identityHash) }
}

function lockedSession({ name, email, fingerprint }: AccountRow): Session {
  return { state: 'locked', name, email, fingerprint }
}
