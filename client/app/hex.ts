/** Hashes as screens compare them: in hex the order of texts is the order of bytes. */
import { Problem } from '#shared/contract/problems.ts'
import { decodeBase64 } from '#shared/format/base64.ts'

/** Lower-case hex of base64url text; throws `internal` where it is not. */
export function hexOf(base64Url: string): string {
  const bytes = decodeBase64(base64Url)
  if (bytes === null) throw new Problem('internal')
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}
