/** Logging in at the server, with a second factor where one is asked for. */
import { ask } from '#client/api/trpc.ts'
import type { CryptoWorker } from '#client/crypto-worker/orders.ts'
import type { AccountRow } from '#client/db/schema.ts'
import { type Account, email as emailSchema } from '#shared/contract/account.ts'
import type { FactorWay } from '#shared/contract/factors.ts'
import { Problem } from '#shared/contract/problems.ts'
import { bringIn } from './arrival.ts'
import { proofOf } from './factor-proof.ts'
import type { Holder, Online } from './holder.ts'
import { makeLive } from './live.ts'
import { isInstalled } from './platform.ts'
import { parseOr } from './registration.ts'
import type { LoginStep, SafetyActions } from './safety-views.ts'
import type { App } from './views.ts'

type LoginActions = Pick<SafetyActions, 'loginStep' | 'sendLoginCode' | 'finishLogIn' | 'cancelLogIn'> &
  Pick<App, 'logIn'>

export interface LoginRoom extends LoginActions {
  /** Logged in or registered: the account's keys come to this device, or are made. `worker` has the password prepared. */
  arrive(worker: CryptoWorker, account: Account): Promise<void>
  /**
   * On return to the network with an ended session: the password is at hand, so nobody is asked twice. Where a factor
   * is asked for, `loginStep` says so and the keys are open meanwhile.
   */
  logInAgain(worker: CryptoWorker, row: AccountRow, password: string): Promise<Online>
  publish(row: AccountRow): Promise<void>
}

interface Pending extends LoginStep {
  readonly attempt: string
  readonly arrive: (account: Account) => Promise<void>
}

export function makeLoginRoom(holder: Holder): LoginRoom {
  const { db, api } = holder
  const loginStep = makeLive<LoginStep | null>(null)
  let pending: Pending | null = null

  const wait = (step: Pending | null) => {
    pending = step
    loginStep.set(step === null ? null : { email: step.email, ways: step.ways, mailed: step.mailed })
  }
  const mustPend = (): Pending => {
    if (pending === null) throw new Problem('code-spent')
    return pending
  }
  const present = async (
    input: { email: string; loginSecret: string },
    arriving: (account: Account) => Promise<void>,
  ): Promise<Account | null> => {
    wait(null)
    const answer: LoginAnswer = await ask(api.account.logIn.mutate({ ...input, installed: isInstalled() }))
    if (answer.state === 'done') return answer.account
    wait({ email: input.email, ways: answer.ways, mailed: false, attempt: answer.attempt, arrive: arriving })
    return null
  }
  const publish = async (row: AccountRow): Promise<void> => {
    if (row.published) return
    await ask(api.keys.publish.mutate({ idempotencyKey: row.publishKey, bundle: row.bundle }))
    await db.account.update('me', { published: true })
  }
  const arrive = (worker: CryptoWorker, account: Account) => bringIn({ holder, publish }, worker, account)

  return {
    loginStep,
    arrive,
    publish,

    async logIn(input) {
      const worker = holder.candidate()
      const email = parseOr('wrong-login', emailSchema, input.email)
      const kdf = await ask(api.account.params.query({ email }))
      const loginSecret = await worker.prepareLogin({ password: input.password, kdf })
      const account = await present({ email, loginSecret }, later => arrive(worker, later))
      if (account !== null) await arrive(worker, account)
    },

    async sendLoginCode() {
      const step = mustPend()
      await ask(api.account.sendOtp.mutate({ attempt: step.attempt }))
      if (pending === step) wait({ ...step, mailed: true })
    },

    async finishLogIn(typed) {
      const { attempt, arrive: goOn } = mustPend()
      const proof = await proofOf(typed, () => ask(api.account.passkeyChallenge.mutate({ attempt })))
      const account = await ask(api.account.finishLogIn.mutate({ attempt, proof, installed: isInstalled() }))
      // The attempt is spent, whatever comes of it here.
      await goOn(account).finally(() => wait(null))
    },

    cancelLogIn() {
      wait(null)
      holder.dropCandidate()
    },

    async logInAgain(worker, row, password) {
      try {
        await ask(api.account.me.query())
      } catch (error) {
        if (!(error instanceof Problem && error.code === 'logged-out')) return 'logged-in'
        const kdf = await ask(api.account.params.query({ email: row.email }))
        const loginSecret = await worker.loginSecretOf({ password, kdf })
        const account = await present({ email: row.email, loginSecret }, later => comeBack(holder, later))
        if (account === null) return 'logged-out'
      }
      await publish(row)
      return 'logged-in'
    },
  }
}

type LoginAnswer =
  | { readonly state: 'done'; readonly account: Account }
  | { readonly state: 'factor'; readonly attempt: string; readonly ways: readonly FactorWay[] }

/** The session that was missing is there; where the keys were locked meanwhile, they are opened as ever. */
async function comeBack(holder: Holder, account: Account): Promise<void> {
  const session = holder.session.get()
  if (session.state === 'open' && session.me.userId === account.userId) await holder.reopen()
}
