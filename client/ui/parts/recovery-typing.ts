/** A recovery key while it is typed: what counts of it, and where the caret stands in its groups of four. */
import { recoveryKeyLength } from '#shared/contract/limits.ts'
import { inGroups, lookAlikeFree, recoveryAlphabet } from '#shared/contract/recovery-text.ts'

/** The characters that count, of at most one key. */
export function keyTyped(text: string): string {
  return lookAlikeFree(text.replace(/[^\p{L}\p{N}]/gu, '')).slice(0, recoveryKeyLength)
}

/** As it is shown: `7QK4-M2XD-PV`. */
export function keyShown(typed: string): string {
  return inGroups(typed, 4)
}

/** Where the caret stands in the groups once `count` characters are left of it. */
export function caretAfter(count: number): number {
  return count + Math.max(0, Math.ceil(count / 4) - 1)
}

/** The first character that no recovery key has; null where all may be right. */
export function strangeCharacter(typed: string): string | null {
  return [...typed].find(character => !recoveryAlphabet.includes(character)) ?? null
}

/** The eight groups of a whole key. */
export function keyGroups(recoveryKey: string): readonly string[] {
  return inGroups(lookAlikeFree(recoveryKey), 4).split('-')
}
