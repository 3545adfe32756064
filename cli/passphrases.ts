/** Passphrases: from the environment, or asked for on the terminal. */
import { Problem } from '#shared/contract/problems.ts'
import type { Setting } from './setting.ts'
import { suggestPassphrase } from './suggestion.ts'
import { UsageError } from './usage.ts'

/** Where a passphrase comes from when nobody is there to type it. */
export const variables = { key: 'DATACRYPT_KEY_PASSPHRASE', bundle: 'DATACRYPT_PASSPHRASE' } as const

export interface Wanted {
  readonly variable: (typeof variables)[keyof typeof variables]
  /** What the passphrase is for, as the question names it. */
  readonly what: string
}

/** A passphrase that opens something. Throws `locked` where nobody can be asked, `weak-password` for an empty one. */
export async function passphraseToOpen(setting: Setting, { variable, what }: Wanted): Promise<string> {
  return notEmpty(setting.env[variable] ?? (await asked(setting, variable, `Passphrase of ${what}: `)))
}

/** A new passphrase, typed twice; where nothing is typed, one is made and shown. Throws as {@link passphraseToOpen}. */
export async function passphraseToSeal(setting: Setting, { variable, what }: Wanted): Promise<string> {
  const given = setting.env[variable]
  if (given !== undefined) return notEmpty(given)
  const first = await asked(setting, variable, `New passphrase of ${what} (leave empty for a generated one): `)
  if (first === '') return generated(setting)
  const second = await asked(setting, variable, 'The same again: ')
  if (first.normalize('NFKC') !== second.normalize('NFKC')) throw new UsageError('The two passphrases differ')
  return notEmpty(first)
}

async function generated(setting: Setting): Promise<string> {
  const passphrase = await suggestPassphrase(length => setting.random(length))
  setting.say(`The passphrase is: ${passphrase}`)
  return passphrase
}

async function asked(setting: Setting, variable: string, question: string): Promise<string> {
  const answer = await setting.ask(question)
  if (answer !== null) return answer
  throw new Problem('locked', { data: { sentence: `A passphrase is needed; ${variable} is not set` } })
}

function notEmpty(passphrase: string): string {
  if (passphrase.normalize('NFKC') === '') throw new Problem('weak-password')
  return passphrase
}
