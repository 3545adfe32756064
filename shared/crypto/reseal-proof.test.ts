import { describe, expect, test } from 'vitest'
import { Problem } from '#shared/contract/problems.ts'
import { asBytes, concat } from '#shared/format/bytes.ts'
import { verifyMessage } from './ecdsa.ts'
import { generateIdentity, signReseal, verifyReseal } from './identity.ts'

const filled = (value: number, length: number) => new Uint8Array(length).fill(value)
const claim = { cardSig: filled(1, 96), sealed: filled(2, 300) }

describe('the proof of keys sealed anew', () => {
  test('is good for its identity, card and keys alone', async () => {
    const [{ identity }, { identity: other }] = [await generateIdentity(), await generateIdentity()]
    const sig = await signReseal(identity.signKey, claim)
    expect(await verifyReseal(identity.card.sign, sig, claim)).toBe(true)
    expect(await verifyReseal(other.card.sign, sig, claim)).toBe(false)
    expect(await verifyReseal(identity.card.sign, sig, { ...claim, cardSig: filled(3, 96) })).toBe(false)
    expect(await verifyReseal(identity.card.sign, sig, { ...claim, sealed: filled(2, 299) })).toBe(false)
  })

  test('covers the bytes that the contract names', async () => {
    const { identity } = await generateIdentity()
    const sig = await signReseal(identity.signKey, claim)
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', claim.sealed))
    const message = concat(new TextEncoder().encode('datacrypt/1 reseal\0'), claim.cardSig, hash)
    expect(await verifyMessage(identity.card.sign, asBytes(sig), asBytes(message))).toBe(true)
  })

  test('takes a signature of 96 bytes alone', async () => {
    const { identity } = await generateIdentity()
    const wrong = { ...claim, cardSig: filled(1, 95) }
    await expect(signReseal(identity.signKey, wrong)).rejects.toThrow(new Problem('bad-request'))
  })
})
