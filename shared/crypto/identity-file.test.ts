import { describe, expect, test } from 'vitest'
import { Problem } from '#shared/contract/problems.ts'
import { utf8 } from '#shared/format/bytes.ts'
import { signCard, verifyCard } from './cards.ts'
import { importIdentity } from './identity.ts'
import { blocksOf, read, refused, secretsOf, somebody } from './identity-file.testing.ts'
import { cardForSecrets, readIdentityFile } from './identity-file.ts'
import { encodeIdentityFile } from './identity-file-encode.ts'
import { hasOpenssl, openssl } from './pem-openssl.testing.ts'
import { takeKey } from './private-key.ts'

const passphrase = 'six words that do not belong'
const iterations = 1000

describe('what we write we read', () => {
  test.each([
    ['encrypted', passphrase],
    ['plain', undefined],
  ])('%s: card, hints and keys come back', async (_, words) => {
    const { card, secrets } = await somebody()
    const locked = words === undefined ? {} : { passphrase: words, iterations }
    const text = await encodeIdentityFile({ card, secrets, name: 'Ünï  ', address: 'a@b.example', ...locked })
    const file = await readIdentityFile(utf8(text))
    expect(file).toMatchObject({ encrypted: words !== undefined, keys: 4 })
    expect(file.card).toEqual({ card, name: 'Ünï  ', address: 'a@b.example' })
    expect(await file.unlock(words)).toEqual({ kind: 'identity', secrets, card })
    await expect(importIdentity({ card, ...secrets })).resolves.toMatchObject({ card })
  })

  test.skipIf(!hasOpenssl)('600,000 iterations, a salt and an IV for each block, lines of 64 characters', async () => {
    const { card, secrets } = await somebody({ older: 0 })
    const text = await encodeIdentityFile({ card, secrets, passphrase })
    const described = blocksOf(text).map(block => openssl('asn1parse', { input: block }))
    expect(described).toHaveLength(2)
    for (const found of described) {
      expect(found).toMatch(/:PBES2[\s\S]*:PBKDF2[\s\S]*INTEGER +:0927C0[\s\S]*:hmacWithSHA256[\s\S]*:aes-256-cbc/)
    }
    const values = described.flatMap(found => found.match(/(?<=DUMP\]:)[0-9A-F]{32}$/gm) ?? [])
    expect(new Set(values).size).toBe(4)
    expect(
      text
        .split('\n')
        .slice(1)
        .every(line => line.length <= 64),
    ).toBe(true)
    expect(secretsOf(await read(text, passphrase))).toEqual(secrets)
  })

  test('a card of other keys is not written', async () => {
    const [one, other] = await Promise.all([somebody(), somebody()])
    const swapped = { ...one.secrets, enc: other.secrets.enc }
    await expect(encodeIdentityFile({ card: other.card, secrets: one.secrets })).rejects.toThrow('card-refused')
    await expect(encodeIdentityFile({ card: one.card, secrets: swapped })).rejects.toThrow('card-refused')
    await expect(encodeIdentityFile({ ...one, passphrase: '' })).rejects.toThrow('weak-password')
  })
})

describe('unlocking', () => {
  test('a wrong passphrase is told apart from a damaged file', async () => {
    const text = await encodeIdentityFile({ ...(await somebody()), passphrase, iterations })
    for (const wrong of ['another', `${passphrase} `, '', undefined]) {
      await expect(read(text, wrong)).rejects.toThrow('wrong-passphrase')
    }
    const [first = '', second = '', ...rest] = blocksOf(text)
    // The last line of ciphertext: the padding does not come out.
    const broken = second.replace(/.{8}(={0,2}\n-----END)/, 'AAAAAAAA$1')
    expect(broken).not.toBe(second)
    await expect(read([first, broken, ...rest].join(''), passphrase)).rejects.toMatchObject(refused('damaged'))
  })

  test('1,000 wrong passphrases, some of which leave good padding, are all called wrong', async () => {
    const text = await encodeIdentityFile({ ...(await somebody({ older: 0 })), passphrase, iterations: 1 })
    const file = await readIdentityFile(text)
    for (let guess = 0; guess < 1000; guess++) {
      await expect(file.unlock(`guess ${guess}`)).rejects.toThrow('wrong-passphrase')
    }
  })

  test('it stops between two keys', async () => {
    const file = await readIdentityFile(await encodeIdentityFile({ ...(await somebody()), passphrase, iterations }))
    const signal = AbortSignal.abort(new Problem('cancelled'))
    await expect(file.unlock(passphrase, { signal })).rejects.toThrow('cancelled')
  })

  test('locked and plain keys in one file are refused', async () => {
    const person = await somebody({ older: 0 })
    const [sign = ''] = blocksOf(await encodeIdentityFile({ ...person, passphrase, iterations }))
    const [, enc = ''] = blocksOf(await encodeIdentityFile(person))
    await expect(readIdentityFile(sign + enc)).rejects.toMatchObject(refused('mixed'))
  })

  test('the same key twice is refused', async () => {
    const [sign = '', enc = ''] = blocksOf(await encodeIdentityFile(await somebody({ older: 0 })))
    await expect(read(sign + enc + enc)).rejects.toMatchObject(refused('repeated-key'))
    await expect(read(sign + sign)).rejects.toMatchObject(refused('repeated-key'))
  })
})

describe('the card', () => {
  test('has to fit both keys, and to be signed', async () => {
    const [one, other] = await Promise.all([somebody(), somebody()])
    const [text, foreign] = await Promise.all([encodeIdentityFile(one), encodeIdentityFile(other)])
    const card = text.split('\n')[0] ?? ''
    const swapped = text.replace(card, foreign.split('\n')[0] ?? '')
    await expect(read(swapped)).rejects.toMatchObject(refused('card-unfit'))
    const unsigned = text.replace('"seq":1', '"seq":2')
    await expect(readIdentityFile(unsigned)).rejects.toMatchObject(refused('card-unfit'))
    await expect(readIdentityFile(`${card}\n${text}`)).rejects.toMatchObject(refused('card-unfit'))
    await expect(readIdentityFile(text.replace(card, 'datacrypt-card: {}'))).rejects.toMatchObject(
      refused('card-unfit'),
    )
    const signKey = (await takeKey('ECDSA', one.secrets.sign)).key
    const otherEnc = await signCard({ ...one.card, enc: other.card.enc }, signKey)
    const { enc } = other.secrets
    const misled = await encodeIdentityFile({ card: otherEnc, secrets: { ...one.secrets, enc } })
    const line = misled.split('\n')[0] ?? ''
    await expect(read(text.replace(card, line))).rejects.toMatchObject(refused('card-unfit'))
  })

  test('where it is missing, the keys come without it, and one can be made', async () => {
    const { card, secrets } = await somebody()
    const text = await encodeIdentityFile({ card, secrets })
    const unlocked = await read(text.slice(text.indexOf('\n') + 1))
    expect(unlocked).toEqual({ kind: 'identity', secrets, card: null })
    const first = await cardForSecrets({ secrets, now: 5 })
    expect(first).toMatchObject({ sign: card.sign, enc: card.enc, seq: 1, created: 5, prev: new Uint8Array(32) })
    expect(await verifyCard(first)).toBe(true)
    expect(await cardForSecrets({ secrets, last: card })).toBe(card)
  })

  test('after a card of another encryption key comes the next one', async () => {
    const { card, secrets } = await somebody()
    const rotated = { sign: secrets.sign, enc: secrets.older[0] ?? secrets.enc }
    const next = await cardForSecrets({ secrets: rotated, last: card })
    expect(next.seq).toBe(2)
    await expect(importIdentity({ card: next, ...rotated, older: [] })).resolves.toMatchObject({ card: next })
    const stranger = (await somebody({ older: 0 })).card
    await expect(cardForSecrets({ secrets, last: stranger })).rejects.toThrow('card-refused')
    await expect(cardForSecrets({ secrets, last: { ...card, seq: 7 } })).rejects.toThrow('card-refused')
    await expect(cardForSecrets({ secrets: { ...secrets, enc: secrets.sign } })).rejects.toThrow('card-refused')
  })
})
