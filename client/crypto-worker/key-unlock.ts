/** How keys come to be open: made anew, or unlocked by a password, a recovery key or a passkey. */
import type { Wrap } from '#shared/contract/account.ts'
import { Problem, type ProblemCode } from '#shared/contract/problems.ts'
import { generateIdentity } from '#shared/crypto/identity.ts'
import type { Random } from '#shared/crypto/random.ts'
import { factsOf, openKeysOf, takeAccountKey, wireCard } from './key-open.ts'
import type { PasswordKeys, PasswordKeysOf } from './key-password.ts'
import type { KeyRing } from './key-ring.ts'
import { sealSecrets, wipeSecrets } from './key-secrets.ts'
import type { CryptoWorker, IdentityFacts } from './orders.ts'
import { typedRecoveryKey } from './recovery-key.ts'
import {
  openWrap,
  passkeyKey,
  passkeyWrapOf,
  passwordWrapOf,
  recoveryWrapOf,
  sealPasswordWrap,
  type TakenBundle,
  takeBundle,
} from './wraps.ts'

export type UnlockDoor = Pick<
  CryptoWorker,
  'prepareLogin' | 'createKeys' | 'openKeys' | 'unlock' | 'unlockWithRecoveryKey' | 'unlockWithPasskey'
>

/** What was typed or touched for a wrap; `refused` says that it does not open it. */
interface Attempt {
  readonly wrap: Wrap
  readonly wrapKey: CryptoKey
  readonly refused: ProblemCode
}

export function unlockDoor(ring: KeyRing, use: { passwordKeysOf: PasswordKeysOf; random: Random }): UnlockDoor {
  const { passwordKeysOf, random } = use

  // Nothing that is open is let go of before everything has been proven.
  async function open(userId: string, bundle: TakenBundle, attempt: Attempt): Promise<IdentityFacts> {
    const raw = await openWrap(attempt.wrapKey, userId, attempt.wrap)
    if (raw === null) throw new Problem(attempt.refused)
    const keys = await openKeysOf({ userId, ...(await takeAccountKey(raw)) }, bundle)
    ring.open(keys)
    return factsOf(keys)
  }

  function openByPassword(userId: string, bundle: TakenBundle, { wrapKey }: PasswordKeys): Promise<IdentityFacts> {
    return open(userId, bundle, { wrap: passwordWrapOf(bundle), wrapKey, refused: 'wrong-password' })
  }

  return {
    async prepareLogin(input) {
      const keys = await passwordKeysOf(input)
      ring.prepare(keys)
      return keys.loginSecret
    },
    async createKeys({ userId, now }) {
      const { kdf, wrapKey } = ring.takePrepared()
      const raw = random(32)
      const wrap = await sealPasswordWrap({ userId, raw, wrapKey, random }, kdf)
      const place = { userId, ...(await takeAccountKey(raw)) }
      const { identity, secrets } = await generateIdentity({ now })
      const { sign, enc } = secrets
      const keys = await sealSecrets(place, { sign, enc, older: [], deleteOlder: false }, random)
      wipeSecrets({ sign, enc, older: [] })
      ring.open({ ...place, identity, keys, older: [], deleteOlder: false })
      return { card: wireCard(identity.card), keys, wraps: [wrap] }
    },
    openKeys: async ({ userId, bundle }) => openByPassword(userId, takeBundle(bundle), ring.takePrepared()),
    async unlock({ userId, bundle, password }) {
      const taken = takeBundle(bundle)
      const { kdf } = passwordWrapOf(taken)
      return openByPassword(userId, taken, await passwordKeysOf({ password, kdf }))
    },
    async unlockWithRecoveryKey({ userId, bundle, recoveryKey }) {
      const taken = takeBundle(bundle)
      const wrap = recoveryWrapOf(taken)
      const wrapKey = await typedRecoveryKey(recoveryKey)
      return open(userId, taken, { wrap, wrapKey, refused: 'wrong-recovery-key' })
    },
    async unlockWithPasskey({ userId, bundle, credentialId, prf }) {
      const wrapKey = await passkeyKey(prf)
      const taken = takeBundle(bundle)
      const wrap = passkeyWrapOf(taken, credentialId)
      return open(userId, taken, { wrap, wrapKey, refused: 'passkey-refused' })
    },
  }
}
