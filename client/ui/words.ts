/** One sentence for each problem: what happened, what is safe, what to do. */
import type { Fault } from '#client/app/views.ts'
import type { KeyFileReason, ProblemCode, ProblemData } from '#shared/contract/problems.ts'
import { format } from './format.ts'

/** What the screen knows and the problem does not: who sent it, as that person is called. */
export interface WordContext {
  readonly name?: string
}

type Sentence = (data: ProblemData, context: WordContext) => string

const sentences: Record<ProblemCode, Sentence> = {
  'not-a-bundle': () => 'This is not a DataCrypt bundle. Pick a .dcrypt file, or the .enc and the .key together.',
  unsupported: (_, { name }) =>
    `This was made by a newer DataCrypt, or with a cipher that we refuse. Update, or ask ${who(name)} to send it again.`,
  'not-for-this-key': () => 'It is not encrypted for a key on this device. Open it where that key is.',
  'envelope-damaged': (_, { name }) =>
    `The .key part is damaged, so nothing can be opened. Ask ${who(name)} for it again; the .enc part may still be good.`,
  'sender-unproven': (_, { name }) =>
    `This says it is from ${who(name)}, but ${whose(name)} key did not sign it. It was not opened.`,
  'parts-differ': () => 'These two files do not belong together. Pick the .enc that came with this .key.',
  'damaged-at-chunk': (data, { name }) =>
    `Damaged${atChunk(data)}. We tried twice. Nothing unfinished was saved; ask ${who(name)} to send it again.`,
  truncated: (data, { name }) =>
    `The end is missing${presentOf(data)}. Download it again, or ask ${who(name)} for the whole file.`,
  'trailing-data': (_, { name }) =>
    `There is something after the end that does not belong to it. Nothing was saved; ask ${who(name)} to send it again.`,
  'root-mismatch': (_, { name }) =>
    `The parts are intact, but together they are not what ${who(name)} sealed. Nothing was saved; ask ${who(name)} to send it again.`,
  'receipt-invalid': (_, { name }) =>
    `This receipt was not signed by ${who(name)} for this transfer. Ask ${who(name)} for another one.`,

  'bad-request': () => 'The server did not understand this. Check what you typed; if it stays, reload the page.',
  'too-large': data =>
    `This is more than the server takes${upTo(data)}. Nothing was sent; leave something out, or send it in two transfers.`,
  'not-found': () => 'This is not on the server any more. Nothing on this device was changed.',
  conflict: () => 'This was changed somewhere else meanwhile. Look at it again, then decide.',
  'too-many-tries': data => `Too many tries for now. You can go on ${inSeconds(data)}; nobody is locked out.`,
  internal: () => 'Something went wrong on our side. What you have here is safe; try again.',
  unavailable: data => `The server is not ready. What you have here is safe; try again ${inSeconds(data)}.`,
  'server-full': () =>
    "The server's storage is full. Your transfer waits in the outbox and goes on when there is room.",

  'logged-out': () => 'You are logged out of the server. Your keys stay open here; log in to send and receive.',
  'wrong-login': () => 'Wrong address or password. Check both, then try again.',
  'wrong-code': data => `That is not the code. ${triesLeft(data)}`,
  'code-spent': () => 'This code is used up or too old. Ask for a new one.',
  'weak-password': data => `This password is too easy to guess. ${passwordAdvice(data)}`,
  'registration-closed': () => 'This server takes no new accounts. Ask the people who run it.',
  'invitation-needed': () => 'This server asks for an invitation. Enter the one that you were given.',
  'origin-refused': () =>
    'The server refused this page, since it was loaded from another address. Open it at its own address.',
  'keys-missing': () => 'This account has no keys yet. Log in on this device to make them.',
  'keys-exist': () => 'This account has keys already. Log in with its password to use them here.',
  'card-refused': () =>
    'The server refused the public card of these keys. Your keys are safe here; reload the page and try again.',

  'unknown-address': () => 'No one can be reached at that address. Check the spelling.',
  'only-yourself': () => 'You are the only recipient. Add someone.',
  'nothing-to-send': () => 'There is nothing to send yet. Add a file or write a message.',
  expired: (data, { name }) => `Expired${onDate(data)}; the server has deleted it. Ask ${who(name)} to send it again.`,
  revoked: (_, { name }) => `${capital(who(name))} has taken this back. Nothing can be downloaded any more.`,
  'limit-reached': (_, { name }) => `It has been downloaded as often as it may be. Ask ${who(name)} to send it again.`,
  'quota-full': data =>
    `Your space on the server is full${freeOf(data)}. Delete something that you sent, or wait until it expires.`,
  'part-refused': () => 'A part arrived damaged at the server. It is sent again; nothing wrong was kept.',
  'grant-refused': () =>
    'The server no longer accepts this link to its storage. A new one is asked for; nothing was lost.',
  'range-refused': () => 'The server could not hand out the part that was asked for. Start the download again.',
  'parts-missing': () => 'The server does not have every part yet. The missing ones are sent again.',

  'identity-changed': (data, { name }) =>
    `${changedOne(text(data, 'name') ?? name)} identity changed: the server now gives another signing key than the one you knew. Nothing was encrypted for it; ask in person before you go on.`,
  'file-changed': data =>
    `${text(data, 'file') ?? text(data, 'name') ?? 'A file'} changed while it was being read. Nothing was sent; pick it again.`,
  'name-refused': data =>
    `The name ${text(data, 'file') ?? text(data, 'name') ?? 'of a file'} can't be sent as it is. Rename it, then pick it again.`,
  'storage-full': data => `This device is full${needsMore(data)}. Free some, then go on.`,
  'wrong-password': () => 'Wrong password. Nothing was changed.',
  'kdf-refused': () =>
    'The server asked for a weaker protection of your password than we accept. Nothing was sent; tell the people who run it.',
  'key-file-refused': data => `${keyFileFault(data)} Nothing was imported.`,
  'wrong-recovery-key': () => 'That is not the recovery key of this account. Check each group against the paper.',
  'own-identity-changed': () =>
    'The server names another identity as yours. Sending is stopped; nothing on this device was changed. If you started over on another device, log out here and log in again. If you did not, tell the people who run it.',
  'confirm-needed': () => 'Type your password once more to go on.',
  'scope-missing': () => 'This token may not do that. Use one that may, or log in.',
  'passkey-refused': () => 'The passkey was not accepted. Try it again, or use another way.',
  'passkey-unsupported': () =>
    'This passkey can confirm that it is you, but it cannot unlock keys. Use your password to unlock.',
  'wrong-passphrase': () => 'That passphrase does not open this key file. Nothing was changed.',
  locked: () => 'Your keys are locked. Unlock, then try again.',
  'keys-gone': () =>
    'Your keys are not on this device: the browser has cleared its storage. Your recovery kit or your password brings the same identity back.',
  network: data => `Connection lost. Nothing is sent twice; try again ${inSeconds(data)}.`,
  'not-our-server': () => 'This was not an answer from DataCrypt. Is there a log-in page of this network in between?',
  'no-download-started': () => 'The browser did not start the download. Save again, or choose a folder.',
  'server-went-back': data =>
    `The server no longer knows ${transfers(data)} that it had confirmed. Your copies are safe here. Tell the people who run it.`,
  interrupted: () => 'The page was closed before this was sealed. Nothing was sent; pick the files again.',
  cancelled: () => 'Stopped. Nothing unfinished was kept.',
}

const keyFileFaults: Record<KeyFileReason, string> = {
  'not-pem': 'There is no key in this file; DataCrypt reads PEM files.',
  'too-large': 'This file is too large to be a file of keys.',
  damaged: 'This key file is damaged, or was not written as the standards ask.',
  'other-key': 'There is something other than a P-384 key in this file, which DataCrypt cannot use.',
  'other-curve': 'The key in this file is on another curve; DataCrypt takes P-384 alone.',
  'explicit-curve': 'The key in this file spells its curve out; write it again with the curve by its name.',
  'old-encryption': 'The key is locked in an old way that is too weak; openssl pkcs8 -topk8 writes it in a better one.',
  'other-encryption':
    'The key is locked with a cipher that DataCrypt does not read; openssl pkcs8 -topk8 writes one it does.',
  'too-many-iterations': 'The key is locked with more iterations than DataCrypt takes: 10 million at most.',
  mixed: 'Some keys in this file are locked and others are not; lock all of them, or none.',
  'repeated-key': 'The same key stands in this file twice; each key has to be another one.',
  'card-unfit': 'The card in this file is damaged, or belongs to other keys.',
}

/** The sentence for a problem, without its secrets. */
export function sayFault(fault: Fault, context: WordContext = {}): string {
  return sentences[fault.code](fault.data, context)
}

/** The first sentence apart, which a note sets bold. */
export function headAndRest(sentence: string): readonly [head: string, rest: string] {
  const end = /[.?]\s/.exec(sentence)
  if (end === null) return [sentence, '']
  return [sentence.slice(0, end.index + 1), sentence.slice(end.index + 2)]
}

/** What a person is called in a sentence: the first word of the name. */
export function firstName(name: string): string {
  return name.trim().split(/\s+/)[0] ?? name
}

/** Of a person: Tomás's. */
export function possessive(name: string): string {
  return `${name}'s`
}

function who(name: string | undefined): string {
  return name === undefined ? 'the sender' : firstName(name)
}

function whose(name: string | undefined): string {
  return name === undefined ? "the sender's" : possessive(firstName(name))
}

function changedOne(name: string | undefined): string {
  return name === undefined ? "This person's" : possessive(firstName(name))
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function numberOf(data: ProblemData, name: string): number | undefined {
  const value = data[name]
  return typeof value === 'number' ? value : undefined
}

function text(data: ProblemData, name: string): string | undefined {
  const value = data[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

function keyFileFault({ reason }: ProblemData): string {
  return isKeyFileReason(reason) ? keyFileFaults[reason] : 'This key file cannot be used here.'
}

function isKeyFileReason(reason: unknown): reason is KeyFileReason {
  return typeof reason === 'string' && Object.hasOwn(keyFileFaults, reason)
}

/** Programs count chunks from 0, people from 1. */
function atChunk(data: ProblemData): string {
  const chunk = numberOf(data, 'chunk')
  const of = numberOf(data, 'chunks')
  if (chunk === undefined) return ''
  return ` at chunk ${format.count(chunk + 1)}${of === undefined ? '' : ` of ${format.count(of)}`}`
}

function presentOf(data: ProblemData): string {
  const here = numberOf(data, 'have') ?? numberOf(data, 'done')
  const all = numberOf(data, 'total') ?? numberOf(data, 'length')
  return here === undefined || all === undefined ? '' : `: ${format.size(here)} of ${format.size(all)} are here`
}

function upTo(data: ProblemData): string {
  const most = numberOf(data, 'most')
  return most === undefined ? '' : `: ${format.size(most)} at most`
}

function freeOf(data: ProblemData): string {
  const free = numberOf(data, 'free')
  return free === undefined || free <= 0 ? '' : `: ${format.size(free)} are free`
}

function inSeconds(data: ProblemData): string {
  const seconds = numberOf(data, 'retryAfter')
  return seconds === undefined ? 'in a moment' : `in ${format.duration(Math.max(1, seconds))}`
}

function triesLeft(data: ProblemData): string {
  const left = numberOf(data, 'triesLeft') ?? numberOf(data, 'left')
  if (left === undefined) return 'Look again, or ask for a new one.'
  return `${format.count(left)} ${left === 1 ? 'try' : 'tries'} left, then ask for a new one.`
}

function passwordAdvice(data: ProblemData): string {
  const least = numberOf(data, 'min')
  return least === undefined
    ? 'Take a few plain words that do not belong together.'
    : `Take at least ${format.count(least)} characters; a few plain words work well.`
}

function onDate(data: ProblemData): string {
  const at = numberOf(data, 'expiresAt') ?? numberOf(data, 'at')
  return at === undefined ? '' : ` on ${format.date(at)}`
}

function needsMore(data: ProblemData): string {
  const more = numberOf(data, 'need') ?? numberOf(data, 'needed')
  return more === undefined ? '' : `: needs ${format.size(more)} more`
}

function transfers(data: ProblemData): string {
  const n = numberOf(data, 'count') ?? numberOf(data, 'transfers')
  if (n === undefined) return 'something'
  return `${format.count(n)} ${n === 1 ? 'transfer' : 'transfers'}`
}
