/** A second factor, from what was typed or touched to what the server is shown. */
import type { PasskeyQuestion } from '#client/api/passkeys.ts'
import { type FactorProof, factorProof } from '#shared/contract/factors.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { FactorTyped } from './safety-views.ts'

/** Loaded when a passkey is asked for: a library of its own that most logins never need. */
export const passkeys = () => import('#client/api/passkeys.ts')

/** Throws `wrong-code` for what cannot be a code, `passkey-refused`, `passkey-unsupported`. */
export async function proofOf(typed: FactorTyped, options: () => Promise<PasskeyQuestion>): Promise<FactorProof> {
  if (typed.kind !== 'passkey') return readProof({ kind: typed.kind, code: spaceless(typed) })
  const { showPasskey } = await passkeys()
  return { kind: 'passkey', response: await showPasskey(await options()) }
}

/** Codes are shown in groups, and typed as they are shown; recovery codes are read by their own schema. */
const spaceless = ({ kind, code }: Exclude<FactorTyped, { kind: 'passkey' }>) =>
  kind === 'recovery-code' ? code : digitsOf(code)

/** Digits as they were typed, without what stands between their groups. */
export const digitsOf = (code: string) => code.replace(/[\s-]/g, '')

function readProof(proof: unknown): FactorProof {
  const read = factorProof.safeParse(proof)
  if (!read.success) throw new Problem('wrong-code')
  return read.data
}
