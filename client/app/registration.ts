/** What somebody types to register, checked before anything is sent. */
import { email as emailSchema, personName } from '#shared/contract/account.ts'
import { textLimits } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'

/** NIST 800-63B §3.1.1.2: length counts, in characters of the normalised text. */
export function checkRegistration(input: { name: string; email: string; password: string }) {
  const password = input.password.normalize('NFKC')
  const length = [...password].length
  const plain = new Set(password).size < 5 || password.toLowerCase().includes(input.email.trim().toLowerCase())
  if (length < textLimits.passwordMin || length > textLimits.passwordMax || plain) throw new Problem('weak-password')
  return {
    name: parseOr('bad-request', personName, input.name),
    email: parseOr('bad-request', emailSchema, input.email),
    password,
  }
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
