/** `datacrypt receipt` */
import { run as check } from './receipt-check.ts'
import { run as make } from './receipt-make.ts'
import type { Setting } from './setting.ts'
import { UsageError } from './usage.ts'

export const help = `Usage: datacrypt receipt make --identity FILE [--from CARD] [--out R.json]
                              [--force] (BASE.key | FILE.dcrypt)
       datacrypt receipt check R.json (BASE.key | FILE.dcrypt)
                              [--recipient CARD]

"make" verifies the whole transfer, then signs that you received it. "check"
says whether a receipt is about this transfer and signed by its recipient; it
needs the envelope alone.

  --identity FILE   your file of private keys
  --from CARD       whose transfer it must be
  --out R.json      where to; standard output unless given
  --recipient CARD  whose receipt it must be

Examples:
  datacrypt receipt make --identity bob.pem --out report.receipt.json report.key
  datacrypt receipt check report.receipt.json report.key --recipient bob.card.json`

export async function run([verb, ...args]: readonly string[], setting: Setting): Promise<void> {
  if (verb === 'make') return make(args, setting)
  if (verb === 'check') return check(args, setting)
  throw new UsageError('receipt is followed by make or check')
}
