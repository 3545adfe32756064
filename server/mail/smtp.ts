/** Hands letters to an SMTP server (RFC 5321). */
import { createTransport } from 'nodemailer'
import { Problem } from '#shared/contract/problems.ts'
import type { Mailer } from './mail.ts'
import { messageOf } from './message.ts'

export interface SmtpOptions {
  /** `smtp://` or `smtps://`, with user and password where the server wants them. */
  readonly url: string
  /** The address that letters come from. */
  readonly from: string
  /** How long the server may be silent, in milliseconds. */
  readonly timeout?: number
  readonly now?: () => number
}

const patience = 30_000

/** Opens the way to a server; nothing is sent before the first letter. */
export function openSmtpMailer({ url, from, timeout = patience, now = Date.now }: SmtpOptions): Mailer {
  const transport = createTransport({
    url,
    connectionTimeout: timeout,
    greetingTimeout: timeout,
    socketTimeout: timeout,
    dnsTimeout: timeout,
  })
  return {
    deliver: async letter => {
      const message = messageOf(letter, { from, date: new Date(now()) })
      await transport.sendMail(message).catch(refused)
    },
    close: async () => transport.close(),
  }
}

/** Replies that refuse this letter for good. A refused log-in is the server's setup: the letter waits until that is right. */
function refused(error: unknown): never {
  const facts: { code?: unknown; permanent?: unknown } = typeof error === 'object' && error !== null ? error : {}
  const permanent = facts.permanent === true && facts.code !== 'EAUTH'
  throw new Problem('unavailable', { data: { permanent }, cause: error })
}
