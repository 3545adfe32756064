/** What can follow a password, in words, the likeliest first. */
import type { FactorTyped } from '#client/app/safety-views.ts'
import type { Fault } from '#client/app/views.ts'
import { appCode, type FactorWay, recoveryCode } from '#shared/contract/factors.ts'
import { appCodeDigits, codeLimits } from '#shared/contract/limits.ts'
import { format } from '../../format.ts'
import { sayFault } from '../../words.ts'

interface WayWords {
  /** As a choice among others. */
  readonly name: string
  /** Of its field; null: nothing is typed. */
  readonly label: string | null
  readonly hint: string
  /** Said where what was typed cannot be it. */
  readonly unfit: string
}

export const wayWords: Record<FactorWay, WayWords> = {
  app: {
    name: 'Code from an app',
    label: 'Code from your app',
    hint: 'Six digits, from the authenticator app that you set up.',
    unfit: 'The code has six digits.',
  },
  passkey: {
    name: 'Passkey',
    label: null,
    hint: 'Your browser asks for the passkey that you added.',
    unfit: '',
  },
  mail: {
    name: 'Code by mail',
    label: 'Code from your mail',
    hint: 'Eight digits, valid for ten minutes.',
    unfit: 'The code has eight digits.',
  },
  'recovery-code': {
    name: 'Recovery code',
    label: 'Recovery code',
    hint: 'One of the ten that you kept. Each works once.',
    unfit: 'A recovery code has ten characters. Look at it again.',
  },
}

const likeliestFirst: readonly FactorWay[] = ['app', 'passkey', 'mail', 'recovery-code']

/** The ways that this browser can take, the likeliest first. */
export function waysHere(ways: readonly FactorWay[], passkeysHere: boolean): readonly FactorWay[] {
  return likeliestFirst.filter(way => ways.includes(way) && (way !== 'passkey' || passkeysHere))
}

/** Digits of a code that has only those; null for others. */
export function digitsOf(way: FactorWay): number | null {
  if (way === 'app') return appCodeDigits
  return way === 'mail' ? codeLimits.digits : null
}

/** What was typed, where it can be a code of this kind; else null. */
export function factorTyped(way: FactorWay, code: string): FactorTyped | null {
  switch (way) {
    case 'passkey':
      return { kind: 'passkey' }
    case 'app':
      return appCode.safeParse(code).success ? { kind: 'app', code } : null
    case 'mail':
      return code.length === codeLimits.digits ? { kind: 'mail', code } : null
    case 'recovery-code':
      return recoveryCode.safeParse(code).success ? { kind: 'recovery-code', code } : null
  }
}

/** What went wrong at a log-in. Only a mailed code can be asked for anew: with the others, tries end with the log-in. */
export function factorFault(way: FactorWay | null, fault: Fault): string {
  if (way === 'mail' || (fault.code !== 'wrong-code' && fault.code !== 'code-spent')) return sayFault(fault)
  if (fault.code === 'code-spent') return 'This log-in took too long, or too many tries. Go back and log in again.'
  const left = fault.data.triesLeft
  if (typeof left !== 'number') return 'That is not the code. Look again.'
  return `That is not the code. ${format.count(left)} ${left === 1 ? 'try' : 'tries'} left, then log in again.`
}
