import { describe, expect, test } from 'vitest'
import { Problem } from '#shared/contract/problems.ts'
import { asBytes, concat } from '#shared/format/bytes.ts'
import { verifyMessage } from './ecdsa.ts'
import { generateIdentity, signRecovery, verifyRecovery } from './identity.ts'

const filled = (value: number, length = 32) => new Uint8Array(length).fill(value)
const claim = { challenge: filled(1), loginSecret: filled(2) }

describe('the proof of a recovery (THREATS A12)', () => {
  test('is good for its identity, challenge and password alone', async () => {
    const [{ identity }, { identity: other }] = [await generateIdentity(), await generateIdentity()]
    const sig = await signRecovery(identity.signKey, claim)
    expect(sig).toHaveLength(96)
    expect(await verifyRecovery(identity.card.sign, sig, claim)).toBe(true)
    expect(await verifyRecovery(other.card.sign, sig, claim)).toBe(false)
    expect(await verifyRecovery(identity.card.sign, sig, { ...claim, challenge: filled(3) })).toBe(false)
    expect(await verifyRecovery(identity.card.sign, sig, { ...claim, loginSecret: filled(3) })).toBe(false)
    for (const place of [0, 47, 48, 95]) {
      const changed = sig.map((byte, at) => (at === place ? byte ^ 1 : byte))
      expect(await verifyRecovery(identity.card.sign, changed, claim)).toBe(false)
    }
  })

  test('covers the bytes that the contract names', async () => {
    const { identity } = await generateIdentity()
    const sig = await signRecovery(identity.signKey, claim)
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', filled(2)))
    const message = concat(new TextEncoder().encode('datacrypt/1 recovery\0'), filled(1), hash)
    expect(await verifyMessage(identity.card.sign, asBytes(sig), asBytes(message))).toBe(true)
  })

  test('takes parts of 32 bytes alone', async () => {
    const { identity } = await generateIdentity()
    for (const wrong of [
      { ...claim, challenge: filled(1, 31) },
      { ...claim, loginSecret: filled(2, 33) },
    ]) {
      await expect(signRecovery(identity.signKey, wrong)).rejects.toThrow(new Problem('bad-request'))
      await expect(verifyRecovery(identity.card.sign, filled(1, 96), wrong)).rejects.toThrow(new Problem('bad-request'))
    }
  })
})
