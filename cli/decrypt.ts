/** `datacrypt decrypt` */
import { Problem } from '#shared/contract/problems.ts'
import { fingerprint } from '#shared/crypto/cards.ts'
import type { OpenedEnvelope } from '#shared/crypto/open.ts'
import { totalSize } from '#shared/format/metadata.ts'
import { openByIdentity, openByPassphrase } from './access.ts'
import { type Bundle, type Enc, openBundle } from './bundle.ts'
import { callWorkers } from './chunk-workers.ts'
import { about } from './failures.ts'
import { openFolder } from './folder.ts'
import { type OpenRun, openAll } from './open-run.ts'
import { showProgress } from './progress.ts'
import { print, type Setting } from './setting.ts'
import { onlyPath, readArguments, required, UsageError } from './usage.ts'
import { printable } from './words.ts'

export const help = `Usage: datacrypt decrypt (--identity FILE | --passphrase) [--from CARD]
                         [--force] --out DIR (BASE.key | FILE.dcrypt)

Opens a transfer and writes its files under DIR. They get their names once all
of it is verified; where anything is wrong, nothing new is left behind.
BASE.enc stands beside BASE.key.

  --identity FILE  your file of private keys
  --passphrase     the transfer's passphrase opens it instead
  --from CARD      whose it must be; anybody else is an error. Without it the
                   sender's fingerprint is printed: compare it
  --out DIR        where to; "-" writes the only file to standard output
  --force          replace files that are there

"-" instead of the path takes a .dcrypt from standard input. A pipe cannot be
read twice: what goes from a pipe to standard output is verified only once this
ends with exit code 0.

Examples:
  datacrypt decrypt --identity bob.pem --from alice.card.json --out in report.key
  datacrypt decrypt --passphrase --out . holiday.dcrypt
  datacrypt decrypt --identity me.pem --out - src.dcrypt | tar x`

const options = {
  identity: { type: 'string' },
  from: { type: 'string' },
  passphrase: { type: 'boolean', default: false },
  out: { type: 'string' },
  force: { type: 'boolean', default: false },
} as const

export async function run(args: readonly string[], setting: Setting): Promise<void> {
  const { values, positionals } = readArguments(args, options)
  const path = onlyPath(positionals, 'BASE.key or FILE.dcrypt')
  const out = required(values.out, 'out')
  if (values.passphrase === (values.identity !== undefined)) {
    throw new UsageError('One of --identity and --passphrase is needed')
  }
  const bundle = await openBundle(setting, path)
  try {
    const opened = await about(path, open(setting, bundle, values))
    const enc = await bundle.enc()
    const write = out === '-' ? toOutput(setting) : toFolder(setting, out, values.force)
    await write(opened, enc)
    await tell(setting, opened, { named: values.from !== undefined, aside: out === '-' })
  } finally {
    await bundle.close()
  }
}

interface Means {
  readonly identity?: string | undefined
  readonly from?: string | undefined
}

async function open(setting: Setting, bundle: Bundle, { identity, from }: Means): Promise<OpenedEnvelope> {
  if (identity === undefined) return openByPassphrase(setting, bundle, { from })
  return (await openByIdentity(setting, bundle, { identity, from })).opened
}

/** What a person wants to know of it; beside the file where that goes to standard output. */
async function tell(
  setting: Setting,
  { envelope, metadata }: OpenedEnvelope,
  { named, aside }: { named: boolean; aside: boolean },
): Promise<void> {
  const { title, note } = metadata
  const lines: string[] = []
  if (!named) lines.push(`From: ${await fingerprint(envelope.sender.sign)}`)
  if (title !== undefined) lines.push(`Title: ${printable(title)}`)
  if (note !== undefined) lines.push(`Note: ${printable(note, '\n\t')}`)
  for (const line of lines) await (aside ? setting.say(line) : print(setting, line))
}

function toOutput(setting: Setting) {
  return async (opened: OpenedEnvelope, enc: Enc): Promise<void> => {
    if (opened.metadata.files.length > 1) {
      throw new Problem('bad-request', { data: { sentence: 'There is more than one file in it: name a folder.' } })
    }
    await openShown(setting, { opened, enc, sink: { direct, write: (_, plain) => setting.write(plain) } })
  }
}

function toFolder(setting: Setting, out: string, force: boolean) {
  return async (opened: OpenedEnvelope, enc: Enc): Promise<void> => {
    const folder = await openFolder(out, opened.metadata.files, force)
    try {
      await openShown(setting, { opened, enc, sink: folder.sink })
      for (const { name, path } of await folder.finish()) {
        setting.say(`Named "${printable(path)}", since "${printable(name)}" is not safe to use.`)
      }
    } catch (error) {
      await folder.discard()
      throw error
    }
  }
}

/** A pipe has no places to write to. */
const direct = async () => null

async function openShown(setting: Setting, run: Pick<OpenRun, 'opened' | 'enc' | 'sink'>): Promise<void> {
  const { enc } = run
  const crew = 'source' in enc ? callWorkers(setting.chunkWorkers, enc.source.length) : null
  const progress = showProgress(setting, 'Opening', totalSize(run.opened.metadata.files))
  try {
    await openAll({ ...run, progress, crew })
  } finally {
    progress.end()
    await crew?.close()
  }
}
