/** Coming back without the password: a code to the address, then the recovery key, or a new identity. */
import { ask } from '#client/api/trpc.ts'
import type { CryptoWorker } from '#client/crypto-worker/orders.ts'
import type { AccountRow } from '#client/db/schema.ts'
import { type Account, email as emailSchema, type KeyBundle, type RecoveryWrap } from '#shared/contract/account.ts'
import { userId as userIdSchema } from '#shared/contract/ids.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { RecoveryAnswer, RecoveryBundle } from '#shared/contract/recovery.ts'
import { newRow, takeServersBundle } from './arrival.ts'
import { clearDevice } from './clear-device.ts'
import { digitsOf, proofOf } from './factor-proof.ts'
import type { Holder } from './holder.ts'
import { makeLive } from './live.ts'
import { judgeOwn } from './own-card.ts'
import { checkPassword, parseOr } from './registration.ts'
import type { RecoveryStep, SafetyActions } from './safety-views.ts'

type RecoveryActions = Pick<
  SafetyActions,
  'recovery' | 'beginRecovery' | 'proveRecovery' | 'recoverWithKey' | 'startOver' | 'cancelRecovery'
>

export function makeRecovery(holder: Holder): RecoveryActions {
  const { api } = holder
  const recovery = makeLive<RecoveryStep | null>(null)
  let reset: { readonly resetId: string; readonly email: string } | null = null
  let proven: RecoveryBundle | null = null

  const forget = () => {
    reset = null
    proven = null
    recovery.set(null)
  }
  const mustBeProven = (): RecoveryBundle => {
    if (proven === null) throw new Problem('code-spent')
    return proven
  }
  return {
    recovery,

    async beginRecovery(typed) {
      const email = parseOr('bad-request', emailSchema, typed)
      const { resetId } = await ask(api.recovery.begin.mutate({ email }))
      reset = { resetId, email }
      proven = null
      recovery.set({ state: 'code', email, ways: [] })
    },

    async proveRecovery(code, typed) {
      if (reset === null) throw new Problem('code-spent')
      const { resetId, email } = reset
      const challenge = () => ask(api.recovery.passkeyChallenge.mutate({ resetId }))
      const proof = typed === undefined ? {} : { proof: await proofOf(typed, challenge) }
      const answer: RecoveryAnswer = await ask(api.recovery.prove.mutate({ resetId, code: digitsOf(code), ...proof }))
      if (answer.state === 'factor') return recovery.set({ state: 'code', email, ways: answer.ways })
      proven = await ask(api.recovery.bundle.query())
      recovery.set({ state: 'proven', email: proven.email, name: proven.name, kit: kitOf(proven) !== null })
    },

    async recoverWithKey(recoveryKey, newPassword) {
      await recoverWithKey(holder, mustBeProven(), { recoveryKey, newPassword })
      forget()
    },

    async startOver(newPassword) {
      await startOver(holder, mustBeProven(), newPassword)
      forget()
    },

    cancelRecovery() {
      holder.dropCandidate()
      forget()
    },
  }
}

interface Kit {
  readonly bundle: KeyBundle
  readonly wrap: RecoveryWrap
}

function kitOf({ keys }: RecoveryBundle): Kit | null {
  if (keys?.wrap?.kind !== 'recovery') return null
  return { wrap: keys.wrap, bundle: { card: keys.card, keys: keys.sealed, wraps: [keys.wrap] } }
}

const accountOf = ({ userId, name, email }: RecoveryBundle): Account => ({
  userId: userIdSchema.parse(userId),
  name,
  email,
  keys: true,
})

/** What this device holds of the same person. */
async function heldOf({ db }: Holder, { userId }: Account): Promise<AccountRow | null> {
  const stored = await db.account.get('me')
  return stored?.userId === userId ? stored : null
}

async function recoverWithKey(
  holder: Holder,
  proven: RecoveryBundle,
  typed: { recoveryKey: string; newPassword: string },
): Promise<void> {
  const { api, now } = holder
  const kit = kitOf(proven)
  if (kit === null) throw new Problem('wrong-recovery-key')
  const password = await checkPassword(typed.newPassword, proven.email)
  const account = accountOf(proven)
  const worker = holder.candidate()
  const held = await heldOf(holder, account)
  await refuseForeign(worker, held, kit.bundle)
  const facts = await worker.unlockWithRecoveryKey({
    userId: account.userId,
    bundle: kit.bundle,
    recoveryKey: typed.recoveryKey,
  })
  const kdf = await ask(api.account.params.query({ email: proven.email }))
  const { loginSecret, wrap } = await worker.wrapUnderPassword({ password, kdf })
  // The whole key was typed, and it opened: that is the drill.
  const recoveryWrap = { ...kit.wrap, provenAt: kit.wrap.provenAt ?? now() }
  const signature = await worker.signRecovery({ challenge: proven.challenge, loginSecret })
  const wraps = [wrap, recoveryWrap]
  await ask(api.recovery.finish.mutate({ loginSecret, kdf, wraps, signature }))
  const row = newRow(account, { bundle: { ...kit.bundle, wraps }, fingerprint: facts.fingerprint, published: true })
  await enter(holder, worker, { held, row })
  await holder.open(worker, row, facts)
}

async function refuseForeign(worker: CryptoWorker, held: AccountRow | null, bundle: KeyBundle): Promise<void> {
  const foreign = held?.published === true && (await judgeOwn(worker, held.bundle, bundle)) === 'alarm'
  if (foreign) throw new Problem('own-identity-changed')
}

/** The first thing of this person on this device, in the place of another person's, or after what is held. */
async function enter(
  holder: Holder,
  worker: CryptoWorker,
  { held, row }: { held: AccountRow | null; row: AccountRow },
): Promise<void> {
  if (held !== null) return takeServersBundle(holder, worker, { held, row })
  await clearDevice(holder.db, worker)
  await holder.db.account.put(row)
  holder.onReplaced()
}

/**
 * The server takes the new identity whole, sealed keys included, or not at all: where its answer is lost, the new
 * password brings it. So nothing is stored here before, and what is held stays until then.
 */
async function startOver(holder: Holder, proven: RecoveryBundle, newPassword: string): Promise<void> {
  const { api, now } = holder
  const password = await checkPassword(newPassword, proven.email)
  const account = accountOf(proven)
  const worker = holder.candidate()
  const kdf = await ask(api.account.params.query({ email: proven.email }))
  const loginSecret = await worker.prepareLogin({ password, kdf })
  const bundle = await worker.createKeys({ userId: account.userId, now: now() })
  await ask(api.recovery.startOver.mutate({ loginSecret, kdf, bundle }))
  const facts = await worker.cardFacts(bundle.card)
  await clearDevice(holder.db, worker)
  const row = newRow(account, { bundle, fingerprint: facts.fingerprint, published: true })
  await holder.db.account.put(row)
  holder.onReplaced()
  await holder.open(worker, row, { ...facts, keyNumber: bundle.card.seq, keySince: bundle.card.created })
}
