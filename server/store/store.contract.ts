/** What every store must do; each adapter's test runs this suite against its real service. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  makeAborted,
  makeAnswer,
  makeAttempt,
  makeCard,
  makeChange,
  makeExpired,
  makeMail,
  makeReady,
  makeRegistration,
  makeRevoked,
  makeSession,
  makeSlot,
  makeTicket,
  makeToken,
  makeUploading,
  makeUser,
  newSlotId,
  newTransferId,
  newUserId,
  unique,
} from './records.testing.ts'
import type { Versioned } from './records.ts'
import type { Documents, Store } from './store.ts'

/** A store for one suite, empty at first. `reopen` closes it and opens what it has kept; absent where nothing is kept. */
export interface StoreUnderTest {
  readonly store: Store
  readonly reopen?: () => Promise<Store>
  readonly close: () => Promise<void>
}

const many = 200

export function describeStore(name: string, open: () => Promise<StoreUnderTest>): void {
  describe(`store: ${name}`, () => {
    let subject: StoreUnderTest
    let store: Store
    beforeAll(async () => {
      subject = await open()
      store = subject.store
    })
    afterAll(async () => subject.close())

    const current = () => store
    describeVerbs(current)
    describePeople(current)
    describeSendings(current)
    describeChanges(current)
    describeQueues(current)

    it('answers a ping and keeps its epoch', async () => {
      await store.ping()
      expect(await store.epoch()).toBe(await store.epoch())
      expect(await store.epoch()).toMatch(/^[\w-]{22}$/)
    })

    it('refuses a key with NUL or half a character, rather than cut it', async () => {
      await expect(store.tickets.take('a\0b')).rejects.toMatchObject({ code: 'bad-request' })
      await expect(store.users.insert(makeUser({ email: 'a\ud800@example.org' }))).rejects.toMatchObject({
        code: 'bad-request',
      })
    })

    it('keeps everything across close and reopen', async context => {
      if (subject.reopen === undefined) return context.skip('this store keeps nothing')
      const [user, transfer, epoch] = [makeUser(), makeReady(), await store.epoch()]
      await store.users.insert(user)
      await store.transfers.insert(transfer)
      store = await subject.reopen()
      expect(await store.epoch()).toBe(epoch)
      expect(await store.users.byEmail(user.email)).toEqual(user)
      expect(await store.transfers.get(transfer.transferId)).toEqual(transfer)
    })
  })
}

function describeVerbs(store: () => Store): void {
  const kinds = {
    users: { make: makeUser, key: 'userId' },
    registrations: { make: makeRegistration, key: 'idHash' },
    attempts: { make: makeAttempt, key: 'idHash' },
    sessions: { make: makeSession, key: 'idHash' },
    tokens: { make: makeToken, key: 'idHash' },
    transfers: { make: makeReady, key: 'transferId' },
    slots: { make: makeSlot, key: 'slotId' },
    mail: { make: makeMail, key: 'mailId' },
  } as const

  it.each(Object.entries(kinds))('%s: get, insert, swap, delete', async (kind, { make, key }) => {
    const documents = Reflect.get(store(), kind) as Documents<string, Versioned>
    const doc = make()
    const id = String(Reflect.get(doc, key))
    expect(await documents.get(id)).toBeNull()
    expect(await documents.swap(doc)).toBe(false)
    expect(await documents.insert(doc)).toBe(true)
    expect(await documents.insert(doc)).toBe(false)
    expect(await documents.get(id)).toEqual(doc)
    expect(await documents.swap(doc)).toBe(true)
    expect(await documents.swap(doc)).toBe(false)
    expect(await documents.get(id)).toEqual({ ...doc, version: 2 })
    await documents.delete(id)
    await documents.delete(id)
    expect(await documents.get(id)).toBeNull()
  })

  it('lets exactly one of 200 parallel swaps of a version win', async () => {
    const slot = makeSlot()
    await store().slots.insert(slot)
    const tries = Array.from({ length: many }, (_, i) => store().slots.swap({ ...slot, stanza: `${i}` }))
    const won = (await Promise.all(tries)).flatMap((yes, i) => (yes ? [i] : []))
    expect(won).toHaveLength(1)
    expect(await store().slots.get(slot.slotId)).toEqual({ ...slot, version: 2, stanza: `${won[0]}` })
  })

  it('lets exactly one of 200 parallel inserts of a key win', async () => {
    const user = makeUser()
    const tries = Array.from({ length: many }, () => store().users.insert({ ...user, userId: newUserId() }))
    expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(1)
  })
}

function describePeople(store: () => Store): void {
  it('users: an address is one person’s, at insert and at swap', async () => {
    const [ada, bao] = [makeUser(), makeUser()]
    expect(await store().users.insert(ada)).toBe(true)
    expect(await store().users.insert(makeUser({ email: ada.email }))).toBe(false)
    expect(await store().users.insert(bao)).toBe(true)
    expect(await store().users.swap({ ...bao, email: ada.email })).toBe(false)
    expect(await store().users.byEmail(ada.email)).toEqual(ada)
    expect(await store().users.byEmail(`${unique()}@example.org`)).toBeNull()
  })

  it('users: byIds gives those that there are', async () => {
    const people = [makeUser(), makeUser(), makeUser()]
    for (const person of people) await store().users.insert(person)
    const found = await store().users.byIds([...people.map(person => person.userId), newUserId()])
    expect(new Set(found.map(user => user.userId))).toEqual(new Set(people.map(person => person.userId)))
    expect(await store().users.byIds([])).toEqual([])
  })

  it('users: keeps published keys and every character of a name', async () => {
    const kdf = { salt: 'AAAAAAAAAAAAAAAAAAAAAA', m: 65_536, t: 3, p: 1 }
    const wraps = [{ kind: 'password', version: 1, kdf, sealed: 'A'.repeat(80) }] as const
    const keys = { card: makeCard(1), sealed: { version: 1, sealed: 'AAAA' }, wraps } as const
    const user = makeUser({ name: 'Zoë "O\'Brien" \\ 你好 👩‍👩‍👧', keys })
    await store().users.insert(user)
    expect(await store().users.get(user.userId)).toEqual(user)
  })

  it('registrations: sweeps those that have ended', async () => {
    const [over, ends, lasts] = [10, 20, 30].map(expiresAt => makeRegistration({ expiresAt: expiresAt - 1000 }))
    for (const one of [over, ends, lasts]) if (one) await store().registrations.insert(one)
    expect(await store().registrations.sweep(20 - 1000)).toBe(1)
    expect(await store().registrations.get(over?.idHash ?? '')).toBeNull()
    expect(await store().registrations.get(ends?.idHash ?? '')).toEqual(ends)
  })

  it('users: those with news are found until they are told', async () => {
    const user = makeUser({ news: { changeId: unique() } })
    await store().users.insert(user)
    expect(await store().users.withNews(1000)).toContainEqual(user)
    const { news: _, ...told } = user
    expect(await store().users.swap(told)).toBe(true)
    const left = await store().users.withNews(1000)
    expect(left.map(one => one.userId)).not.toContain(user.userId)
  })

  it('users: keeps second factors and known devices', async () => {
    const passkey = { credentialId: 'AAAA', publicKey: 'BBBB', counter: 0, transports: ['internal'], name: 'Laptop' }
    const factors = {
      app: { secretSealed: 'CCCC', since: 5, lastCounter: 7 },
      recoveryCodes: ['h1', 'h2'],
      passkeys: [{ ...passkey, createdAt: 3, lastUsedAt: null }],
    }
    const user = makeUser({ factors, devices: [{ idHash: 'd', since: 4 }], chain: 2 })
    await store().users.insert(user)
    expect(await store().users.get(user.userId)).toEqual(user)
  })

  it.each(['sessions', 'tokens'] as const)('%s: listed oldest first, deleted with their person', async kind => {
    const userId = newUserId()
    const make = (changes: object) => (kind === 'sessions' ? makeSession(changes) : makeToken(changes))
    const documents = store()[kind] as Documents<string, Versioned> & Pick<Store['sessions'], 'deleteOfUser' | 'ofUser'>
    const [first, second, other] = [make({ userId }), make({ userId, createdAt: 1001 }), make({})]
    for (const one of [second, first, other]) expect(await documents.insert(one)).toBe(true)
    expect(await documents.ofUser(userId)).toEqual([first, second])
    await documents.deleteOfUser(userId)
    expect(await documents.ofUser(userId)).toEqual([])
    expect(await documents.get(other.idHash)).toEqual(other)
  })

  it.each(['sessions', 'tokens', 'attempts'] as const)('%s: sweeps those that have ended', async kind => {
    const make = { sessions: makeSession, tokens: makeToken, attempts: makeAttempt }[kind]
    const documents = store()[kind] as Documents<string, Versioned> & Pick<Store['sessions'], 'sweep'>
    const [over, ends] = [make({ expiresAt: -20 }), make({ expiresAt: -10 })]
    for (const one of [over, ends]) await documents.insert(one)
    expect(await documents.sweep(-10)).toBe(1)
    expect(await documents.get(over.idHash)).toBeNull()
    expect(await documents.get(ends.idHash)).toEqual(ends)
  })

  it('attempts: those of a person go with them', async () => {
    const [mine, other] = [makeAttempt(), makeAttempt()]
    for (const one of [mine, other]) await store().attempts.insert(one)
    await store().attempts.deleteOfUser(mine.userId)
    expect(await store().attempts.get(mine.idHash)).toBeNull()
    expect(await store().attempts.get(other.idHash)).toEqual(other)
  })

  it('tokens: found by the id that their person sees', async () => {
    const token = makeToken()
    await store().tokens.insert(token)
    expect(await store().tokens.byTokenId(token.tokenId)).toEqual(token)
    expect(await store().tokens.byTokenId(makeToken().tokenId)).toBeNull()
  })

  it('cards: every one by chain and number, each once', async () => {
    const userId = newUserId()
    const [next, fresh] = [makeCard(1), { ...makeCard(1), created: 9 }]
    expect(await store().cards.insert(userId, makeCard(2), 0)).toBe(true)
    expect(await store().cards.insert(userId, next, 0)).toBe(true)
    expect(await store().cards.insert(userId, makeCard(2), 0)).toBe(false)
    expect(await store().cards.insert(userId, fresh, 1)).toBe(true)
    expect(await store().cards.ofUser(userId)).toEqual([next, makeCard(2), fresh])
    expect(await store().cards.ofUser(newUserId())).toEqual([])
    await store().cards.deleteOfUser(userId)
    expect(await store().cards.ofUser(userId)).toEqual([])
  })
}

function describeSendings(store: () => Store): void {
  it('transfers: one for each blob', async () => {
    const transfer = makeReady()
    await store().transfers.insert(transfer)
    expect(await store().transfers.byBlob(transfer.blobId)).toEqual(transfer)
    expect(await store().transfers.insert(makeReady({ blobId: transfer.blobId }))).toBe(false)
  })

  it('transfers: counts the bytes of uploading and ready ones', async () => {
    const sender = newUserId()
    expect(await store().transfers.bytesOf(sender)).toBe(0)
    const ready = makeReady({ sender, length: 7_000_000_000 })
    for (const one of [ready, makeUploading({ sender, length: 30 })]) await store().transfers.insert(one)
    await store().transfers.insert({ ...makeRevoked(false), sender })
    expect(await store().transfers.bytesOf(sender)).toBe(7_000_000_030)
    await store().transfers.swap({ ...ready, state: 'expired', blobGone: false })
    expect(await store().transfers.bytesOf(sender)).toBe(30)
  })

  it('transfers and slots: those of a person, and everybody they met', async () => {
    const [me, from, to] = [newUserId(), newUserId(), newUserId()]
    const [first, second] = [makeReady({ sender: me }), makeUploading({ sender: me })]
    for (const one of [first, second, makeReady()]) await store().transfers.insert(one)
    expect(await store().transfers.ofSender(me)).toEqual([first, second])
    const [got, gave, again] = [
      makeSlot({ owner: me, sender: from }),
      makeSlot({ owner: to, sender: me }),
      makeSlot({ owner: me, sender: from }),
    ]
    for (const one of [got, gave, again, makeSlot()]) await store().slots.insert(one)
    const owned = await store().slots.ofOwner(me)
    expect(new Set(owned.map(slot => slot.slotId))).toEqual(new Set([got?.slotId, again?.slotId]))
    expect(new Set(await store().slots.peersOf(me))).toEqual(new Set([from, to]))
    expect(await store().slots.peersOf(newUserId())).toEqual([])
  })

  it('transfers: due ones, oldest first, no more than asked for', async () => {
    const late = makeReady({ expiresAt: -100 })
    const later = makeUploading({ sweepAt: -90 })
    const latest = makeReady({ expiresAt: -80 })
    const others = [makeReady({ expiresAt: -79 }), makeUploading({ sweepAt: -79 }), makeAborted(true)]
    for (const one of [latest, later, late, ...others]) await store().transfers.insert(one)
    expect(await store().transfers.due(-80, 10)).toEqual([late, later, latest])
    expect(await store().transfers.due(-80, 2)).toEqual([late, later])
    await store().transfers.swap({ ...late, state: 'expired', blobGone: true })
    expect(await store().transfers.due(-80, 10)).toEqual([later, latest])
  })

  it('transfers: those whose ciphertext is to be deleted', async () => {
    const before = await idsToDelete(store())
    const waiting = [makeRevoked(false), makeExpired(false), makeAborted(false)]
    const others = [makeRevoked(true), makeExpired(true), makeAborted(true), makeReady(), makeUploading()]
    for (const one of [...waiting, ...others]) await store().transfers.insert(one)
    const added = (await idsToDelete(store())).filter(id => !before.includes(id))
    expect(new Set(added)).toEqual(new Set(waiting.map(one => one.transferId)))
    expect(await store().transfers.withBlobToDelete(1)).toHaveLength(1)
  })

  it('transfers and slots: those with changes not listed yet', async () => {
    const pending = [
      { changeId: unique(), userId: newUserId(), subject: { kind: 'inbox', slotId: newSlotId() } },
    ] as const
    const [transfer, slot] = [makeReady({ pending }), makeSlot({ pending })]
    for (const one of [transfer, makeReady()]) await store().transfers.insert(one)
    for (const one of [slot, makeSlot()]) await store().slots.insert(one)
    expect(await store().transfers.withPending(10)).toEqual([transfer])
    expect(await store().slots.withPending(10)).toEqual([slot])
    await store().transfers.swap({ ...transfer, pending: [] })
    await store().slots.swap({ ...slot, pending: [] })
    expect(await store().transfers.withPending(10)).toEqual([])
    expect(await store().slots.withPending(10)).toEqual([])
  })

  it('slots: of a transfer', async () => {
    const transferId = newTransferId()
    const slots = [makeSlot({ transferId }), makeSlot({ transferId })]
    for (const slot of [...slots, makeSlot()]) await store().slots.insert(slot)
    const found = await store().slots.ofTransfer(transferId)
    expect(new Set(found.map(slot => slot.slotId))).toEqual(new Set(slots.map(slot => slot.slotId)))
  })
}

async function idsToDelete(store: Store): Promise<readonly string[]> {
  return (await store.transfers.withBlobToDelete(1000)).map(transfer => transfer.transferId)
}

function describeChanges(store: () => Store): void {
  it('changes: numbers of 200 parallel callers that retry have no gaps', async () => {
    const userId = newUserId()
    const ids = Array.from({ length: many }, unique)
    await Promise.all(ids.map(changeId => list(store(), { userId, changeId })))
    const listed = await store().changes.after(userId, 0, 1000)
    expect(listed.map(change => change.seq)).toEqual(ids.map((_, i) => i + 1))
    expect(new Set(listed.map(change => change.changeId))).toEqual(new Set(ids))
    expect(await store().changes.head(userId)).toBe(many)
  })

  it('changes: the same one listed by 50 callers stands once', async () => {
    const [userId, changeId] = [newUserId(), unique()]
    await Promise.all(Array.from({ length: 50 }, () => list(store(), { userId, changeId })))
    expect(await store().changes.after(userId, 0, 100)).toHaveLength(1)
  })

  it('changes: says taken, listed and inserted apart', async () => {
    const first = makeChange()
    expect(await store().changes.insert(first)).toBe('inserted')
    expect(await store().changes.insert(first)).toBe('listed')
    expect(await store().changes.insert({ ...first, seq: 2 })).toBe('listed')
    expect(await store().changes.insert(makeChange({ userId: first.userId }))).toBe('taken')
    expect(await store().changes.insert(makeChange())).toBe('inserted')
  })

  it('changes: pages after a number', async () => {
    const userId = newUserId()
    const all = [1, 2, 3, 4].map(seq => makeChange({ userId, seq }))
    for (const change of all) await store().changes.insert(change)
    expect(await store().changes.after(userId, 1, 2)).toEqual(all.slice(1, 3))
    expect(await store().changes.after(userId, 4, 2)).toEqual([])
    expect(await store().changes.head(newUserId())).toBe(0)
  })
}

/** Lists a change as a caller does: takes the next number until it has one. */
async function list(store: Store, ids: { userId: ReturnType<typeof newUserId>; changeId: string }): Promise<void> {
  const change = makeChange(ids)
  for (let said = 'taken'; said === 'taken'; ) {
    const seq = (await store.changes.head(ids.userId)) + 1
    said = await store.changes.insert({ ...change, seq })
  }
}

function describeQueues(store: () => Store): void {
  it('mail: due letters, oldest first, and how many wait', async () => {
    const before = await store().mail.count()
    const letters = [-50, -40, -30].map(nextAt => makeMail({ nextAt }))
    for (const mail of letters.toReversed()) await store().mail.insert(mail)
    expect(await store().mail.count()).toBe(before + 3)
    expect(await store().mail.due(-40, 10)).toEqual(letters.slice(0, 2))
    expect(await store().mail.due(-40, 1)).toEqual(letters.slice(0, 1))
    const [first] = letters
    if (first) await store().mail.swap({ ...first, nextAt: 9000, tries: 1 })
    expect(await store().mail.due(-40, 10)).toEqual(letters.slice(1, 2))
  })

  it('mail: everything to an address or of it goes, and nothing else', async () => {
    const [gone, kept] = ['gone@example.org', "o'kept@example.org"]
    const letters = [
      makeMail({ letter: { kind: 'known-address', to: gone } }),
      makeMail({ letter: { kind: 'new-transfer', to: kept, from: gone, slotId: newSlotId() }, acceptedAt: 5 }),
      makeMail({ letter: { kind: 'new-transfer', to: kept, from: kept, slotId: newSlotId() } }),
      makeMail({ letter: { kind: 'address-changed', to: kept, next: gone } }),
    ]
    for (const mail of letters) await store().mail.insert(mail)
    await store().mail.deleteOfAddress(gone)
    const left = await Promise.all(letters.map(mail => store().mail.get(mail.mailId)))
    expect(left).toEqual([null, null, letters[2], letters[3]])
    await store().mail.deleteOfAddress(kept)
    expect(await store().mail.get(letters[2]?.mailId ?? '')).toBeNull()
  })

  it('tickets: of 100 parallel callers one takes it', async () => {
    const ticket = makeTicket()
    expect(await store().tickets.insert(ticket)).toBe(true)
    expect(await store().tickets.insert(ticket)).toBe(false)
    const taken = await Promise.all(Array.from({ length: 100 }, () => store().tickets.take(ticket.idHash)))
    expect(taken.filter(one => one !== null)).toEqual([ticket])
  })

  it('tickets and answers: sweeps those that have ended', async () => {
    const [ended, lasting] = [makeTicket({ expiresAt: -20 }), makeTicket({ expiresAt: -10 })]
    for (const ticket of [ended, lasting]) await store().tickets.insert(ticket)
    expect(await store().tickets.sweep(-10)).toBe(1)
    expect(await store().tickets.take(lasting.idHash)).toEqual(lasting)
    const [old, young] = [makeAnswer({ keepUntil: -20 }), makeAnswer({ keepUntil: -10 })]
    for (const answer of [old, young]) await store().answers.insert(answer)
    expect(await store().answers.sweep(-10)).toBe(1)
    expect(await store().answers.get(old.userId, old.key)).toBeNull()
    expect(await store().answers.get(young.userId, young.key)).toEqual(young)
  })

  it('answers: the first one given under a key stays', async () => {
    const answer = makeAnswer()
    expect(await store().answers.insert(answer)).toBe(true)
    expect(await store().answers.insert({ ...answer, answer: 'another' })).toBe(false)
    expect(await store().answers.insert({ ...answer, userId: newUserId() })).toBe(true)
    expect(await store().answers.get(answer.userId, answer.key)).toEqual(answer)
  })
}
