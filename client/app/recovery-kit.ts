/** The recovery kit: made, printed, and tried once, as after a loss. */
import { ask } from '#client/api/trpc.ts'
import { Problem } from '#shared/contract/problems.ts'
import { isPassing } from './core.ts'
import type { Holder } from './holder.ts'
import { recoveryWrapOf, withWrap } from './key-bundle.ts'
import type { SafetyActions } from './safety-views.ts'

type KitActions = Pick<SafetyActions, 'makeRecoveryKit' | 'noteKitSaved' | 'tryRecoveryKit'>

export function makeKit(holder: Holder, onChanged: () => void): KitActions {
  const { api, now } = holder
  return {
    async makeRecoveryKit() {
      const { recoveryKey, wrap } = await holder.worker().makeRecoveryKit({ now: now() })
      await ask(api.keys.setRecoveryWrap.mutate({ wrap }))
      await holder.change(({ kitSavedAt: _, ...row }) => ({ ...row, bundle: withWrap(row.bundle, wrap) }))
      onChanged()
      return recoveryKey
    },

    async noteKitSaved() {
      await holder.change(row => ({ ...row, kitSavedAt: now() }))
    },

    async tryRecoveryKit(recoveryKey) {
      const wrap = recoveryWrapOf((await holder.row()).bundle)
      if (wrap === null) throw new Problem('wrong-recovery-key')
      await holder.worker().tryRecoveryKey({ recoveryKey, wrap })
      const proven = { ...wrap, provenAt: now() }
      await holder.change(row => ({ ...row, bundle: withWrap(row.bundle, proven) }))
      onChanged()
      // The drill needs no network: the server is told now, or at the next look at one's own card.
      await ask(api.keys.proveRecovery.mutate({ sealed: wrap.sealed })).catch(error => {
        if (!isPassing(error) && !(error instanceof Problem && error.code === 'logged-out')) throw error
      })
    },
  }
}
