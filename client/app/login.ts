/** Logging in at the server, with a second factor where one is asked for; and what a login brings to this device. */
import { ask } from '#client/api/trpc.ts'
import type { CryptoWorker, IdentityFacts } from '#client/crypto-worker/orders.ts'
import type { AccountRow } from '#client/db/schema.ts'
import { type Account, email as emailSchema, type KeyBundle } from '#shared/contract/account.ts'
import type { FactorWay } from '#shared/contract/factors.ts'
import { Problem } from '#shared/contract/problems.ts'
import { clearDevice } from './clear-device.ts'
import { newKey } from './core.ts'
import { proofOf } from './factor-proof.ts'
import type { Holder, Online } from './holder.ts'
import { makeLive } from './live.ts'
import { judgeOwn } from './own-card.ts'
import { isInstalled } from './platform.ts'
import { parseOr } from './registration.ts'
import type { LoginStep, SafetyActions } from './safety-views.ts'
import { takeOverRows } from './sealed-rows.ts'
import type { App } from './views.ts'

type LoginActions = Pick<SafetyActions, 'loginStep' | 'sendLoginCode' | 'finishLogIn' | 'cancelLogIn'> &
  Pick<App, 'logIn'>

export interface LoginRoom extends LoginActions {
  /** Logged in or registered: the account's keys come to this device, or are made. `worker` has the password prepared. */
  arrive(worker: CryptoWorker, account: Account): Promise<void>
  /**
   * On return to the network with an ended session: the password is at hand, so nobody is asked twice. Where a factor
   * is asked for, `loginStep` says so and the keys are open meanwhile.
   */
  logInAgain(worker: CryptoWorker, row: AccountRow, password: string): Promise<Online>
  publish(row: AccountRow): Promise<void>
}

interface Pending extends LoginStep {
  readonly attempt: string
  readonly arrive: (account: Account) => Promise<void>
}

export function makeLoginRoom(holder: Holder): LoginRoom {
  const { db, api } = holder
  const loginStep = makeLive<LoginStep | null>(null)
  let pending: Pending | null = null

  const wait = (step: Pending | null) => {
    pending = step
    loginStep.set(step === null ? null : { email: step.email, ways: step.ways, mailed: step.mailed })
  }
  const mustPend = (): Pending => {
    if (pending === null) throw new Problem('code-spent')
    return pending
  }
  const present = async (
    input: { email: string; loginSecret: string },
    arriving: (account: Account) => Promise<void>,
  ): Promise<Account | null> => {
    wait(null)
    const answer: LoginAnswer = await ask(api.account.logIn.mutate({ ...input, installed: isInstalled() }))
    if (answer.state === 'done') return answer.account
    wait({ email: input.email, ways: answer.ways, mailed: false, attempt: answer.attempt, arrive: arriving })
    return null
  }
  const publish = async (row: AccountRow): Promise<void> => {
    if (row.published) return
    await ask(api.keys.publish.mutate({ idempotencyKey: row.publishKey, bundle: row.bundle }))
    await db.account.update('me', { published: true })
  }
  const arrive = (worker: CryptoWorker, account: Account) => bringIn({ holder, publish }, worker, account)

  return {
    loginStep,
    arrive,
    publish,

    async logIn(input) {
      const worker = holder.candidate()
      const email = parseOr('wrong-login', emailSchema, input.email)
      const kdf = await ask(api.account.params.query({ email }))
      const loginSecret = await worker.prepareLogin({ password: input.password, kdf })
      const account = await present({ email, loginSecret }, later => arrive(worker, later))
      if (account !== null) await arrive(worker, account)
    },

    async sendLoginCode() {
      const step = mustPend()
      await ask(api.account.sendOtp.mutate({ attempt: step.attempt }))
      if (pending === step) wait({ ...step, mailed: true })
    },

    async finishLogIn(typed) {
      const { attempt, arrive: goOn } = mustPend()
      const proof = await proofOf(typed, () => ask(api.account.passkeyChallenge.mutate({ attempt })))
      const account = await ask(api.account.finishLogIn.mutate({ attempt, proof, installed: isInstalled() }))
      // The attempt is spent, whatever comes of it here.
      await goOn(account).finally(() => wait(null))
    },

    cancelLogIn() {
      wait(null)
      holder.dropCandidate()
    },

    async logInAgain(worker, row, password) {
      try {
        await ask(api.account.me.query())
      } catch (error) {
        if (!(error instanceof Problem && error.code === 'logged-out')) return 'logged-in'
        const kdf = await ask(api.account.params.query({ email: row.email }))
        const loginSecret = await worker.loginSecretOf({ password, kdf })
        const account = await present({ email: row.email, loginSecret }, later => comeBack(holder, later))
        if (account === null) return 'logged-out'
      }
      await publish(row)
      return 'logged-in'
    },
  }
}

type LoginAnswer =
  | { readonly state: 'done'; readonly account: Account }
  | { readonly state: 'factor'; readonly attempt: string; readonly ways: readonly FactorWay[] }

/** The session that was missing is there; where the keys were locked meanwhile, they are opened as ever. */
async function comeBack(holder: Holder, account: Account): Promise<void> {
  const session = holder.session.get()
  if (session.state === 'open' && session.me.userId === account.userId) await holder.reopen()
}

interface Arrival {
  readonly holder: Holder
  readonly publish: (row: AccountRow) => Promise<void>
}

async function bringIn(arrival: Arrival, worker: CryptoWorker, account: Account): Promise<void> {
  const { db } = arrival.holder
  const stored = await db.account.get('me')
  const stranger = stored !== undefined && stored.userId !== account.userId
  if (stranger) {
    await clearDevice(db, worker)
    arrival.holder.onReplaced()
  }
  const held = stranger ? null : (stored ?? null)
  if (account.keys) await fetchIdentity(arrival, worker, { account, held })
  else if (held !== null) await openHeld(arrival, worker, { account, held })
  else await makeIdentity(arrival, worker, account)
}

/** Keys are made and kept here before the server hears of them: a card that is published has an owner. */
async function makeIdentity({ holder, publish }: Arrival, worker: CryptoWorker, account: Account): Promise<void> {
  const bundle = await worker.createKeys({ userId: account.userId, now: holder.now() })
  const facts = await factsOf(worker, bundle)
  const row = newRow(account, { bundle, fingerprint: facts.fingerprint, published: false })
  await holder.db.account.put(row)
  await publish(row)
  await holder.open(worker, row, facts)
}

interface Held {
  readonly account: Account
  readonly held: AccountRow
}

async function openHeld({ holder, publish }: Arrival, worker: CryptoWorker, { account, held }: Held): Promise<void> {
  const facts = await worker.openKeys({ userId: held.userId, bundle: held.bundle })
  const row = { ...held, ...named(account) }
  await holder.db.account.put(row)
  await publish(row)
  await holder.open(worker, row, facts)
}

/** The server's bundle, opened by the password that was typed; one that is held here is judged by its card first. */
async function fetchIdentity(
  arrival: Arrival,
  worker: CryptoWorker,
  { account, held }: { account: Account; held: AccountRow | null },
): Promise<void> {
  const { holder } = arrival
  const own = await ask(holder.api.keys.own.query())
  // An identity that was never published is nobody's yet: the server's stands.
  if (held?.published === true && (await judgeOwn(worker, held.bundle, own)) === 'alarm') {
    return openInAlarm(holder, worker, { account, held })
  }
  const facts = await worker.openKeys({ userId: account.userId, bundle: own })
  const fresh = newRow(account, { bundle: own, fingerprint: facts.fingerprint, published: true })
  if (held === null) await holder.db.account.put(fresh)
  else await takeServersBundle(holder, worker, { held, row: keepingKit(fresh, held) })
  await holder.open(worker, held === null ? fresh : keepingKit(fresh, held), facts)
}

/** Local keys are untouched; where this password does not open them either, the person hears why. */
async function openInAlarm(holder: Holder, worker: CryptoWorker, { account, held }: Held): Promise<void> {
  const row = await holder.change(stored => ({ ...stored, ...named(account), alarm: true }))
  const facts = await worker.openKeys({ userId: held.userId, bundle: held.bundle }).catch(cause => {
    throw new Problem('own-identity-changed', { cause })
  })
  await holder.open(worker, row, facts)
}

/**
 * Stores a bundle of the server's that `worker` has opened, in the place of the held one. Where its account key is
 * another, local rows go through the worker that is open, or are fetched anew.
 */
export async function takeServersBundle(
  { db, openWorker, onReplaced }: Pick<Holder, 'db' | 'openWorker' | 'onReplaced'>,
  worker: CryptoWorker,
  { held, row }: { held: AccountRow; row: AccountRow },
): Promise<void> {
  // A new account key always comes with a new card.
  if (held.bundle.card.sig === row.bundle.card.sig) return void (await db.account.put(row))
  const pins = held.next?.bundle.card.sig === row.bundle.card.sig ? held.next.people : []
  const { lostOutbox } = await takeOverRows(db, { from: openWorker(), to: worker, pins }, row)
  for (const id of lostOutbox) await worker.clearShelf(id)
  onReplaced()
}

/** When the kit was printed is known to this device alone. */
function keepingKit(row: AccountRow, { kitSavedAt }: AccountRow): AccountRow {
  return kitSavedAt === undefined ? row : { ...row, kitSavedAt }
}

/** A row for an account on a device that held nothing of it. */
export function newRow(account: Account, keys: Pick<AccountRow, 'bundle' | 'fingerprint' | 'published'>): AccountRow {
  return { ...named(account), ...keys, publishKey: newKey() }
}

const named = ({ userId, name, email }: Account) => ({ id: 'me', userId, name, email }) as const

async function factsOf(worker: CryptoWorker, { card }: KeyBundle): Promise<IdentityFacts> {
  return { ...(await worker.cardFacts(card)), keyNumber: card.seq, keySince: card.created }
}
