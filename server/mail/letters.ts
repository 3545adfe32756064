/** The letters' words, plain and as HTML without images, remote content or anything that counts readers. */
import { email } from '#shared/contract/account.ts'
import type { AccountNotice, Letter } from '#shared/contract/letter.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { WrittenLetter } from './mail.ts'

export interface LetterOptions {
  /** Also the letter's Message-ID: the same id is the same letter. */
  readonly mailId: string
  /** Where people find this server, without a path. */
  readonly publicUrl: string
}

type Paragraph =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly code: string }
  | { readonly kind: 'link'; readonly label: string; readonly url: string }

interface Words {
  readonly subject: string
  readonly body: readonly Paragraph[]
}

/** Writes a letter out. Throws `bad-request` where an address in it is none: it would become part of the head. */
export function writeLetter(letter: Letter, { mailId, publicUrl }: LetterOptions): WrittenLetter {
  const { subject, body } = wordsOf(letter, publicUrl.replace(/\/+$/, ''))
  return { mailId, to: checkedAddress(letter.to), subject, text: plain(body), html: html(subject, body) }
}

function wordsOf(letter: Letter, publicUrl: string): Words {
  switch (letter.kind) {
    case 'code':
      return codeWords(letter.code, letter.minutes)
    case 'login-code':
      return loginCodeWords(letter.code, letter.minutes)
    case 'reset-code':
      return resetCodeWords(letter.code, letter.minutes)
    case 'address-code':
      return addressCodeWords(letter.code, letter.minutes)
    case 'known-address':
      return knownAddressWords(publicUrl)
    case 'unknown-address':
      return unknownAddressWords(publicUrl)
    case 'address-changed':
      return addressChangedWords(checkedAddress(letter.next))
    case 'account-notice':
      return { ...notices[letter.what], body: [...notices[letter.what].body.map(text), text(notYou)] }
    case 'new-transfer':
      return newTransferWords(checkedAddress(letter.from), `${publicUrl}/inbox/${letter.slotId}`)
  }
}

/** The code stands in the text alone: subjects are shown on locked screens. */
function codeWords(code: string, minutes: number): Words {
  return {
    subject: 'Your code for DataCrypt',
    body: [
      text('This address is being registered with DataCrypt. The code that finishes it:'),
      { kind: 'code', code },
      text(`It works for ${minutes} minutes. Type it in the window where you began, and give it to nobody.`),
      text('If you did not begin this, nothing happens without the code. You can delete this letter.'),
    ],
  }
}

function loginCodeWords(code: string, minutes: number): Words {
  return {
    subject: 'Your code to log in to DataCrypt',
    body: [
      text('Somebody typed your password to log in to DataCrypt. The code that lets them in:'),
      { kind: 'code', code },
      text(`It works for ${minutes} minutes. Type it in the window where you logged in, and give it to nobody.`),
      text('If it was not you, somebody knows your password: log in and change it.'),
    ],
  }
}

function resetCodeWords(code: string, minutes: number): Words {
  return {
    subject: 'Your code to come back to DataCrypt',
    body: [
      text('Somebody asked to get back into your DataCrypt account without its password. The code for that:'),
      { kind: 'code', code },
      text(`It works for ${minutes} minutes. Have your recovery key at hand: without it your keys stay closed.`),
      text('If you did not ask, nothing happens without the code. You can delete this letter.'),
    ],
  }
}

function addressCodeWords(code: string, minutes: number): Words {
  return {
    subject: 'Your code for a new address',
    body: [
      text('This address is to become the address of a DataCrypt account. The code that confirms it:'),
      { kind: 'code', code },
      text(`It works for ${minutes} minutes. If you did not ask for this, nothing happens without the code.`),
    ],
  }
}

function unknownAddressWords(publicUrl: string): Words {
  return {
    subject: 'There is no DataCrypt account at this address',
    body: [
      text('Somebody asked to get back into a DataCrypt account at this address. There is none.'),
      text('If it was you, you may have registered with another address of yours.'),
      { kind: 'link', label: 'Open DataCrypt', url: publicUrl },
      text('If it was not you, you have nothing to do.'),
    ],
  }
}

function addressChangedWords(next: string): Words {
  return {
    subject: 'Your DataCrypt address has changed',
    body: [
      text(`Your DataCrypt account has another address now: ${next}. This one is not used any more.`),
      text('If it was not you, somebody uses your account. Tell the people who run this server.'),
    ],
  }
}

const notYou = 'If it was not you, open the settings, end the other sessions, and use "Password or device stolen".'

const notices: Readonly<Record<AccountNotice, { subject: string; body: readonly string[] }>> = {
  'new-device': {
    subject: 'A new device uses your DataCrypt account',
    body: ['Somebody has logged in to your DataCrypt account in a browser that was not used before.'],
  },
  'password-changed': {
    subject: 'Your DataCrypt password has changed',
    body: ['The password of your DataCrypt account has been changed. Every other session has ended.'],
  },
  'factors-changed': {
    subject: 'How you log in to DataCrypt has changed',
    body: ['A second factor of your DataCrypt account was added, removed or renewed.'],
  },
  'identity-reset': {
    subject: 'Your DataCrypt identity is a new one',
    body: [
      'Your DataCrypt account was reset without its recovery key. It has a new identity; the people you know are told.',
    ],
  },
  'keys-renewed': {
    subject: 'Your DataCrypt keys have been renewed',
    body: ['Your account has a new account key, a new encryption key and a new recovery kit. Every session has ended.'],
  },
  'token-made': {
    subject: 'A program may use your DataCrypt account',
    body: ['A token was made that lets a program use your DataCrypt account.'],
  },
  'many-failed-logins': {
    subject: 'Many wrong passwords for your DataCrypt account',
    body: [
      'Somebody has tried many wrong passwords for your DataCrypt account. None was right, and you are not locked out.',
    ],
  },
  'account-deleted': {
    subject: 'Your DataCrypt account is deleted',
    body: ['Your DataCrypt account and what it kept on the server are deleted.'],
  },
}

function knownAddressWords(publicUrl: string): Words {
  return {
    subject: 'You already have an account with DataCrypt',
    body: [
      text('Somebody tried to register this address with DataCrypt. You already have an account, and it is unchanged.'),
      text('If it was you, log in with your password.'),
      { kind: 'link', label: 'Log in', url: publicUrl },
      text('If it was not you, you have nothing to do.'),
    ],
  }
}

function newTransferWords(from: string, url: string): Words {
  return {
    subject: `${from} has sent you files`,
    body: [
      text(`${from} has sent you files with DataCrypt.`),
      text('They are encrypted for you. The server cannot read them, and neither can anybody who reads this letter.'),
      { kind: 'link', label: 'Open your inbox', url },
      text('If you do not know this address, leave them where they are. They are deleted when they expire.'),
    ],
  }
}

const text = (words: string): Paragraph => ({ kind: 'text', text: words })

function plain(body: readonly Paragraph[]): string {
  return `${body.map(plainParagraph).join('\n\n')}\n`
}

function plainParagraph(paragraph: Paragraph): string {
  switch (paragraph.kind) {
    case 'text':
      return paragraph.text
    case 'code':
      return `    ${paragraph.code}`
    case 'link':
      return `${paragraph.label}: ${paragraph.url}`
  }
}

/** No colours of text or ground are set, so that a mail client's dark view stays readable. */
function html(subject: string, body: readonly Paragraph[]): string {
  const head =
    '<meta charset="utf-8"><meta name="color-scheme" content="light dark">' +
    `<meta name="viewport" content="width=device-width"><title>${escaped(subject)}</title>`
  const style = 'font: 16px/1.5 system-ui, sans-serif; max-width: 34em; margin: 24px auto; padding: 0 16px'
  return (
    `<!doctype html>\n<html lang="en"><head>${head}</head>\n` +
    `<body style="margin: 0"><div style="${style}">\n${body.map(htmlParagraph).join('\n')}\n</div></body></html>\n`
  )
}

function htmlParagraph(paragraph: Paragraph): string {
  switch (paragraph.kind) {
    case 'text':
      return `<p>${escaped(paragraph.text)}</p>`
    case 'code':
      return `<p style="font: 600 28px/1.5 ui-monospace, monospace; letter-spacing: 3px">${escaped(paragraph.code)}</p>`
    case 'link':
      return (
        `<p><a href="${escaped(paragraph.url)}" style="font-weight: 600">${escaped(paragraph.label)}</a>` +
        `<br><span style="font-size: 13px; word-break: break-all">${escaped(paragraph.url)}</span></p>`
      )
  }
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(words: string): string {
  return words.replace(/[&<>"']/g, sign => entities[sign] ?? '')
}

function checkedAddress(address: string): string {
  const parsed = email.safeParse(address)
  if (!parsed.success) throw new Problem('bad-request')
  return parsed.data
}
