/** Registering, logging out, locking. */
import { ask } from '#client/api/trpc.ts'
import { Problem } from '#shared/contract/problems.ts'
import { isPassing } from './core.ts'
import type { Holder } from './holder.ts'
import type { LoginRoom } from './login.ts'
import { checkRegistration } from './registration.ts'
import type { App } from './views.ts'

interface DoorParts {
  readonly holder: Holder
  readonly login: LoginRoom
  /** Clears this device, and lets go of the keys. */
  readonly leave: () => Promise<void>
  readonly lockHere: () => void
}

export function makeDoors({ holder, login, leave, lockHere }: DoorParts) {
  const { db, api, session } = holder
  return {
    session,

    async register(input: Parameters<App['register']>[0]) {
      const { name, email, password } = await checkRegistration(input)
      const worker = holder.candidate()
      const kdf = await ask(api.account.params.query({ email }))
      const loginSecret = await worker.prepareLogin({ password, kdf })
      const invitation = input.invitation === undefined ? {} : { invitation: input.invitation }
      const { registrationId } = await ask(
        api.account.register.mutate({ name, email, loginSecret, kdf, ...invitation }),
      )
      await db.registration.put({ id: 'me', registrationId, email })
      session.set({ state: 'verifying', email })
    },

    async verify(code: string) {
      const registration = await db.registration.get('me')
      if (registration === undefined) throw new Problem('code-spent')
      const { registrationId } = registration
      const account = await ask(api.account.verify.mutate({ registrationId, code }))
      await db.registration.delete('me')
      const worker = holder.waiting()
      // After a reload the password is gone from memory, and has to be typed once more.
      if (worker === null) session.set({ state: 'visitor', after: 'confirmed' })
      else await login.arrive(worker, account)
    },

    async resendCode() {
      const registration = await db.registration.get('me')
      if (registration === undefined) return
      await ask(api.account.resend.mutate({ registrationId: registration.registrationId }))
    },

    async abandonRegistration() {
      await db.registration.delete('me')
      holder.close()
      session.set({ state: 'visitor' })
    },

    async logOut() {
      await ask(api.account.logOut.mutate()).catch(error => {
        const known = error instanceof Problem && (isPassing(error) || error.code === 'logged-out')
        if (!known) throw error
      })
      await leave()
      session.set({ state: 'visitor', after: 'logged-out' })
    },

    lock() {
      if (session.get().state === 'open') lockHere()
    },
  }
}
