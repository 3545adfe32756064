/** What a login brings to this device: keys are made, opened, or taken over from the server. */
import { ask } from '#client/api/trpc.ts'
import type { CryptoWorker, IdentityFacts } from '#client/crypto-worker/orders.ts'
import type { AccountRow } from '#client/db/schema.ts'
import type { Account, KeyBundle } from '#shared/contract/account.ts'
import { Problem } from '#shared/contract/problems.ts'
import { clearDevice } from './clear-device.ts'
import { newKey } from './core.ts'
import type { Holder } from './holder.ts'
import { judgeOwn } from './own-card.ts'
import { takeOverRows } from './sealed-rows.ts'

export interface Arrival {
  readonly holder: Holder
  readonly publish: (row: AccountRow) => Promise<void>
}

/** Logged in or registered: the account's keys come to this device, or are made. `worker` has the password prepared. */
export async function bringIn(arrival: Arrival, worker: CryptoWorker, account: Account): Promise<void> {
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
  await holder.open(worker, row, facts, { newcomer: true })
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
