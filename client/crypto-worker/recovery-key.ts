/** The recovery key: 32 characters that open the account key, shown once, typed back from paper. */
import { recoveryKeyLength } from '#shared/contract/limits.ts'
import { Problem } from '#shared/contract/problems.ts'
import { drawRecoveryText, lookAlikeFree, recoveryAlphabet } from '#shared/contract/recovery-text.ts'
import type { Random } from '#shared/crypto/random.ts'
import { type Bytes, utf8 } from '#shared/format/bytes.ts'
import { wrapKeyFrom } from './wraps.ts'

export interface RecoveryKey {
  readonly text: string
  readonly wrapKey: CryptoKey
}

/** Draws a key. The text is for one showing, and is kept nowhere. */
export async function drawRecoveryKey(random: Random): Promise<RecoveryKey> {
  const drawn: Bytes[] = []
  const text = drawRecoveryText(recoveryKeyLength, count => {
    const bytes = random(count)
    drawn.push(bytes)
    return bytes
  })
  for (const bytes of drawn) bytes.fill(0)
  return { text, wrapKey: await wrapKeyOf(text) }
}

/** The wrap key of what somebody typed; throws `wrong-recovery-key` where that cannot be a recovery key. */
export async function typedRecoveryKey(typed: string): Promise<CryptoKey> {
  const text = lookAlikeFree(typed)
  const known = [...text].every(character => recoveryAlphabet.includes(character))
  if (text.length !== recoveryKeyLength || !known) throw new Problem('wrong-recovery-key')
  return wrapKeyOf(text)
}

async function wrapKeyOf(text: string): Promise<CryptoKey> {
  const ascii = utf8(text)
  const key = await wrapKeyFrom(ascii, 'recovery')
  ascii.fill(0)
  return key
}
