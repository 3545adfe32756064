/** Second factors, sessions and API tokens, as the settings show them; nothing of it is kept here. */
import { ask } from '#client/api/trpc.ts'
import { passkeyName } from '#shared/contract/factors.ts'
import { digitsOf, passkeys } from './factor-proof.ts'
import type { Holder } from './holder.ts'
import { withoutPasskey, withWrap } from './key-bundle.ts'
import { parseOr } from './registration.ts'
import type { SafetyActions } from './safety-views.ts'

type SecurityActions = Pick<
  SafetyActions,
  | 'security'
  | 'beginApp'
  | 'confirmApp'
  | 'removeApp'
  | 'renewRecoveryCodes'
  | 'addPasskey'
  | 'removePasskey'
  | 'passkeysHere'
  | 'sessions'
  | 'endSession'
  | 'endOtherSessions'
  | 'tokens'
  | 'createToken'
  | 'revokeToken'
>

export function makeSecurity(holder: Holder, onChanged: () => void): SecurityActions {
  return { ...factorActions(holder), ...passkeyActions(holder, onChanged), ...accessActions(holder) }
}

function factorActions({ api }: Holder) {
  return {
    security: () => ask(api.factors.view.query()),
    beginApp: () => ask(api.factors.beginApp.mutate()),
    confirmApp: async (code: string) => {
      const { recoveryCodes } = await ask(api.factors.confirmApp.mutate({ code: digitsOf(code) }))
      return recoveryCodes
    },
    removeApp: async () => void (await ask(api.factors.removeApp.mutate())),
    renewRecoveryCodes: async () => (await ask(api.factors.renewRecoveryCodes.mutate())).recoveryCodes,
  }
}

function passkeyActions(holder: Holder, onChanged: () => void) {
  const { api } = holder
  return {
    passkeysHere: 'PublicKeyCredential' in globalThis && 'credentials' in navigator,

    async addPasskey(typed: string) {
      const name = parseOr('bad-request', passkeyName, typed.normalize('NFC').trim())
      const [options, { makePasskey }] = await Promise.all([ask(api.factors.passkeyOptions.mutate()), passkeys()])
      const { attestation, unlocking } = await makePasskey(options)
      const credentialId = attestation.id
      const wrap = unlocking === null ? null : await holder.worker().wrapUnderPasskey({ ...unlocking, credentialId })
      const input = { response: attestation, name, ...(wrap === null ? {} : { wrap }) }
      const { recoveryCodes } = await ask(api.factors.addPasskey.mutate(input))
      if (wrap !== null) await holder.change(row => ({ ...row, bundle: withWrap(row.bundle, wrap) }))
      onChanged()
      return { unlocks: wrap !== null, recoveryCodes }
    },

    async removePasskey(credentialId: string) {
      await ask(api.factors.removePasskey.mutate({ credentialId }))
      await holder.change(row => ({ ...row, bundle: withoutPasskey(row.bundle, credentialId) }))
      onChanged()
    },
  }
}

function accessActions({
  api,
}: Holder): Pick<
  SecurityActions,
  'sessions' | 'endSession' | 'endOtherSessions' | 'tokens' | 'createToken' | 'revokeToken'
> {
  return {
    sessions: () => ask(api.sessions.list.query()),
    endSession: async sessionId => void (await ask(api.sessions.end.mutate({ sessionId }))),
    endOtherSessions: async () => void (await ask(api.sessions.endOthers.mutate())),
    tokens: () => ask(api.tokens.list.query()),
    async createToken({ name, scopes, life }) {
      const { token } = await ask(api.tokens.create.mutate({ name: name.trim(), scopes: [...scopes], life }))
      return token
    },
    revokeToken: async tokenId => void (await ask(api.tokens.revoke.mutate({ tokenId }))),
  }
}
