/** What a recovery kit says, on paper and in a text file. */
import { format } from '../format.ts'
import { keyGroups } from './recovery-typing.ts'

export interface Kit {
  readonly name: string
  readonly email: string
  readonly fingerprint: string
  readonly madeAt: number
  readonly recoveryKey: string
  /** Origin of the server that the account is on. */
  readonly server: string
}

/** What it is for, in the order that somebody needs it who has just lost a password. */
export const kitSentences = {
  what: 'This key opens your DataCrypt keys when the password is forgotten or the device is gone. Nobody else has it, and nobody can make it again.',
  keep: 'Whoever holds it and can read your mail can become you. Keep it where you keep your passport, away from your devices.',
  alphabet: "Digits 2 to 9 and capitals without I, L and O. Dashes and small letters don't matter.",
} as const

/** How to come back with it. */
export function kitSteps(server: string): readonly string[] {
  return [
    `Open ${server}/recover and enter your address.`,
    'Enter the code that comes by mail.',
    'Type the recovery key and a new password. The same identity is back.',
  ]
}

/** The kit as a text file. */
export function kitText(kit: Kit): string {
  const groups = keyGroups(kit.recoveryKey)
  return [
    'DataCrypt recovery kit',
    '',
    `Name: ${kit.name}`,
    `Address: ${kit.email}`,
    `Server: ${kit.server}`,
    `Made: ${format.date(kit.madeAt)}`,
    `Fingerprint: ${kit.fingerprint}`,
    '',
    'Recovery key:',
    `    ${groups.slice(0, 4).join('-')}-`,
    `    ${groups.slice(4).join('-')}`,
    kitSentences.alphabet,
    '',
    kitSentences.what,
    kitSentences.keep,
    '',
    'To come back with it:',
    ...kitSteps(kit.server).map((step, n) => `${n + 1}. ${step}`),
    '',
  ].join('\r\n')
}
