/** The person's own words and secrets at the server: password, name, address. */
import { ask } from '#client/api/trpc.ts'
import { type Account, email as emailSchema, type PasswordWrap, personName } from '#shared/contract/account.ts'
import { Problem } from '#shared/contract/problems.ts'
import { digitsOf } from './factor-proof.ts'
import type { Holder } from './holder.ts'
import { passwordWrapOf, withWrap } from './key-bundle.ts'
import { checkPassword, parseOr } from './registration.ts'
import type { SafetyActions } from './safety-views.ts'

type AccountChanges = Pick<
  SafetyActions,
  'confirm' | 'changePassword' | 'changeName' | 'beginEmailChange' | 'confirmEmailChange'
>

export function makeAccountChanges(holder: Holder, onChanged: () => void): AccountChanges {
  const { api } = holder
  let awaited: PasswordWrap | null = null

  const params = (email: string) => ask(api.account.params.query({ email }))
  const confirm = async (password: string): Promise<void> => {
    const { email } = await holder.row()
    const loginSecret = await holder.worker().loginSecretOf({ password, kdf: await params(email) })
    await ask(api.account.confirm.mutate({ loginSecret })).catch(error => {
      throw error instanceof Problem && error.code === 'wrong-login' ? new Problem('wrong-password') : error
    })
  }
  const store = async (account: Pick<Account, 'name' | 'email'>, wrap: PasswordWrap | null): Promise<void> => {
    const row = await holder.change(held => ({
      ...held,
      ...account,
      bundle: wrap === null ? held.bundle : withWrap(held.bundle, wrap),
    }))
    holder.refresh(row)
    onChanged()
  }
  return {
    confirm,

    async changePassword(newPassword) {
      const { name, email } = await holder.row()
      const password = await checkPassword(newPassword, email)
      const kdf = await params(email)
      const { loginSecret, wrap } = await holder.worker().wrapUnderPassword({ password, kdf })
      await ask(api.account.changePassword.mutate({ loginSecret, kdf, wrap }))
      await store({ name, email }, wrap)
    },

    async changeName(typed) {
      const name = parseOr('bad-request', personName, typed)
      await ask(api.account.changeName.mutate({ name }))
      await store({ name, email: (await holder.row()).email }, null)
    },

    async beginEmailChange({ email: typed, password }) {
      const email = parseOr('bad-request', emailSchema, typed)
      await confirm(password)
      const kdf = await params(email)
      const { loginSecret, wrap } = await holder.worker().wrapUnderPassword({ password, kdf })
      await ask(api.account.beginEmailChange.mutate({ email, loginSecret, kdf, wrap }))
      awaited = wrap
    },

    async confirmEmailChange(code) {
      await ask(api.account.confirmEmailChange.mutate({ code: digitsOf(code) }))
      const account = await ask(api.account.me.query())
      const own = await ask(api.keys.own.query())
      // After a reload the wrap of the same password under the old salt stays: it opens the same key.
      const wrap = awaited !== null && passwordWrapOf(own)?.sealed === awaited.sealed ? awaited : null
      awaited = null
      await store(account, wrap)
    },
  }
}
