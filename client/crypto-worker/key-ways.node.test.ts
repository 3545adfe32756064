import { beforeAll, describe, expect, test } from 'vitest'
import type { KeyBundle, PasswordWrap, Wrap } from '#shared/contract/account.ts'
import { keyBundle } from '#shared/contract/account.ts'
import { inGroups, recoveryAlphabet } from '#shared/contract/recovery-text.ts'
import { verifyRecovery } from '#shared/crypto/identity.ts'
import { readIdentityFile } from '#shared/crypto/identity-file.ts'
import { recordNonces } from '#shared/crypto/nonce-recorder.ts'
import { decodeBase64, encodeBase64 } from '#shared/format/base64.ts'
import { openCells, sealCells } from './cells.ts'
import { withAccountKey } from './key-open.ts'
import {
  credentialId,
  kdf,
  makeRing,
  openBy,
  openRing,
  otherId,
  password,
  prf,
  type Ring,
  salt,
  userId,
  type Way,
  ways,
  wrapIn,
} from './keyring.testing.ts'

let ring: Ring
let bundle: KeyBundle
let recoveryKey: string
beforeAll(async () => {
  ;({ ring, bundle, recoveryKey } = await openRing())
})

const wrapOf = <K extends Way>(kind: K) => wrapIn(bundle, kind)
const withWraps = (...wraps: readonly Wrap[]): KeyBundle => ({ ...bundle, wraps: [...wraps] })

describe.each(ways)('a wrap of the kind %s', way => {
  test('opens the same account key and identity', async () => {
    const other = makeRing()
    expect(await openBy(way, other, { bundle, recoveryKey })).toMatchObject({ keyNumber: 1, keySince: 1 })
    const [cell] = await sealCells(ring.current(), [{ type: 'x', record: 'r', version: 1, value: way }])
    if (cell === undefined) throw new Error('one cell was sealed')
    expect(await openCells(other.current(), [cell])).toEqual([way])
    const raw = await withAccountKey(ring.current(), async bytes => encodeBase64(bytes))
    expect(await withAccountKey(other.current(), async bytes => encodeBase64(bytes))).toBe(raw)
  })

  test('does not open for another person', async () => {
    const strange = openBy(way, makeRing(), { bundle, recoveryKey, id: otherId })
    await expect(strange).rejects.toMatchObject({ name: 'Problem', code: refusedAs[way] })
  })

  test.each(ways.filter(other => other !== way))('is not opened with the sealed bytes of the kind %s', async other => {
    const swapped = withWraps({ ...wrapOf(way), sealed: wrapOf(other).sealed })
    const opening = openBy(way, makeRing(), { bundle: swapped, recoveryKey })
    await expect(opening).rejects.toMatchObject({ code: refusedAs[way] })
  })

  test('is missed where it is not there', async () => {
    const without = withWraps(...bundle.wraps.filter(({ kind }) => kind !== way))
    const opening = openBy(way, makeRing(), { bundle: without, recoveryKey })
    await expect(opening).rejects.toMatchObject({ code: way === 'passkey' ? 'passkey-refused' : 'keys-missing' })
  })

  test('opens whatever else stands beside it', async () => {
    const others = bundle.wraps.filter(({ kind }) => kind !== way)
    const later = { kind: 'card-reader', version: 7 }
    const strange = { ...bundle, wraps: [later, ...others, ...others, null, wrapOf(way)] } as unknown as KeyBundle
    expect(await openBy(way, makeRing(), { bundle: strange, recoveryKey })).toMatchObject({ keyNumber: 1 })
  })

  test('may stand in a bundle once', async () => {
    const twice = openBy(way, makeRing(), { bundle: withWraps(wrapOf(way), wrapOf(way)), recoveryKey })
    await expect(twice).rejects.toMatchObject({ code: 'card-refused' })
  })
})

const refusedAs = { password: 'wrong-password', recovery: 'wrong-recovery-key', passkey: 'passkey-refused' } as const

test('the bundle with every kind is what the wire takes', () => {
  expect(keyBundle.parse(bundle)).toEqual(bundle)
})

test.each([{ m: -1 }, { m: 2 ** 31 }, { t: 0.5 }, { p: 'x' }, { salt: '' }])('a wrap with %j is refused', async odd => {
  const wrap = { ...wrapOf('password'), kdf: { ...kdf, ...odd } } as PasswordWrap
  const opening = makeRing().unlock({ userId, bundle: withWraps(wrap), password })
  await expect(opening).rejects.toMatchObject({ code: 'kdf-refused' })
})

describe('a recovery key', () => {
  test('is 32 characters without look-alikes, and another each time', async () => {
    const { recoveryKey: second } = await ring.makeRecoveryKit({ now: 3 })
    for (const key of [recoveryKey, second]) expect(key).toMatch(new RegExp(`^[${recoveryAlphabet}]{32}$`))
    expect(second).not.toBe(recoveryKey)
  })

  test('is taken as people type it', async () => {
    const typed = ` ${inGroups(recoveryKey.toLowerCase(), 4)} `
    await ring.tryRecoveryKey({ recoveryKey: typed, wrap: wrapOf('recovery') })
    expect(await makeRing().unlockWithRecoveryKey({ userId, bundle, recoveryKey: typed })).toMatchObject({
      keyNumber: 1,
    })
  })

  const turned = () => `${recoveryKey.slice(0, -1)}${recoveryKey.endsWith('A') ? 'B' : 'A'}`
  test.each([
    ['empty', () => ''],
    ['too short', () => recoveryKey.slice(1)],
    ['too long', () => `${recoveryKey}A`],
    ['of another alphabet', () => `0${recoveryKey.slice(1)}`],
    ['with one character changed', turned],
    ['the password', () => password],
  ])('is refused where it is %s', async (_, typed) => {
    const unlocking = makeRing().unlockWithRecoveryKey({ userId, bundle, recoveryKey: typed() })
    await expect(unlocking).rejects.toMatchObject({ code: 'wrong-recovery-key' })
    const trying = ring.tryRecoveryKey({ recoveryKey: typed(), wrap: wrapOf('recovery') })
    await expect(trying).rejects.toMatchObject({ code: 'wrong-recovery-key' })
  })

  test('passes the drill only for the account key that is open', async () => {
    const stranger = await openRing()
    const wrap = wrapIn(stranger.bundle, 'recovery')
    const drill = ring.tryRecoveryKey({ recoveryKey: stranger.recoveryKey, wrap })
    await expect(drill).rejects.toMatchObject({ code: 'wrong-recovery-key' })
    await expect(makeRing().tryRecoveryKey({ recoveryKey, wrap })).rejects.toMatchObject({ code: 'locked' })
  })
})

describe('a passkey', () => {
  test('is its own: another credential, another answer, a short one', async () => {
    const otherCredential = encodeBase64(new Uint8Array(20).fill(8))
    const renamed = withWraps({ ...wrapOf('passkey'), credentialId: otherCredential })
    const tries = [
      { bundle: renamed, credentialId: otherCredential, prf: prf() },
      { bundle, credentialId: otherCredential, prf: prf() },
      { bundle, credentialId, prf: prf(1) },
      { bundle, credentialId, prf: prf().slice(1) },
    ]
    for (const input of tries) {
      await expect(makeRing().unlockWithPasskey({ userId, ...input })).rejects.toMatchObject({
        code: 'passkey-refused',
      })
    }
  })

  test('leaves no bytes of its answer behind, whether it opens or not', async () => {
    const answers = [prf(), prf(), prf(1), prf().slice(1)]
    const [wrapping, right, wrong, short] = answers
    if (!wrapping || !right || !wrong || !short) throw new Error('four answers')
    await ring.wrapUnderPasskey({ prf: wrapping, credentialId, salt })
    await makeRing().unlockWithPasskey({ userId, bundle, credentialId, prf: right })
    for (const answer of [wrong, short]) {
      await makeRing()
        .unlockWithPasskey({ userId, bundle, credentialId, prf: answer })
        .catch(() => undefined)
    }
    expect(answers.every(answer => answer.every(byte => byte === 0))).toBe(true)
  })
})

describe('a new password', () => {
  test('opens its wrap, and the old one does not', async () => {
    const { loginSecret, wrap } = await ring.wrapUnderPassword({ password: 'another long password', kdf })
    const changed = withWraps(wrap)
    const other = makeRing()
    expect(await other.loginSecretOf({ password: 'another long password', kdf })).toBe(loginSecret)
    const old = other.unlock({ userId, bundle: changed, password })
    await expect(old).rejects.toMatchObject({ code: 'wrong-password' })
    await other.unlock({ userId, bundle: changed, password: 'another long password' })
    expect(other.current().keys).toEqual(bundle.keys)
  })

  test('is stretched no less than the floor', async () => {
    const weak = { ...kdf, m: 7 }
    await expect(ring.wrapUnderPassword({ password, kdf: weak })).rejects.toMatchObject({ code: 'kdf-refused' })
    await expect(ring.loginSecretOf({ password, kdf: weak })).rejects.toMatchObject({ code: 'kdf-refused' })
    const renewing = ring.renewKeys({ password, kdf: weak, now: 9 })
    await expect(renewing).rejects.toMatchObject({ code: 'kdf-refused' })
  })

  test('does not prepare a login when only its secret is asked for', async () => {
    const other = makeRing()
    await other.loginSecretOf({ password, kdf })
    await expect(other.openKeys({ userId, bundle })).rejects.toMatchObject({ code: 'wrong-password' })
  })
})

test('locked, nothing is given out', async () => {
  const locked = makeRing()
  const calls = [
    () => locked.wrapUnderPassword({ password, kdf }),
    () => locked.makeRecoveryKit({ now: 1 }),
    () => locked.wrapUnderPasskey({ prf: prf(), credentialId, salt }),
    () => locked.signRecovery({ challenge: salt, loginSecret: salt }),
    () => locked.exportKeyFile({ passphrase: 'x', name: 'x', address: 'x' }),
    () => locked.rotateKeys({ now: 1 }),
    () => locked.adoptKeys({ bundle }),
    () => locked.olderKeys(),
    () => locked.resealKeys({ drop: [], deleteOlder: false }),
    () => locked.renewKeys({ password, kdf, now: 1 }),
  ]
  for (const call of calls) await expect(call()).rejects.toMatchObject({ code: 'locked' })
})

test('the signature of a recovery is the identity’s, for this challenge and password', async () => {
  const challenge = encodeBase64(new Uint8Array(32).fill(1))
  const loginSecret = await ring.loginSecretOf({ password: 'a password after the loss', kdf })
  const sig = bytesOf(await ring.signRecovery({ challenge, loginSecret }))
  const { sign } = ring.current().identity.card
  const claim = { challenge: bytesOf(challenge), loginSecret: bytesOf(loginSecret) }
  expect(await verifyRecovery(sign, sig, claim)).toBe(true)
  expect(await verifyRecovery(sign, sig, { ...claim, challenge: claim.loginSecret })).toBe(false)
  const short = ring.signRecovery({ challenge: 'AAAA', loginSecret })
  await expect(short).rejects.toMatchObject({ code: 'bad-request' })
  await expect(ring.signRecovery({ challenge: '!', loginSecret })).rejects.toMatchObject({ code: 'bad-request' })
})

test('the key file opens with its passphrase to the same identity', async () => {
  const file = await ring.exportKeyFile({ passphrase: 'for the drawer', name: 'Ada', address: 'ada@example.org' })
  const read = await readIdentityFile(file)
  expect(read).toMatchObject({ encrypted: true, keys: 2, card: { name: 'Ada', address: 'ada@example.org' } })
  const unlocked = await read.unlock('for the drawer')
  expect(unlocked).toMatchObject({ kind: 'identity', card: ring.current().identity.card })
  const empty = ring.exportKeyFile({ passphrase: '', name: 'Ada', address: 'x' })
  await expect(empty).rejects.toMatchObject({ code: 'weak-password' })
})

test('every wrap, rotation and renewal is sealed under a nonce of its own', async () => {
  const recorder = recordNonces()
  const { ring: own, bundle: held } = await openRing()
  for (const now of [5, 6]) await own.adoptKeys({ bundle: { ...held, ...(await own.rotateKeys({ now })) } })
  await own.resealKeys({ drop: [], deleteOlder: true })
  await own.wrapUnderPassword({ password, kdf })
  await own.renewKeys({ password, kdf, now: 7 })
  expect(recorder.uses().length).toBeGreaterThan(8)
  expect(recorder.repeats()).toEqual([])
  recorder.stop()
})

function bytesOf(text: string) {
  const bytes = decodeBase64(text)
  if (bytes === null) throw new Error('base64url')
  return bytes
}
