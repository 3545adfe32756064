/** What somebody types to register, checked before anything is sent. */
import { email as emailSchema, personName } from '#shared/contract/account.ts'
import { textLimits } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import { fetchCommonPasswords, isCommon } from './common-passwords.ts'

export async function checkRegistration(input: { name: string; email: string; password: string }) {
  return {
    name: parseOr('bad-request', personName, input.name),
    email: parseOr('bad-request', emailSchema, input.email),
    password: await checkPassword(input.password, input.email),
  }
}

/**
 * A new password, normalised. NIST 800-63B §3.1.1.2: length counts, in characters of the normalised text, and what many
 * people have is refused. Throws `weak-password`. Without a network the list of those is passed over.
 */
export async function checkPassword(typed: string, email: string, list = fetchCommonPasswords): Promise<string> {
  const password = typed.normalize('NFKC')
  const length = [...password].length
  const plain = new Set(password).size < 5 || password.toLowerCase().includes(email.trim().toLowerCase())
  if (length < textLimits.passwordMin || length > textLimits.passwordMax || plain) throw new Problem('weak-password')
  if (await isCommon(password, await list().catch(() => new Uint8Array()))) throw new Problem('weak-password')
  return password
}

/** Parses, or throws the problem of this code. */
export function parseOr<T>(
  code: 'bad-request' | 'wrong-login',
  schema: { safeParse(value: unknown): { success: true; data: T } | { success: false } },
  value: unknown,
): T {
  const parsed = schema.safeParse(value)
  if (!parsed.success) throw new Problem(code)
  return parsed.data
}
