/** Who may call what: every procedure over HTTP, by everybody who should not, and what is not theirs (issue 5, item 9). */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { times } from '#shared/contract/limits.ts'
import type { TokenScope } from '#shared/contract/sessions.ts'
import { makeApp } from '../http/app.ts'
import { openGround, type TestGround } from '../services/ground.testing.ts'
import {
  completeInput,
  first,
  join,
  newKey,
  newSecret,
  type Person,
  receiptFor,
  type Sent,
  send,
  signUp,
  upload,
} from '../services/people.testing.ts'
import { appRouter } from './router.ts'
import { type Need, table } from './table.testing.ts'

const scopes = ['transfers:read', 'transfers:write', 'people:read', 'keys:read'] as const
const isScope = (need: Need): need is TokenScope => scopes.some(scope => scope === need)
const procedures = Object.keys(appRouter._def.procedures)
const queries = new Set<unknown>(
  Object.entries(appRouter._def.procedures as unknown as Record<string, { _def: { type: string } }>)
    .filter(([, { _def }]) => _def.type === 'query')
    .map(([name]) => name),
)

let at: TestGround
let server: Server
let url: string
let alice: Person
let bob: Person
let eve: Person
let sent: Sent
let owned: Record<string, { own: object; nobodys: object; by: () => Person }>
/** Headers of those who were somebody once. */
const dead: Record<string, Record<string, string>> = {}

type Headers = Record<string, string>
const bearer = (token: string): Headers => ({ authorization: `Bearer ${token}` })
const cookieOf = (setCookie: string): Headers => ({ cookie: setCookie.split(';')[0] ?? '' })
const mine = ({ cookie }: Pick<Person, 'cookie'>): Headers => ({ cookie })
const nobody = 'A'.repeat(22)

async function makeToken(person: Pick<Person, 'who'>, own: readonly TokenScope[]): Promise<Headers> {
  const { token } = await at.tokens.create(person.who, { name: 'x', scopes: [...own], life: times.hour })
  return bearer(token)
}

async function buryThem(): Promise<void> {
  const mallory = await join(at, 'mallory')
  const begin = () => at.sessions.begin(mallory.who.userId)
  const [old, ended] = [await begin(), await begin()]
  dead['an expired session'] = cookieOf(old.cookie)
  dead['an ended session'] = cookieOf(ended.cookie)
  dead['an expired JWT'] = bearer((await at.access.make((await begin()).who)).token)
  dead['an expired API token'] = await makeToken(mallory, scopes)
  at.clock.pass(31 * times.day)
  const jwt = await begin()
  dead['the JWT of an ended session'] = bearer((await at.access.make(jwt.who)).token)
  await at.sessions.end(jwt.who)
  await at.sessions.end(ended.who)
  dead['a revoked API token'] = await makeToken(await begin(), scopes)
  for (const { tokenId } of await at.tokens.list(mallory.who)) await at.tokens.revoke(mallory.who, tokenId)
  const left = await signUp(at, 'left')
  dead['the JWT of somebody who left'] = bearer((await at.access.make(left.who)).token)
  dead['the API token of somebody who left'] = await makeToken(left, scopes)
  dead['the session of somebody who left'] = { cookie: left.cookie }
  await at.leaving.remove(left.who)
  dead['a visitor'] = {}
  dead['a bearer that is nothing, beside a good cookie'] = { ...bearer('x'), cookie: (await join(at, 'm')).cookie }
  const { who } = await begin()
  dead['the hash of a session'] = { cookie: `datacrypt=${who.sessionHash}` }
  dead['a feed ticket'] = { cookie: `datacrypt=${await at.sessions.makeTicket(who)}` }
}

beforeAll(async () => {
  at = await openGround()
  const app = makeApp({
    services: at,
    publicUrl: () => url,
    corsOrigins: [],
    proxies: 1,
    secure: false,
    letters: null,
    clientFolder: null,
    warn: () => undefined,
  })
  server = createServer(app).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  await buryThem()
  ;[alice, bob, eve] = [await join(at, 'alice'), await join(at, 'bob'), await join(at, 'eve')]
  sent = await send(at, alice, { to: [bob] })
  owned = await whatIsOwned()
}, 60_000)
afterAll(async () => {
  server.close()
  await at.close()
})

/** Calls that name something of somebody's: the real name, and one that nobody made. */
async function whatIsOwned(): Promise<typeof owned> {
  const unfinished = await upload(at, alice, { to: [bob] })
  const slotId = first(sent.slots)
  const { transferId } = sent
  const { leaseId } = await at.downloads.lease(bob.who, { idempotencyKey: newKey(), slotId })
  const part = { n: 1, length: unfinished.parcel.enc.length, crc32: 0 }
  const receipt = await receiptFor(eve, sent.parcel.sealed)
  const idempotencyKey = newKey()
  const [session] = await at.sessionList.list(alice.who)
  const { view } = await at.tokens.create(alice.who, { name: 'x', scopes: ['keys:read'], life: times.hour })
  const row = (own: object, names: object, by: () => Person) => ({ own, nobodys: { ...own, ...names }, by })
  const ofAlice = (own: object) => row(own, { transferId: nobody }, () => alice)
  const ofBob = (own: object) => row(own, { slotId: nobody }, () => bob)
  const ofUpload = (more: object) => ofAlice({ transferId: unfinished.transferId, ...more })
  return {
    'transfers.grants': ofUpload({ parts: [part] }),
    'transfers.uploadState': ofUpload({}),
    'transfers.complete': ofUpload(completeInput(unfinished.parcel, unfinished.transferId)),
    'transfers.abort': ofUpload({}),
    'transfers.envelopeOfTransfer': ofAlice({ transferId }),
    'transfers.revoke': ofAlice({ transferId }),
    'transfers.removeSent': ofAlice({ transferId }),
    'transfers.envelopeOfSlot': ofBob({ slotId }),
    'transfers.lease': ofBob({ idempotencyKey, slotId }),
    'transfers.downloadGrant': ofBob({ slotId, leaseId }),
    'transfers.receipt': ofBob({ idempotencyKey, slotId, leaseId, receipt }),
    'transfers.removeReceived': ofBob({ slotId }),
    'sessions.end': row({ sessionId: session?.sessionId }, { sessionId: nobody }, () => alice),
    'tokens.revoke': row({ tokenId: view.tokenId }, { tokenId: nobody }, () => alice),
  }
}

interface Answer {
  readonly status: number
  readonly code: string
  readonly text: string
  readonly headers: Record<string, string>
}

let callers = 0
/** Calls as a program does, from an address of its own each time: budgets are tested elsewhere. */
async function call(name: string, headers: Headers, input?: object): Promise<Answer> {
  callers += 1
  const from = `10.${(callers >> 16) & 255}.${(callers >> 8) & 255}.${callers & 255}`
  const body = input === undefined ? {} : { body: JSON.stringify(input) }
  const answer = await fetch(`${url}/trpc/${name}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': from, ...headers },
    ...body,
  })
  const text = await answer.text()
  const { date: _, ...kept } = Object.fromEntries(answer.headers)
  const { error } = JSON.parse(text) as { error?: { data: { problem: { code: string } } } }
  return { status: answer.status, code: error?.data.problem.code ?? 'went well', text, headers: kept }
}

const closed = ['logged-out', 'scope-missing', 'confirm-needed']

test('every procedure has a row in the table, and every row a procedure', () => {
  expect(procedures.toSorted()).toEqual(Object.keys(table).toSorted())
  expect(Object.keys(owned).every(name => name in table)).toBe(true)
})

test('every call that changes something about the account itself asks for the password again', () => {
  const sensitive = procedures.filter(name => table[name] === 'sensitive')
  expect(sensitive.every(name => !queries.has(name) || name === 'account.exportData')).toBe(true)
})

describe.each(Object.entries(table))('%s (%s)', (name, need) => {
  test('is shut to those who are nobody, or no longer somebody', async () => {
    for (const [who, headers] of Object.entries(dead)) {
      const { status, code } = await call(name, headers)
      if (need === 'open') expect([who, closed.includes(code)]).toEqual([who, false])
      else expect([who, status, code]).toEqual([who, 401, 'logged-out'])
    }
  })

  test('is open to those whom it is for, and to no others', async () => {
    const person = await signUp(at, 'somebody')
    const recovery = await at.sessions.begin(person.who.userId, { scope: 'recovery' })
    const other = scopes.filter(scope => scope !== need)
    const full = isScope(need) ? await makeToken(person, [need]) : await makeToken(person, scopes)
    const outcome = async (headers: Headers) => (await call(name, headers)).code
    const shut = { open: undefined, recovering: 'logged-out' }[need as string]
    if (need !== 'open') {
      expect(await outcome(await makeToken(person, other))).toBe(shut ?? 'scope-missing')
      const asRecovering = await outcome(cookieOf(recovery.cookie))
      if (need === 'recovering') expect(closed).not.toContain(asRecovering)
      else expect(asRecovering).toBe('logged-out')
      const asToken = await outcome(full)
      if (isScope(need)) expect(closed).not.toContain(asToken)
      else expect(asToken).toBe(shut ?? 'scope-missing')
    }
    const stale = await at.sessions.begin(person.who.userId)
    await staleOf(stale.who.sessionHash)
    if (need === 'sensitive') expect(await outcome(cookieOf(stale.cookie))).toBe('confirm-needed')
    const asPerson = await outcome({ cookie: person.cookie })
    if (need === 'recovering') expect(asPerson).toBe('logged-out')
    else expect(closed).not.toContain(asPerson)
  })
})

/** As if the password had been typed eleven minutes ago. */
async function staleOf(sessionHash: string): Promise<void> {
  const { sessions } = at.ground.store
  const held = await sessions.get(sessionHash)
  if (held === null) throw new Error('no session')
  await sessions.swap({ ...held, confirmedAt: at.clock.now() - 11 * times.minute })
}

const ownedNames = [
  ...['grants', 'uploadState', 'complete', 'abort', 'envelopeOfTransfer', 'revoke', 'removeSent'],
  ...['envelopeOfSlot', 'lease', 'downloadGrant', 'receipt', 'removeReceived'],
]
  .map(name => `transfers.${name}`)
  .concat('sessions.end', 'tokens.revoke')

describe.each(ownedNames)('%s', name => {
  test('of somebody else is no more there than what nobody made: status, body and headers are the same', async () => {
    const row = owned[name]
    if (row === undefined) throw new Error('no row')
    const [others, nobodys] = [await call(name, mine(eve), row.own), await call(name, mine(eve), row.nobodys)]
    expect([others.status, others.code]).toEqual([404, 'not-found'])
    expect(others).toEqual(nobodys)
    expect((await call(name, mine(row.by()), row.nobodys)).text).toBe(others.text)
  })
})

test('all of it left everything as it was', async () => {
  expect(Object.keys(owned).toSorted()).toEqual(ownedNames.toSorted())
  expect((await call('transfers.uploadState', mine(alice), owned['transfers.uploadState']?.own)).code).toBe('went well')
  expect((await at.feed.pull(alice.who, 0)).changes.at(-1)?.item).toMatchObject({ state: 'ready' })
  expect((await at.feed.pull(bob.who, 0)).changes.at(-1)?.item).toMatchObject({ state: 'ready' })
  expect(await at.sessions.stands(alice.who)).toBe(true)
  expect(await at.tokens.list(alice.who)).toHaveLength(1)
})

describe('a recipient whose slot', () => {
  const calls = ['transfers.envelopeOfSlot', 'transfers.lease', 'transfers.downloadGrant', 'transfers.receipt']
  const ask = async (slotId: string, person: Person) => {
    const inputs = calls.map(name => ({
      ...owned[name]?.own,
      slotId,
      ...(name === 'transfers.lease' ? { idempotencyKey: newKey() } : {}),
    }))
    return Promise.all(calls.map((name, index) => call(name, mine(person), inputs[index])))
  }

  test('was revoked, ran out or was put away gets 404, and once put away the answer for what nobody made', async () => {
    for (const end of ['revoked', 'expired', 'deleted'] as const) {
      const [to, gone] = [await join(at, 'ex'), await join(at, 'from')]
      const { transferId, slots } = await send(at, gone, { to: [to] })
      const slotId = first(slots)
      expect((await call('transfers.envelopeOfSlot', mine(to), { slotId })).status).toBe(200)
      if (end === 'revoked') await at.downloads.revoke(gone.who, { transferId })
      if (end === 'expired') at.clock.pass(8 * times.day)
      if (end === 'deleted') await at.downloads.removeReceived(to.who, slotId)
      const answers = await ask(slotId, to)
      expect([end, ...answers.map(answer => answer.status)]).toEqual([end, 404, 404, 404, 404])
      if (end === 'deleted') expect(answers).toEqual(await ask(nobody, to))
      else expect(['not-found', end]).toContain(answers[0]?.code)
    }
  })
})

test('what belongs to a person is read from the session alone', async () => {
  const own = await join(at, 'own')
  const data = async (name: string, input?: object) =>
    (JSON.parse((await call(name, mine(own), input)).text) as { result: { data: unknown } }).result.data
  expect(await data('account.me')).toMatchObject({ email: own.email })
  expect(await data('keys.own')).toMatchObject({ card: (await at.keys.own(own.who)).card })
  expect(await data('changes.pull', { seq: 0 })).toMatchObject({ changes: [] })
})

describe('logging in', () => {
  test('with a wrong password leaves the session that was there, and again ends it', async () => {
    const { email, loginSecret, cookie, browser, who } = await join(at, 'again')
    expect((await call('account.logIn', { cookie }, { email, loginSecret: newSecret() })).code).toBe('wrong-login')
    expect(await at.sessions.stands(who)).toBe(true)
    const cookies = { cookie: `${cookie}; ${browser.cookies}` }
    expect((await call('account.logIn', cookies, { email, loginSecret })).text).toContain('"done"')
    expect(await at.sessions.stands(who)).toBe(false)
  })
})
