/** From a command line to an exit code: every failure ends here, as one line. */
import { problemOf } from './failures.ts'
import { removeLeftovers } from './outputs.ts'
import { print, type Setting } from './setting.ts'
import { UsageError } from './usage.ts'
import { classOf, printable, sentenceOf } from './words.ts'

interface Command {
  readonly help: string
  run(args: readonly string[], setting: Setting): Promise<void>
}

/** Each is loaded when it is called, so that the command starts at once. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  keygen: () => import('./keygen.ts'),
  card: () => import('./card.ts'),
  rotate: () => import('./rotate.ts'),
  fingerprint: () => import('./fingerprint.ts'),
  encrypt: () => import('./encrypt.ts'),
  decrypt: () => import('./decrypt.ts'),
  inspect: () => import('./inspect.ts'),
  receipt: () => import('./receipt.ts'),
}

const help = `Usage: datacrypt COMMAND ...

Sends files so that only the people whose cards you name can open them.

  keygen       make an identity: private keys and a card
  card         print the card of a file of private keys
  rotate       replace the encryption key
  fingerprint  print a card's fingerprint, or two people's safety number
  encrypt      seal files and folders for people
  decrypt      open a transfer
  inspect      say what can be said about a transfer without a key
  receipt      sign that a transfer was received, or check such a receipt

"datacrypt COMMAND --help" says more. Exit code 0: done; 1: the command line is
wrong; 2: it failed, and "error: CLASS: SENTENCE" says why.

Examples:
  datacrypt keygen --out me.pem
  datacrypt encrypt --identity me.pem --to bob.card.json --out report report.pdf
  datacrypt decrypt --identity bob.pem --from me.card.json --out in report.key`

/** Exit codes. */
export const exits = { done: 0, usage: 1, failed: 2 } as const

/** Runs one command line, the command's name first. Never throws; nothing unfinished is left behind. */
export async function runCommandLine(args: readonly string[], setting: Setting): Promise<number> {
  try {
    return await dispatch(args, setting)
  } catch (error) {
    return tellFailure(error, setting)
  } finally {
    removeLeftovers()
  }
}

/** Says what went wrong, in one line; returns the exit code. */
export function tellFailure(error: unknown, setting: Pick<Setting, 'say'>): number {
  if (error instanceof UsageError) {
    setting.say(`error: usage: ${printable(error.message)}; --help says more.`)
    return exits.usage
  }
  const problem = problemOf(error)
  setting.say(`error: ${classOf(problem)}: ${sentenceOf(problem)}`)
  return exits.failed
}

async function dispatch([name, ...args]: readonly string[], setting: Setting): Promise<number> {
  if (name === undefined || isHelp(name) || name === 'help') return tellHelp(help, name === undefined, setting)
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (load === undefined) throw new UsageError(`There is no command "${name}"`)
  const command = await load()
  if (asksHelp(args)) return tellHelp(command.help, false, setting)
  await command.run(args, setting)
  return exits.done
}

async function tellHelp(text: string, unasked: boolean, setting: Setting): Promise<number> {
  if (unasked) setting.say(text)
  else await print(setting, text)
  return unasked ? exits.usage : exits.done
}

/** What stands after `--` is a path, whatever it looks like. */
function asksHelp(args: readonly string[]): boolean {
  const end = args.indexOf('--')
  return args.slice(0, end < 0 ? args.length : end).some(isHelp)
}

function isHelp(word: string): boolean {
  return word === '--help' || word === '-h'
}
