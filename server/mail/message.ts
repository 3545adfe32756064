/** A letter as nodemailer takes it; the same for every way of delivering it. */
import type { SendMailOptions } from 'nodemailer'
import * as z from 'zod/mini'
import { email } from '#shared/contract/account.ts'
import { Problem } from '#shared/contract/problems.ts'
import type { WrittenLetter } from './mail.ts'

const safeHead = z.object({ to: email, mailId: z.string().check(z.regex(/^[A-Za-z0-9_-]{1,64}$/)) })

/** `from` is a bare address. Throws `bad-request` where the letter's address or id could not stand in a head. */
export function messageOf(letter: WrittenLetter, { from, date }: { from: string; date: Date }): SendMailOptions {
  const head = safeHead.safeParse(letter)
  if (!head.success) throw new Problem('bad-request')
  const { to, mailId } = head.data
  return {
    from: { name: 'DataCrypt', address: from },
    to: { name: '', address: to },
    envelope: { from, to },
    messageId: `<${mailId}@${from.slice(from.lastIndexOf('@') + 1)}>`,
    date,
    subject: letter.subject,
    text: letter.text,
    html: letter.html,
    // RFC 3834 §5: no out-of-office notes in answer.
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}
