import { afterAll, beforeAll, expect, test } from 'vitest'
import type { KeyBundle } from '#shared/contract/account.ts'
import { keyBundle } from '#shared/contract/account.ts'
import { inGroups } from '#shared/contract/recovery-text.ts'
import { decodeBase64, encodeBase64 } from '#shared/format/base64.ts'
import { type CryptoWorkerHandle, openCryptoWorker } from './pool.ts'
import { cardOf, cheapKdf, now, somebody, userId } from './setting.testing.ts'

const password = 'correct horse battery staple'
const cell = { type: 'person', record: 'a', version: 1, value: 'x' }
let handle: CryptoWorkerHandle
let bundle: KeyBundle

beforeAll(async () => {
  handle = openCryptoWorker()
  await handle.remote.prepareLogin({ password, kdf: cheapKdf })
  bundle = await handle.remote.createKeys({ userId, now })
})
afterAll(() => handle.terminate())

test('the bundle is what the wire takes', () => {
  expect(keyBundle.parse(bundle)).toEqual(bundle)
})

test('the login secret is 32 bytes, the same each time, another for another password', async () => {
  const first = await handle.remote.prepareLogin({ password, kdf: cheapKdf })
  expect(decodeBase64(first)).toHaveLength(32)
  expect(await handle.remote.prepareLogin({ password, kdf: cheapKdf })).toBe(first)
  expect(await handle.remote.prepareLogin({ password: `${password}!`, kdf: cheapKdf })).not.toBe(first)
})

test('composed and decomposed passwords are one (NFKC)', async () => {
  const composed = await handle.remote.prepareLogin({ password: 'Café ﬁn', kdf: cheapKdf })
  expect(await handle.remote.prepareLogin({ password: 'Cafe\u0301 fin', kdf: cheapKdf })).toBe(composed)
})

test('a second browser opens the bundle with the password, and not with another one', async () => {
  const other = openCryptoWorker()
  await expect(other.remote.sealCells([])).rejects.toMatchObject({ code: 'locked' })
  const wrong = other.remote.unlock({ userId, bundle, password: 'wrong' })
  await expect(wrong).rejects.toMatchObject({ name: 'Problem', code: 'wrong-password' })
  const facts = await other.remote.unlock({ userId, bundle, password })
  expect(facts).toMatchObject({ keyNumber: 1, keySince: now })
  expect(facts.fingerprint).toMatch(/^(\d{5} ){5}\d{5}$/)
  other.terminate()
})

test('a bundle of another person, another card or turned bytes does not open', async () => {
  const other = openCryptoWorker()
  const strange = other.remote.unlock({ userId: 'BBBBBBBBBBBBBBBBBBBBBA', bundle, password })
  await expect(strange).rejects.toMatchObject({ code: 'wrong-password' })
  const card = cardOf((await somebody()).identity)
  const swapped = other.remote.unlock({ userId, bundle: { ...bundle, card }, password })
  await expect(swapped).rejects.toMatchObject({ code: 'card-refused' })
  const sealed = `${bundle.keys.sealed.slice(0, 40)}${bundle.keys.sealed[40] === 'A' ? 'B' : 'A'}${bundle.keys.sealed.slice(41)}`
  const turned = other.remote.unlock({ userId, bundle: { ...bundle, keys: { version: 1, sealed } }, password })
  await expect(turned).rejects.toMatchObject({ code: 'card-refused' })
  other.terminate()
})

test('a recovery key and a passkey open it too, and the page keeps no bytes of the passkey', async () => {
  const { remote } = handle
  const credentialId = 'AAAAAAAAAAAAAAAAAAAAAAAAAAA'
  const prf = () => new Uint8Array(32).fill(4)
  const { recoveryKey, wrap } = await remote.makeRecoveryKit({ now })
  await remote.tryRecoveryKey({ recoveryKey: inGroups(recoveryKey, 4), wrap })
  const given = prf()
  const salt = encodeBase64(new Uint8Array(32))
  const passkey = await remote.wrapUnderPasskey({ prf: given, credentialId, salt })
  expect(given.buffer.detached).toBe(true)

  const whole = { ...bundle, wraps: [...bundle.wraps, wrap, passkey] }
  const other = openCryptoWorker()
  const facts = await other.remote.unlockWithRecoveryKey({ userId, bundle: whole, recoveryKey })
  expect(await other.remote.unlockWithPasskey({ userId, bundle: whole, credentialId, prf: prf() })).toEqual(facts)
  const wrong = other.remote.unlockWithPasskey({ userId, bundle: whole, credentialId, prf: prf().fill(5) })
  await expect(wrong).rejects.toMatchObject({ name: 'Problem', code: 'passkey-refused' })
  expect(await other.remote.openCells(await remote.sealCells([cell]))).toEqual(['x'])
  other.terminate()
})

test('rotated, resealed, renewed: another browser opens the last of it, and cells come along', async () => {
  const { remote, terminate } = openCryptoWorker()
  await remote.unlock({ userId, bundle, password })
  const cells = await remote.sealCells([cell])
  const rotated = { ...bundle, ...(await remote.rotateKeys({ now: now + 1 })) }
  expect(await remote.adoptKeys({ bundle: rotated })).toMatchObject({ keyNumber: 2 })
  const [older] = (await remote.olderKeys()).keys
  if (older === undefined) throw new Error('one key was replaced')
  const keys = await remote.resealKeys({ drop: [older.kid], deleteOlder: true })
  await remote.adoptKeys({ bundle: { ...rotated, keys } })
  expect(await remote.olderKeys()).toEqual({ keys: [], deleteOlder: true })

  const renewed = await remote.renewKeys({ password: 'a password for later', kdf: cheapKdf, now: now + 2 })
  const moved = (await remote.resealCells(cells)).filter(found => found !== null)
  expect(await remote.adoptRenewed()).toMatchObject({ keyNumber: 3 })
  const other = openCryptoWorker()
  await other.remote.unlockWithRecoveryKey({ userId, bundle: renewed.bundle, recoveryKey: renewed.recoveryKey })
  expect(await other.remote.openCells([...moved, ...cells])).toEqual(['x', null])
  const file = await other.remote.exportKeyFile({ passphrase: 'p', name: 'Ada', address: 'ada@example.org' })
  expect(file.match(/BEGIN ENCRYPTED PRIVATE KEY/g)).toHaveLength(3)
  const sig = await other.remote.signRecovery({ challenge: renewed.loginSecret, loginSecret: renewed.loginSecret })
  expect(decodeBase64(sig)).toHaveLength(96)
  terminate()
  other.terminate()
})

test('cells come back in order; a swapped one is null', async () => {
  const cells = await handle.remote.sealCells([
    { type: 'person', record: 'a', version: 1, value: { name: 'Ada' } },
    { type: 'person', record: 'b', version: 1, value: [1, null, 'x'] },
  ])
  expect(await handle.remote.openCells(cells)).toEqual([{ name: 'Ada' }, [1, null, 'x']])
  const [a, b] = cells
  if (a === undefined || b === undefined) throw new Error('two cells were sealed')
  const swapped = [{ ...a, sealed: b.sealed }, { ...b, record: 'a' }, { ...a, type: 'note' }, { ...a, version: 2 }, a]
  expect(await handle.remote.openCells(swapped)).toEqual([null, null, null, null, { name: 'Ada' }])
})

test('cards: facts, verdicts, and one that nobody signed', async () => {
  const { card } = await somebody()
  expect((await handle.remote.cardFacts(card)).fingerprint).toMatch(/^(\d{5} ){5}\d{5}$/)
  expect(await handle.remote.judgeCard(card, card)).toBe('same')
  expect(await handle.remote.judgeCard(card, bundle.card)).toBe('new-identity')
  const forged = handle.remote.cardFacts({ ...card, created: card.created + 1 })
  await expect(forged).rejects.toMatchObject({ code: 'card-refused' })
})

test('a worker tells what it can do', async () => {
  expect(await handle.remote.probe()).toEqual({ shelf: true, nested: true, byob: true })
})
