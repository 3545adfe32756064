/** One sentence for each problem that a command can end in. */
import type { KeyFileReason, ProblemCode, ProblemData } from '#shared/contract/problems.ts'

type Sentence = (data: ProblemData) => string

/** What only the server or the app can end in. */
const elsewhere: Sentence = () => 'This cannot be done here.'

const sentences: Record<ProblemCode, Sentence> = {
  'not-a-bundle': data => `${file(data)} is not a DataCrypt transfer.`,
  unsupported: () => 'A newer DataCrypt wrote this; this one cannot read it.',
  'not-for-this-key': () => 'This transfer is not for this key or passphrase.',
  'envelope-damaged': () => 'The envelope is damaged or was changed.',
  'sender-unproven': () => 'The sender is not the one it should be, or is not proven.',
  'parts-differ': () => 'The .enc file belongs to another envelope.',
  'damaged-at-chunk': data => `Chunk ${data.chunk} (counted from 0) is damaged or was changed.`,
  truncated: () => 'The encrypted file is not whole: its end is missing.',
  'trailing-data': () => 'There is more in the encrypted file than its envelope speaks of.',
  'root-mismatch': () => 'The digests at the end of the encrypted file are damaged or were changed.',
  'receipt-invalid': () => 'This is no valid receipt for this transfer from this recipient.',
  'bad-request': data => text(data, 'sentence') ?? 'This was asked for in a way that cannot be done.',
  'too-large': data => text(data, 'sentence') ?? 'This is more than one transfer can hold.',
  'not-found': data => `${file(data)} is not there.`,
  conflict: data => text(data, 'sentence') ?? `${file(data)} is already there; --force replaces it.`,
  internal: data => `Something went wrong inside DataCrypt${detail(data)}.`,
  unavailable: data => `The system does not let ${file(data)} be used${detail(data)}.`,
  'weak-password': () => 'A passphrase may not be empty.',
  'card-refused': data => `${file(data, 'The card')} is not a card, is damaged, or is not signed by its own key.`,
  'keys-missing': data => `${file(data)} has no card; "datacrypt card --new-card" makes one.`,
  'nothing-to-send': () => 'There is no file in what was given, and no note.',
  'file-changed': data => `${file(data)} changed while it was read.`,
  'name-refused': data =>
    `The name ${file(data)} cannot be sent: ${text(data, 'reason') ?? 'DataCrypt does not allow it'}.`,
  'storage-full': () => 'There is no room left where this should be written.',
  'key-file-refused': data => `${file(data, 'The key file')} cannot be used: ${keyFileFault(data)}.`,
  'wrong-passphrase': () => 'This passphrase does not open the key file.',
  locked: data => `${text(data, 'sentence') ?? 'A passphrase is needed'}, and there is no terminal to ask on.`,
  interrupted: () => 'What should take the output went away before its end.',
  cancelled: () => 'Stopped. Nothing unfinished was kept.',

  'too-many-tries': elsewhere,
  'server-full': elsewhere,
  'logged-out': elsewhere,
  'wrong-login': elsewhere,
  'wrong-code': elsewhere,
  'code-spent': elsewhere,
  'registration-closed': elsewhere,
  'invitation-needed': elsewhere,
  'origin-refused': elsewhere,
  'keys-exist': elsewhere,
  'unknown-address': elsewhere,
  'only-yourself': elsewhere,
  expired: elsewhere,
  revoked: elsewhere,
  'limit-reached': elsewhere,
  'quota-full': elsewhere,
  'part-refused': elsewhere,
  'grant-refused': elsewhere,
  'range-refused': elsewhere,
  'parts-missing': elsewhere,
  'identity-changed': elsewhere,
  'own-identity-changed': elsewhere,
  'wrong-recovery-key': elsewhere,
  'confirm-needed': elsewhere,
  'scope-missing': elsewhere,
  'passkey-refused': elsewhere,
  'passkey-unsupported': elsewhere,
  'wrong-password': elsewhere,
  'kdf-refused': elsewhere,
  'keys-gone': elsewhere,
  network: elsewhere,
  'not-our-server': elsewhere,
  'no-download-started': elsewhere,
  'server-went-back': elsewhere,
}

const keyFileFaults: Record<KeyFileReason, string> = {
  'not-pem': 'there is no PEM block in it',
  'too-large': 'it is too large',
  damaged: 'it is damaged',
  'other-key': 'there is something else than a P-384 key in it',
  'other-curve': 'its key is on another curve than P-384',
  'explicit-curve': 'it spells its curve out; write it again with the curve by its name',
  'old-encryption': 'it is encrypted in an old way; "openssl pkcs8 -topk8" writes a better one',
  'other-encryption': 'it is encrypted in a way that is not read; "openssl pkcs8 -topk8" writes one that is',
  'too-many-iterations': 'it asks for more than 10 million iterations',
  mixed: 'some of its keys are encrypted and some are not',
  'repeated-key': 'it holds the same key twice',
  'card-unfit': 'its card is damaged or belongs to other keys',
}

/** The sentence of a problem: one line, without control characters. */
export function sentenceOf({ code, data }: { code: ProblemCode; data: ProblemData }): string {
  return printable(sentences[code](data), '').trim()
}

/** Its class, as FORMAT.md writes it. */
export function classOf({ code, data }: { code: ProblemCode; data: ProblemData }): string {
  return code === 'damaged-at-chunk' ? `${code} ${data.chunk}` : code
}

/** `text` without what could move a terminal's cursor or reorder its line; only characters of `kept` survive. */
export function printable(text: string, kept: '' | '\n\t' = ''): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, character => (kept.includes(character) ? character : ''))
}

function file(data: ProblemData, unknown = 'This file'): string {
  const path = text(data, 'path')
  if (path === '-') return 'Standard input'
  return path === undefined ? unknown : `"${path}"`
}

function detail(data: ProblemData): string {
  const reason = text(data, 'reason')
  return reason === undefined ? '' : ` (${reason})`
}

function text(data: ProblemData, name: string): string | undefined {
  const value = data[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function keyFileFault({ reason }: ProblemData): string {
  const known = Object.entries(keyFileFaults).find(([code]) => code === reason)
  return known?.[1] ?? 'it is not a file of keys'
}
