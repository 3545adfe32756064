/** What people of tests do with their accounts later on: as their browsers would, with noise for sealed cells. */
import { randomBytes as nodeRandom } from 'node:crypto'
import type {
  ChangePasswordInput,
  KdfParams,
  RecoveryWrap,
  RenewInput,
  ResealInput,
  RotateInput,
  SealedKeys,
} from '#shared/contract/account.ts'
import type { FinishRecoveryInput, StartOverInput } from '#shared/contract/recovery.ts'
import { generateIdentity, type Identity, rotateIdentity, signRecovery, signReseal } from '#shared/crypto/identity.ts'
import { decodeBase64, encodeBase64 } from '#shared/format/base64.ts'
import type { Store } from '../store/store.ts'
import { noBrowser } from './devices.ts'
import type { TestGround } from './ground.testing.ts'
import { bundleOf, cardOf, codeOf, newKey, newPlace, newSecret, type Person } from './people.testing.ts'
import type { Who } from './sessions.ts'

const noise = (length: number) => nodeRandom(length).toString('base64url')

export const sealedNoise = () => ({ version: 1, sealed: noise(500) }) as const

export const recoveryWrap = (): RecoveryWrap => ({
  kind: 'recovery',
  version: 1,
  madeAt: 5,
  provenAt: null,
  sealed: noise(60),
})

/** The next card of an identity, as `keys.rotate` takes it. */
export async function rotation(identity: Identity): Promise<{ identity: Identity; input: RotateInput }> {
  const { identity: next } = await rotateIdentity(identity, { now: 9 })
  return { identity: next, input: { idempotencyKey: newKey(), card: cardOf(next), keys: sealedNoise() } }
}

export function newPassword(kdf: KdfParams): ChangePasswordInput {
  return { loginSecret: newSecret(), kdf, wrap: { kind: 'password', version: 1, kdf, sealed: noise(60) } }
}

/** A new account key under the next card, as `keys.renew` takes it. */
export async function renewal(identity: Identity, kdf: KdfParams): Promise<{ identity: Identity; input: RenewInput }> {
  const { identity: next } = await rotateIdentity(identity, { now: 9 })
  const bundle = { ...bundleOf(next, kdf), wraps: [newPassword(kdf).wrap, recoveryWrap()] }
  return { identity: next, input: { idempotencyKey: newKey(), bundle, loginSecret: newSecret(), kdf } }
}

export const callFrom = () => ({ from: newPlace(), browser: noBrowser })

export const paramsOf = (at: TestGround, person: { email: string }) => at.accounts.params(person.email, newPlace())

export type Resetting = Pick<Person, 'email'>

/** Mails a reset's code and takes it from the mailbox. */
export async function mailedReset(at: TestGround, person: Resetting): Promise<{ resetId: string; code: string }> {
  const { resetId } = await at.recovery.begin(person.email, callFrom())
  return { resetId, code: await codeOf(at, person.email) }
}

/** A session from a reset; for people without an app or a passkey. */
export async function recoverySession(at: TestGround, person: Resetting): Promise<{ who: Who; cookie: string }> {
  const { session } = await at.recovery.prove(await mailedReset(at, person), callFrom())
  if (session === null) throw new Error('a factor was asked for')
  return { who: session.who, cookie: session.cookie.split(';')[0] ?? '' }
}

/** What a browser hands in that opened the recovery wrap. `identity`: who signs. */
export async function finishing(
  at: TestGround,
  { who, person, identity }: { who: Who; person: Resetting; identity: Identity },
): Promise<FinishRecoveryInput> {
  const { challenge } = await at.recovery.bundle(who)
  const { loginSecret, kdf, wrap } = newPassword(await paramsOf(at, person))
  const claim = { challenge: bytesOf(challenge), loginSecret: bytesOf(loginSecret) }
  const signature = encodeBase64(await signRecovery(identity.signKey, claim))
  return { loginSecret, kdf, wraps: [wrap, recoveryWrap()], signature }
}

export async function startingOver(kdf: KdfParams): Promise<{ identity: Identity; input: StartOverInput }> {
  const { identity } = await generateIdentity()
  const bundle = { ...bundleOf(identity, kdf), wraps: [newPassword(kdf).wrap, recoveryWrap()] }
  return { identity, input: { loginSecret: newSecret(), kdf, bundle } }
}

/** Numbers of a person's list that tell of somebody's card. */
export async function cardNewsOf(store: Store, reader: Who, of: Who): Promise<readonly number[]> {
  const changes = await store.changes.after(reader.userId, 0, 1000)
  return changes.flatMap(({ subject, seq }) => (subject.kind === 'card' && subject.of === of.userId ? [seq] : []))
}

function bytesOf(text: string): Uint8Array {
  const bytes = decodeBase64(text)
  if (bytes === null) throw new Error('not base64url')
  return bytes
}

/** Keys sealed anew, as their owner's browser signs for them. */
export async function resealing(identity: Pick<Identity, 'card' | 'signKey'>, keys: SealedKeys): Promise<ResealInput> {
  const claim = { cardSig: identity.card.sig, sealed: Buffer.from(keys.sealed, 'base64url') }
  const signature = Buffer.from(await signReseal(identity.signKey, claim)).toString('base64url')
  return { idempotencyKey: newKey(), cardSig: encodeBase64(identity.card.sig), keys, signature }
}
