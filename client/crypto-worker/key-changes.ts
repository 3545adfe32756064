/** Keys that take the place of the open ones. Each is given out to be stored first, and taken up by a call of its own. */
import { Problem } from '#shared/contract/problems.ts'
import { signReseal } from '#shared/crypto/identity.ts'
import type { Random } from '#shared/crypto/random.ts'
import { decodeBase64, encodeBase64 } from '#shared/format/base64.ts'
import { moveCells } from './cells.ts'
import { factsOf, openKeysOf, requireSuccessor } from './key-open.ts'
import type { PasswordKeysOf } from './key-password.ts'
import { renew, reseal, rotateUnder } from './key-renewal.ts'
import type { KeyRing } from './key-ring.ts'
import type { CryptoWorker } from './orders.ts'
import { takeBundle } from './wraps.ts'

export type ChangesDoor = Pick<
  CryptoWorker,
  'rotateKeys' | 'adoptKeys' | 'olderKeys' | 'resealKeys' | 'signReseal' | 'renewKeys' | 'resealCells' | 'adoptRenewed'
>

export function changesDoor(ring: KeyRing, use: { passwordKeysOf: PasswordKeysOf; random: Random }): ChangesDoor {
  const { passwordKeysOf, random } = use
  return {
    async rotateKeys({ now }) {
      const open = ring.current()
      return rotateUnder(open, { place: open, now, random })
    },
    async adoptKeys({ bundle }) {
      const before = ring.current()
      const next = await openKeysOf(before, takeBundle(bundle))
      await requireSuccessor(before, next)
      ring.replace(before, next)
      return factsOf(next)
    },
    async olderKeys() {
      const { older, deleteOlder } = ring.current()
      return { keys: older, deleteOlder }
    },
    resealKeys: async input => reseal(ring.current(), { ...input, random }),
    async signReseal({ sealed }) {
      const { signKey, card } = ring.current().identity
      const bytes = decodeBase64(sealed)
      if (bytes === null) throw new Problem('bad-request')
      return encodeBase64(await signReseal(signKey, { cardSig: card.sig, sealed: bytes }))
    },
    async renewKeys({ password, kdf, now }) {
      const before = ring.current()
      const keys = await passwordKeysOf({ password, kdf })
      const { open, bundle, recoveryKey } = await renew(before, { password: keys, now, random })
      ring.keepRenewed(before, open)
      return { bundle, loginSecret: keys.loginSecret, recoveryKey }
    },
    async resealCells(cells) {
      const { before, next } = ring.renewed()
      return moveCells({ from: before, to: next }, cells)
    },
    async adoptRenewed() {
      const { before, next } = ring.renewed()
      ring.replace(before, next)
      return factsOf(next)
    },
  }
}
