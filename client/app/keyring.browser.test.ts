import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cheapKdf, somebody } from '#client/crypto-worker/setting.testing.ts'
import type { KeyBundle } from '#shared/contract/account.ts'
import { userId } from '#shared/contract/ids.ts'
import { type Device, type FakeServer, makeDevice, now, password } from './account.testing.ts'
import type { PersonCell } from './cell-schemas.ts'
import { refuseAlarmed } from './core.ts'
import { people } from './kinds.ts'
import { renewEverything } from './renewal.ts'
import { changeRow, readRow } from './rows.ts'

const bao = userId.parse('BBBBBBBBBBBBBBBBBBBBBA')
const nextPassword = 'eight red boats on land'
let device: Device
let server: FakeServer

beforeEach(async () => {
  ;({ device, server } = await makeDevice())
})
afterEach(async () => {
  device.close()
  await device.db.delete()
})

const rowsOf = ({ db, holder }: Device) => ({ db, cells: () => holder.worker() })
const keyNumber = ({ holder }: Device) => {
  const session = holder.session.get()
  return session.state === 'open' ? session.me.keyNumber : null
}

async function knowBao(): Promise<void> {
  const value: PersonCell = {
    name: 'Bao',
    email: 'bao@example.org',
    card: (await somebody()).card,
    identityHash: 'h',
    fingerprint: 'f',
  }
  await changeRow(rowsOf(device), people, bao, () => ({ row: { userId: bao, firstSeen: now, changed: false }, value }))
}

describe('rotation', () => {
  test('is stored, published, adopted', async () => {
    await device.keyring.rotateKey()
    const row = await device.holder.row()
    expect(row.next).toBeUndefined()
    expect(row.bundle.card).toMatchObject({ seq: 2, sig: server.bundle.card.sig })
    expect(keyNumber(device)).toBe(2)
    expect((await device.holder.worker().olderKeys()).keys).toHaveLength(1)
  })

  test('a crash after the server took it: the next look adopts it', async () => {
    server.fate = 'answer-lost'
    await expect(device.keyring.rotateKey()).rejects.toMatchObject({ code: 'network' })
    expect(server.bundle.card.seq).toBe(2)
    expect(await device.holder.row()).toMatchObject({ bundle: { card: { seq: 1 } }, next: { reason: 'rotation' } })
    device = device.reload()
    await device.unlock(password)
    await device.keyring.checkOwn()
    expect(await device.holder.row()).toMatchObject({ bundle: { card: { sig: server.bundle.card.sig } } })
    expect((await device.holder.row()).next).toBeUndefined()
    expect(keyNumber(device)).toBe(2)
  })

  test('a crash before the server heard of it: the next look drops it, and it can be tried again', async () => {
    server.fate = 'lost'
    await expect(device.keyring.rotateKey()).rejects.toMatchObject({ code: 'network' })
    device = device.reload()
    await device.unlock(password)
    server.fate = 'taken'
    await device.keyring.checkOwn()
    expect((await device.holder.row()).next).toBeUndefined()
    expect(keyNumber(device)).toBe(1)
    await device.keyring.rotateKey()
    expect(keyNumber(device)).toBe(2)
  })

  test('what the server refuses is dropped at once', async () => {
    server.fate = 'card-refused'
    await expect(device.keyring.rotateKey()).rejects.toMatchObject({ code: 'card-refused' })
    expect((await device.holder.row()).next).toBeUndefined()
    expect(keyNumber(device)).toBe(1)
  })

  test('of another device is taken over; deleting older keys starts from it', async () => {
    const { card, keys } = await device.holder.worker().rotateKeys({ now })
    server.bundle = { ...server.bundle, card, keys }
    await device.keyring.checkOwn()
    expect(keyNumber(device)).toBe(2)
    await device.keyring.setDeleteOlder(true)
    expect(await device.holder.worker().olderKeys()).toMatchObject({ deleteOlder: true, keys: [{}] })
    device = device.reload()
    await device.unlock(password)
    expect(await device.holder.worker().olderKeys()).toMatchObject({ deleteOlder: true, keys: [{}] })
  })
})

describe('older keys that another device deleted', () => {
  test('go here too, and an older copy of the server does not bring them back', async () => {
    await device.keyring.rotateKey()
    const before = structuredClone(server.bundle)
    const [older] = (await device.holder.worker().olderKeys()).keys
    const keys = await device.holder.worker().resealKeys({ drop: [older?.kid ?? ''], deleteOlder: true })
    server.bundle = { ...server.bundle, keys }
    await device.keyring.checkOwn()
    expect(await device.holder.worker().olderKeys()).toEqual({ keys: [], deleteOlder: true })
    server.bundle = before
    await device.keyring.checkOwn()
    expect(await device.holder.worker().olderKeys()).toEqual({ keys: [], deleteOlder: true })
    const row = await device.holder.row()
    expect(row.bundle.keys).toEqual(keys)
    expect(row.alarm).toBeUndefined()
  })
})

describe("the server's copy of one's own card (THREATS A2, T2)", () => {
  const alarm = async (bundle: KeyBundle) => {
    const before = await device.holder.row()
    server.bundle = bundle
    await device.keyring.checkOwn()
    const after = await device.holder.row()
    expect(after).toEqual({ ...before, alarm: true })
    await expect(refuseAlarmed(device)).rejects.toMatchObject({ code: 'own-identity-changed' })
    await expect(device.keyring.rotateKey()).rejects.toMatchObject({ code: 'own-identity-changed' })
  }

  test('another identity is an alarm, and nothing here changes', async () => {
    await alarm({ ...server.bundle, card: (await somebody()).card })
  })

  test('so is an older card than the one it had confirmed', async () => {
    const before = structuredClone(server.bundle)
    await device.keyring.rotateKey()
    await alarm(before)
  })

  test('so is a fork: two cards of the same number', async () => {
    const fork = await device.holder.worker().rotateKeys({ now: now + 1 })
    await device.keyring.rotateKey()
    await alarm({ ...server.bundle, ...fork })
  })

  test('so is the next card with keys that do not open', async () => {
    const { card } = await device.holder.worker().rotateKeys({ now })
    await alarm({ ...server.bundle, card })
    expect(keyNumber(device)).toBe(1)
  })

  test('the alarm ends when the server names the identity again', async () => {
    const right = server.bundle
    await alarm({ ...right, card: (await somebody()).card })
    server.bundle = right
    await device.keyring.checkOwn()
    await refuseAlarmed(device)
  })

  test('200 turned bundles: card, keys and the wrap of the password stay as they are', async () => {
    const { bundle } = await device.holder.row()
    const right = JSON.stringify(bundle)
    for (let turn = 0; turn < 200; turn += 1) {
      server.bundle = turned(right, turn)
      await device.keyring.checkOwn()
      const row = await device.holder.row()
      expect(JSON.stringify({ ...row.bundle, wraps: row.bundle.wraps.slice(0, 1) })).toBe(right)
    }
    device = device.reload()
    await device.unlock(password)
  })

  /** The bundle with one character of one of its base64url texts turned. */
  function turned(text: string, turn: number): KeyBundle {
    const texts = [...text.matchAll(/"([A-Za-z0-9_-]{20,})"/g)]
    const found = texts[turn % texts.length]
    if (found === undefined) throw new Error('nothing to turn')
    const place = found.index + 1 + ((turn * 7) % (found[1]?.length ?? 1))
    return JSON.parse(`${text.slice(0, place)}${text[place] === 'A' ? 'B' : 'A'}${text.slice(place + 1)}`)
  }
})

describe('the password', () => {
  const changeElsewhere = async () => {
    const { wrap } = await device.holder.worker().wrapUnderPassword({ password: nextPassword, kdf: cheapKdf })
    server.bundle = { ...server.bundle, wraps: [wrap] }
    device = device.reload()
  }

  test('changed elsewhere, it opens with the copy of the server, which is kept', async () => {
    await changeElsewhere()
    await device.unlock(nextPassword)
    device = device.reload()
    server.online = false
    await device.unlock(nextPassword)
    expect(keyNumber(device)).toBe(1)
  })

  test('a wrong one stays wrong, on line and off', async () => {
    await changeElsewhere()
    await expect(device.unlock('neither of the two')).rejects.toMatchObject({ code: 'wrong-password' })
    server.online = false
    await expect(device.unlock(nextPassword)).rejects.toMatchObject({ code: 'wrong-password' })
    await device.unlock(password)
  })

  test('a server cannot bring another identity in by it', async () => {
    await changeElsewhere()
    server.bundle = { ...server.bundle, card: (await somebody()).card }
    await expect(device.unlock(nextPassword)).rejects.toMatchObject({ code: 'wrong-password' })
    expect((await device.holder.row()).alarm).toBe(true)
  })

  test('a failed try leaves open keys open', async () => {
    await expect(device.unlock('not the password at all')).rejects.toMatchObject({ code: 'wrong-password' })
    expect(await device.holder.worker().olderKeys()).toEqual({ keys: [], deleteOlder: false })
  })
})

describe('renewal', () => {
  const renew = () => renewEverything({ holder: device.holder, keyring: device.keyring }, nextPassword)

  test('rows open under the new account key; the old password opens nothing', async () => {
    await knowBao()
    await device.db.cursor.put({ id: 'me', epoch: null, seq: 9, levelAt: now, wentBack: false })
    expect(await renew()).toMatch(/^[2-9A-Z]{32}$/)
    expect(keyNumber(device)).toBe(2)
    device = device.reload()
    await expect(device.unlock(password)).rejects.toMatchObject({ code: 'wrong-password' })
    await device.unlock(nextPassword)
    expect((await readRow(rowsOf(device), people, bao))?.value.name).toBe('Bao')
    expect((await device.db.cursor.get('me'))?.seq).toBe(9)
  })

  test('waits until nothing is left to be sent', async () => {
    await device.db.outbox.put({ id: 'x' } as never)
    await expect(renew()).rejects.toMatchObject({ code: 'conflict' })
    expect(server.bundle.card.seq).toBe(1)
  })

  test('a crash after the server took it: the new password opens, pins are kept, lists are read anew', async () => {
    await knowBao()
    await device.db.cursor.put({ id: 'me', epoch: null, seq: 9, levelAt: now, wentBack: false })
    await device.db.received.put({ slotId: 'r', cell: new Uint8Array(40), version: 1 } as never)
    server.fate = 'answer-lost'
    await expect(renew()).rejects.toMatchObject({ code: 'network' })
    device = device.reload()
    await expect(device.unlock(password)).rejects.toMatchObject({ code: 'wrong-password' })
    await device.unlock(nextPassword)
    expect(await device.holder.row()).toMatchObject({ bundle: { card: { sig: server.bundle.card.sig } } })
    expect((await device.holder.row()).next).toBeUndefined()
    expect((await readRow(rowsOf(device), people, bao))?.value.name).toBe('Bao')
    expect(await device.db.received.count()).toBe(0)
    expect((await device.db.cursor.get('me'))?.seq).toBe(0)
  })

  test('a crash before the server heard of it: the old password opens, and the new keys are dropped', async () => {
    await knowBao()
    server.fate = 'lost'
    await expect(renew()).rejects.toMatchObject({ code: 'network' })
    device = device.reload()
    await expect(device.unlock(nextPassword)).rejects.toMatchObject({ code: 'wrong-password' })
    await device.unlock(password)
    await device.keyring.checkOwn()
    expect((await device.holder.row()).next).toBeUndefined()
    expect((await readRow(rowsOf(device), people, bao))?.value.name).toBe('Bao')
  })

  test('one that is refused leaves everything as it was', async () => {
    await knowBao()
    server.fate = 'confirm-needed'
    await expect(renew()).rejects.toMatchObject({ code: 'confirm-needed' })
    expect((await device.holder.row()).next).toBeUndefined()
    expect((await readRow(rowsOf(device), people, bao))?.value.name).toBe('Bao')
  })
})
