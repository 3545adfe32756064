/** The command line of `datacrypt encrypt`. */
import { isName, isTitle, type Metadata } from '#shared/format/metadata.ts'
import { maxExponent, minExponent, type SuiteName } from '#shared/format/sizes.ts'
import type { Setting } from './setting.ts'
import { readArguments, required, UsageError } from './usage.ts'

export const help = `Usage: datacrypt encrypt --identity FILE [--to CARD ...] [--passphrase]
                         [--suite gcm|cbc] [--chunk 12..24] [--pad]
                         [--title TEXT] [--note TEXT] [--force]
                         (--out BASE | --single FILE.dcrypt) PATH ...

Seals files and folders for the people whose cards are given, and for yourself.
Folders are taken whole; links and empty folders are left out.

  --identity FILE  your file of private keys: you sign with it
  --to CARD        whom it is for, as a card; may be given again
  --passphrase     whoever knows a passphrase can open it too
  --out BASE       write BASE.enc (the data) and BASE.key (the envelope)
  --single FILE    write one file instead; "-" is standard output
  --suite SUITE    gcm: AES-256-GCM, the default
                   cbc: AES-256-CBC with HMAC-SHA-256
  --chunk N        chunks of 2^N bytes, 12 to 24; 19 (512 KiB) unless given
  --pad            hide the size: add up to 12 percent
  --title TEXT     what the transfer is called: one line
  --note TEXT      a message to go with it, or alone
  --name NAME      what standard input is called: "stdin" unless given
  --force          replace files that are there

PATH may be "-" alone: standard input, as one file.
The passphrase is asked for, or taken from DATACRYPT_PASSPHRASE; that of your
file of keys from DATACRYPT_KEY_PASSPHRASE.

Examples:
  datacrypt encrypt --identity me.pem --to bob.card.json --out report report.pdf
  datacrypt encrypt --identity me.pem --to bob.card.json --to eve.card.json \\
    --pad --title "Holiday" --single holiday.dcrypt Pictures/
  tar c src | datacrypt encrypt --identity me.pem --passphrase --name src.tar \\
    --single - - > src.dcrypt`

const options = {
  identity: { type: 'string' },
  to: { type: 'string', multiple: true },
  passphrase: { type: 'boolean', default: false },
  suite: { type: 'string', default: 'gcm' },
  chunk: { type: 'string' },
  pad: { type: 'boolean', default: false },
  title: { type: 'string' },
  note: { type: 'string' },
  name: { type: 'string', default: 'stdin' },
  out: { type: 'string' },
  single: { type: 'string' },
  force: { type: 'boolean', default: false },
} as const

type Values = ReturnType<typeof readArguments<typeof options>>['values']

/** Where the transfer goes. */
export type Out = { readonly base: string } | { readonly single: string }

/** What is to be done, as far as the command line says it. */
export interface Arguments {
  readonly identity: string
  readonly to: readonly string[]
  readonly withPassphrase: boolean
  readonly suite: SuiteName
  /** Chunks of 2^exponent bytes; `undefined` where the size may decide. */
  readonly exponent: number | undefined
  readonly padding: boolean
  readonly words: Pick<Metadata, 'title' | 'note'>
  readonly out: Out
  readonly force: boolean
  /** `null` for standard input, which is called `name`. */
  readonly paths: readonly string[] | null
  readonly name: string
}

/** Reads and checks the command line, before anything else is read. Throws `UsageError`. */
export function readEncryptArguments(args: readonly string[], setting: Setting): Arguments {
  const { values, positionals } = readArguments(args, options)
  const fromInput = positionals.includes('-')
  if (fromInput && positionals.length > 1) throw new UsageError('"-" is taken alone')
  if (positionals.length === 0 && values.note === undefined) throw new UsageError('PATH is missing')
  if (!isName(values.name)) throw new UsageError('--name is not a name that a file can have')
  return {
    identity: required(values.identity, 'identity'),
    to: values.to ?? [],
    withPassphrase: values.passphrase,
    suite: suiteOf(values.suite),
    exponent: values.chunk === undefined ? undefined : exponentOf(values.chunk),
    padding: values.pad,
    words: wordsOf(values),
    out: outOf(values, setting),
    force: values.force,
    paths: fromInput ? null : positionals,
    name: values.name,
  }
}

function outOf({ out, single }: Values, setting: Setting): Out {
  if ((out === undefined) === (single === undefined)) throw new UsageError('One of --out and --single is needed')
  if (out !== undefined) return { base: required(out, 'out') }
  if (single === '-' && setting.outputIsTerminal) throw new UsageError('Standard output is a terminal')
  return { single: required(single, 'single') }
}

function suiteOf(suite: string): SuiteName {
  if (suite === 'gcm' || suite === 'cbc') return suite
  throw new UsageError('--suite is gcm or cbc')
}

function exponentOf(text: string): number {
  const exponent = Number(text)
  const fits = /^\d+$/.test(text) && exponent >= minExponent && exponent <= maxExponent
  if (!fits) throw new UsageError(`--chunk is a number from ${minExponent} to ${maxExponent}`)
  return exponent
}

function wordsOf({ title, note }: Values): Pick<Metadata, 'title' | 'note'> {
  if (title !== undefined && !isTitle(title)) throw new UsageError('--title is one line of 1 to 200 characters')
  if (note === '') throw new UsageError('--note is empty')
  return { ...(title !== undefined && { title }), ...(note !== undefined && { note }) }
}
