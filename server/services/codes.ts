/** Codes that come by mail. */
import { codeLimits } from '#shared/contract/limits.ts'

/** Evenly drawn digits: bytes of 250 and more are thrown away, so that no digit is likelier than another. */
export function makeCode(random: (length: number) => Uint8Array): string {
  let code = ''
  while (code.length < codeLimits.digits) {
    for (const byte of random(16)) {
      if (byte < 250 && code.length < codeLimits.digits) code += String(byte % 10)
    }
  }
  return code
}
