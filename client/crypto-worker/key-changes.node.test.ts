import { beforeEach, describe, expect, test } from 'vitest'
import type { CardJson, KeyBundle } from '#shared/contract/account.ts'
import { keyBundle } from '#shared/contract/account.ts'
import { cardHash } from '#shared/crypto/cards.ts'
import { generateIdentity, keyId } from '#shared/crypto/identity.ts'
import { readIdentityFile } from '#shared/crypto/identity-file.ts'
import { collect, sealStream } from '#shared/crypto/seal.ts'
import { encodeBase64 } from '#shared/format/base64.ts'
import { utf8 } from '#shared/format/bytes.ts'
import { parseCard } from '#shared/format/card.ts'
import { openCells, sealCells } from './cells.ts'
import { kdf, makeRing, openBy, openRing, password, type Ring, userId, ways } from './keyring.testing.ts'
import { openContent } from './people.ts'
import { bindingOf, openBox, sealBox } from './sealed-box.ts'

let ring: Ring
let bundle: KeyBundle
let recoveryKey: string
beforeEach(async () => {
  ;({ ring, bundle, recoveryKey } = await openRing())
})

/** Rotates, stores and takes up, as the app does. */
async function rotate(now: number): Promise<KeyBundle> {
  bundle = { ...bundle, ...(await ring.rotateKeys({ now })) }
  await ring.adoptKeys({ bundle })
  return bundle
}

/** An envelope with a note, by a stranger, to this card. */
async function envelopeTo(card: CardJson): Promise<string> {
  const { identity } = await generateIdentity({ now: 1 })
  const { result } = await collect(
    sealStream({
      plaintext: new Blob([]).stream(),
      suite: 'gcm',
      padding: 'none',
      metadata: { created: 5, files: [], note: 'hello' },
      sender: identity,
      recipients: [{ type: 'p384', card: parseCard(card) }],
    }),
  )
  return result.envelopeText
}

const reads = async (keys: Ring, envelope: string) => openContent(keys.current().identity, { envelope })

describe('rotation', () => {
  test('makes the next card of the chain, and nothing is used before it is taken up', async () => {
    const before = ring.current()
    const next = await ring.rotateKeys({ now: 1000 })
    expect(ring.current()).toBe(before)
    expect(next.card).toMatchObject({ seq: 2, created: 1000, sign: bundle.card.sign })
    expect(next.card.enc).not.toBe(bundle.card.enc)
    expect(next.card.prev).toBe(encodeBase64(await cardHash(parseCard(bundle.card))))
    const facts = await ring.adoptKeys({ bundle: { ...bundle, ...next } })
    expect(facts).toMatchObject({ keyNumber: 2, keySince: 1000 })
  })

  test('keeps what was sealed before it open, until the older key is dropped', async () => {
    const first = await envelopeTo(bundle.card)
    await rotate(1000)
    const second = await envelopeTo(bundle.card)
    await rotate(2000)
    const third = await envelopeTo(bundle.card)
    const { keys } = await ring.olderKeys()
    const kids = [keys[1]?.kid, keys[0]?.kid, encodeBase64(await keyId(parseCard(bundle.card).enc))]
    for (const [at, envelope] of [first, second, third].entries()) {
      expect(await reads(ring, envelope)).toMatchObject({ note: 'hello', kid: kids[at] })
    }

    expect(keys.map(({ retiredAt }) => retiredAt)).toEqual([2000, 1000])
    const oldest = keys[1]?.kid ?? ''
    bundle = { ...bundle, keys: await ring.resealKeys({ drop: [oldest], deleteOlder: true }) }
    expect(await reads(ring, first)).toMatchObject({ note: 'hello' })
    await ring.adoptKeys({ bundle })
    expect(await ring.olderKeys()).toEqual({ keys: keys.slice(0, 1), deleteOlder: true })
    for (const keysOf of [ring, await unlocked(bundle)]) {
      await expect(reads(keysOf, first)).rejects.toMatchObject({ code: 'not-for-this-key' })
      for (const envelope of [second, third]) expect(await reads(keysOf, envelope)).toMatchObject({ note: 'hello' })
    }
  })

  test('keeps the choice about older keys', async () => {
    bundle = { ...bundle, keys: await ring.resealKeys({ drop: [], deleteOlder: true }) }
    await ring.adoptKeys({ bundle })
    await rotate(5)
    expect(await ring.olderKeys()).toMatchObject({ deleteOlder: true, keys: [{ retiredAt: 5 }] })
  })

  test.each(ways)('leaves every way in as it was: %s', async way => {
    await rotate(1000)
    expect(await openBy(way, makeRing(), { bundle, recoveryKey })).toMatchObject({ keyNumber: 2 })
  })

  test('puts older keys into the key file, newest first', async () => {
    await rotate(1000)
    await rotate(2000)
    const file = await readIdentityFile(await ring.exportKeyFile({ passphrase: 'p', name: 'A', address: 'a' }))
    expect(file.keys).toBe(4)
  })

  test('reaches a device that missed some', async () => {
    const late = await unlocked(bundle)
    await rotate(1000)
    await rotate(2000)
    expect(await late.adoptKeys({ bundle })).toMatchObject({ keyNumber: 3 })
  })
})

describe('taking up refuses', () => {
  const refuses = async (offered: KeyBundle) => {
    const before = ring.current()
    await expect(ring.adoptKeys({ bundle: offered })).rejects.toMatchObject({ code: 'card-refused' })
    expect(ring.current()).toBe(before)
  }

  test('a card that went back', async () => {
    const first = bundle
    await rotate(1000)
    await refuses(first)
  })

  test('a key that was deleted, under the card that is held', async () => {
    await rotate(1000)
    const before = bundle
    const [oldest] = (await ring.olderKeys()).keys
    bundle = { ...bundle, keys: await ring.resealKeys({ drop: [oldest?.kid ?? ''], deleteOlder: true }) }
    await ring.adoptKeys({ bundle })
    await refuses(before)
  })

  test('another card of the same number', async () => {
    const fork = { ...bundle, ...(await ring.rotateKeys({ now: 1000 })) }
    await rotate(1000)
    await refuses(fork)
  })

  test('a card whose keys are another’s, though both are of one person', async () => {
    const { card } = await ring.rotateKeys({ now: 1000 })
    const { keys } = await ring.rotateKeys({ now: 1000 })
    await refuses({ ...bundle, card, keys })
  })

  test('another identity, even under the same account key', async () => {
    await refuses((await openRing()).bundle)
  })
})

describe('renewal', () => {
  const next = { password: 'quite another password', kdf, now: 3000 }

  test('replaces every way in; the old ones open the old bundle alone', async () => {
    const before = ring.current()
    const renewed = await ring.renewKeys(next)
    expect(ring.current()).toBe(before)
    expect(keyBundle.parse(renewed.bundle)).toEqual(renewed.bundle)
    expect(renewed.bundle.wraps.map(({ kind }) => kind)).toEqual(['password', 'recovery'])
    expect(await ring.adoptRenewed()).toMatchObject({ keyNumber: 2, keySince: 3000 })

    const other = makeRing()
    expect(await other.loginSecretOf(next)).toBe(renewed.loginSecret)
    expect(await other.unlock({ userId, bundle: renewed.bundle, password: next.password })).toMatchObject({
      keyNumber: 2,
    })
    await makeRing().unlockWithRecoveryKey({ userId, ...renewed })
    for (const way of ways) {
      const old = openBy(way, makeRing(), { bundle: renewed.bundle, recoveryKey })
      await expect(old).rejects.toMatchObject({ name: 'Problem' })
    }
  })

  test('keeps the identity and what was sealed for it', async () => {
    const first = await envelopeTo(bundle.card)
    const facts = await makeRing().unlock({ userId, bundle, password })
    await rotate(1000)
    await ring.renewKeys(next)
    expect(await ring.adoptRenewed()).toMatchObject({ identityHash: facts.identityHash, keyNumber: 3 })
    expect(await reads(ring, first)).toMatchObject({ note: 'hello' })
    expect((await ring.olderKeys()).keys.map(({ retiredAt }) => retiredAt)).toEqual([3000, 1000])
  })

  test('moves cells: they open under the new account key only', async () => {
    const cells = await sealCells(ring.current(), [
      { type: 'person', record: 'a', version: 1, value: { name: 'Ada' } },
      { type: 'person', record: 'b', version: 2, value: null },
    ])
    const [first] = cells
    if (first === undefined) throw new Error('two cells were sealed')
    await ring.renewKeys(next)
    const moved = await ring.resealCells([...cells, { ...first, record: 'elsewhere' }])
    expect(moved).toMatchObject([{ record: 'a', version: 1 }, { record: 'b', version: 2 }, null])
    const written = moved.filter(cell => cell !== null)
    expect(await openCells(ring.current(), cells)).toEqual([{ name: 'Ada' }, null])
    expect(await openCells(ring.current(), written)).toEqual([null, null])
    await ring.adoptRenewed()
    expect(await openCells(ring.current(), written)).toEqual([{ name: 'Ada' }, null])
    expect(await openCells(ring.current(), [first])).toEqual([null])
  })

  test('is taken up once, and not after something else was', async () => {
    await expect(ring.adoptRenewed()).rejects.toMatchObject({ code: 'keys-missing' })
    await expect(ring.resealCells([])).rejects.toMatchObject({ code: 'keys-missing' })
    await ring.renewKeys(next)
    await rotate(1000)
    await expect(ring.adoptRenewed()).rejects.toMatchObject({ code: 'keys-missing' })
    await ring.renewKeys(next)
    await ring.adoptRenewed()
    await expect(ring.adoptRenewed()).rejects.toMatchObject({ code: 'keys-missing' })
  })
})

test('private keys of the first release open: older keys as plain texts, no choice', async () => {
  await rotate(1000)
  const { accountKey } = ring.current()
  const binding = bindingOf(userId, 'keys', 1)
  const sealed = Uint8Array.from(atob(toBase64(bundle.keys.sealed)), character => character.charCodeAt(0))
  const plain = await openBox(accountKey, { sealed, binding })
  const now = JSON.parse(new TextDecoder().decode(plain ?? undefined))
  const then = { sign: now.sign, enc: now.enc, older: now.older.map(({ key }: { key: string }) => key) }
  const old = await sealBox(accountKey, { plain: utf8(JSON.stringify(then)), binding })
  bundle = { ...bundle, keys: { version: 1, sealed: encodeBase64(old) } }
  const opened = await unlocked(bundle)
  const kid = (await ring.olderKeys()).keys[0]?.kid
  expect(await opened.olderKeys()).toEqual({ keys: [{ kid, retiredAt: bundle.card.created }], deleteOlder: false })
})

async function unlocked(held: KeyBundle): Promise<Ring> {
  const other = makeRing()
  await other.unlock({ userId, bundle: held, password })
  return other
}

function toBase64(text: string): string {
  return text.replaceAll('-', '+').replaceAll('_', '/')
}
