/** `datacrypt receipt check` */
import { fingerprint } from '#shared/crypto/cards.ts'
import { checkReceipt } from '#shared/crypto/receipt.ts'
import { parseEnvelope } from '#shared/format/envelope.ts'
import { parseReceipt } from '#shared/format/receipt.ts'
import { openBundle } from './bundle.ts'
import { pinnedHash } from './cards.ts'
import { about } from './failures.ts'
import { print, type Setting } from './setting.ts'
import { readSmall } from './small-file.ts'
import { readArguments, UsageError } from './usage.ts'

export async function run(args: readonly string[], setting: Setting): Promise<void> {
  const { values, positionals } = readArguments(args, { recipient: { type: 'string' } })
  const [receiptPath, path] = positionals
  if (receiptPath === undefined || path === undefined) throw new UsageError('R.json and BASE.key are needed')
  if (positionals.length > 2) throw new UsageError('Two paths are taken: R.json and BASE.key')
  const receipt = await about(receiptPath, readReceipt(setting, receiptPath))
  const envelope = await about(path, readEnvelope(setting, path))
  const recipient = await pinnedHash(setting, values.recipient)
  await checkReceipt(receipt, envelope, recipient === undefined ? {} : { recipient })
  const who = await fingerprint(receipt.recipient.sign)
  await print(setting, `Received by ${who}, ${dateOf(receipt.received)} by their clock.`)
}

async function readReceipt(setting: Setting, path: string) {
  return parseReceipt(await readSmall(setting, path, 'receipt-invalid'))
}

async function readEnvelope(setting: Setting, path: string) {
  const bundle = await openBundle(setting, path)
  try {
    return parseEnvelope(bundle.envelope)
  } finally {
    await bundle.close()
  }
}

/** Later than any date there is, a number is as good. */
function dateOf(time: number): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString()
}
