import { textLimits } from '#shared/contract/limits.ts'

/** What is wrong with a new password before it is sent; null where nothing is. */
export function passwordFault(password: string): string | null {
  if ([...password].length >= textLimits.passwordMin) return null
  return `Take at least ${textLimits.passwordMin} characters; a few plain words work well.`
}
