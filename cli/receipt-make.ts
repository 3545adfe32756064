/** `datacrypt receipt make` */
import type { OpenedEnvelope } from '#shared/crypto/open.ts'
import { signReceipt } from '#shared/crypto/receipt.ts'
import { totalSize } from '#shared/format/metadata.ts'
import { encodeReceipt } from '#shared/format/receipt.ts'
import { openByIdentity } from './access.ts'
import { type Bundle, openBundle } from './bundle.ts'
import { callWorkers } from './chunk-workers.ts'
import { about } from './failures.ts'
import { openAll } from './open-run.ts'
import { putInPlace, refuseTaken, targetsOf } from './outputs.ts'
import { showProgress } from './progress.ts'
import { print, type Setting } from './setting.ts'
import { onlyPath, readArguments, required } from './usage.ts'

const options = {
  identity: { type: 'string' },
  from: { type: 'string' },
  out: { type: 'string', default: '-' },
  force: { type: 'boolean', default: false },
} as const

export async function run(args: readonly string[], setting: Setting): Promise<void> {
  const { values, positionals } = readArguments(args, options)
  const path = onlyPath(positionals, 'BASE.key or FILE.dcrypt')
  const identity = required(values.identity, 'identity')
  if (values.out !== '-') await refuseTaken(values.out, values.force)
  const bundle = await openBundle(setting, path)
  try {
    const means = { identity, from: values.from }
    const { keys, opened } = await about(path, openByIdentity(setting, bundle, means))
    await about(path, verifyAll(setting, bundle, opened))
    const { transfer, senderHash } = opened
    const receipt = await signReceipt({ identity: keys, transfer, senderHash, received: setting.now() })
    await putOut(setting, values, encodeReceipt(receipt))
  } finally {
    await bundle.close()
  }
}

/** Reads and opens every byte, and keeps none. */
async function verifyAll(setting: Setting, bundle: Bundle, opened: OpenedEnvelope): Promise<void> {
  const enc = await bundle.enc()
  const crew = 'source' in enc ? callWorkers(setting.chunkWorkers, enc.source.length) : null
  const progress = showProgress(setting, 'Verifying', totalSize(opened.metadata.files))
  try {
    const sink = { direct: async () => null, write: async () => undefined }
    await openAll({ opened, enc, sink, progress, crew })
  } finally {
    progress.end()
    await crew?.close()
  }
}

async function putOut(setting: Setting, values: { out: string; force: boolean }, text: string): Promise<void> {
  if (values.out === '-') return print(setting, text)
  const file = await targetsOf(values).create(values.out)
  await file.handle.writeFile(`${text}\n`)
  await putInPlace([file])
}
